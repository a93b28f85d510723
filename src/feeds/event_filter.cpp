#include "feeds/event_filter.hpp"

#include "chain/json_members.hpp"

#include <utility>

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

/// true, false, or an object that says so: {"syncing":true,"status":{…}} (go-ethereum).
bool says_syncing(std::string_view result) {
    if (!result.starts_with('{')) return result != "false";
    bool syncing = true;
    chain::each_member(result, [&](std::string_view key, std::string_view value) {
        if (key == "syncing") syncing = value != "false";
        return true;
    });
    return syncing;
}

} // namespace

bool EventFilter::is_new(std::string_view result) {
    if (kind_ == Kind::syncing) {
        const bool now = says_syncing(result);
        return std::exchange(syncing_, now) != now;
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
