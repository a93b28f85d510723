#include "feeds/event_filter.hpp"

#include "chain/json_members.hpp"

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;

namespace {

/// A hash as it stands, or the hash of a whole transaction.
std::string_view transaction_hash(std::string_view result) {
    if (!result.starts_with('{')) return chain::text_of(result);
    std::string_view hash;
    chain::each_member(result, [&](std::string_view key, std::string_view value) {
        if (key == "hash") hash = chain::text_of(value);
        return true;
    });
    return hash;
}

} // namespace

bool EventFilter::is_new(std::string_view result) {
    if (kind_ == Kind::syncing) {
        if (last_ == result) return false;
        last_ = result;
        return true;
    }
    if (kind_ != Kind::pending_transactions || window_ == 0) return true;
    const auto hash = transaction_hash(result);
    if (hash.empty()) return true;
    const auto [it, fresh] = seen_.emplace(hash);
    if (!fresh) return false;
    order_.push_back(&*it);
    if (order_.size() > window_) {
        seen_.erase(seen_.find(*order_.front()));
        order_.pop_front();
    }
    return true;
}

} // namespace weir::feeds
