#include "el/subscription.hpp"

#include "chain/json_rpc.hpp"

#include <utility>

namespace weir::el {

Subscription::Subscription(Owner& owner, Outbox& outbox, std::string id,
                           const chain::SubscriptionRequest& request, net::ByteBudget::Charge charge,
                           std::size_t most_held)
    : owner_(owner)
    , outbox_(outbox)
    , id_(std::move(id))
    , charge_(std::move(charge))
    , range_(request.range)
    , most_held_(most_held)
    , tells_heads_(request.kind == chain::SubscriptionRequest::Kind::new_heads) {
    std::string prefix = R"({"jsonrpc":"2.0","method":")";
    prefix.append(request.ns()).append(R"(_subscription","params":{"subscription":")").append(id_);
    prefix.append(R"(","result":)");
    prefix_ = std::make_shared<const std::string>(std::move(prefix));
}

void Subscription::announce() {
    announced_ = true;
    for (const auto& result : std::exchange(held_, {}))
        send(result);
    held_bytes_ = 0;
}

void Subscription::event(const feeds::EventText& result) {
    if (!range_.cover(*result)) return;
    if (announced_) {
        send(result);
        return;
    }
    held_bytes_ += result->size();
    if (held_bytes_ > most_held_) {
        owner_.overflowed();
        return;
    }
    held_.push_back(result);
}

void Subscription::send(const feeds::EventText& result) {
    if (tells_heads_) {
        if (const auto number = chain::number_of_block(*result)) owner_.head_told(*number, *result);
    }
    outbox_.push(prefix_, result);
}

bool Subscriptions::remove(std::string_view id) {
    const auto found = all_.find(id);
    if (found == all_.end() || !found->second->announced()) return false;
    all_.erase(found);
    return true;
}

} // namespace weir::el
