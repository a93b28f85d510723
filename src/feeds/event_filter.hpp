// Keeps clients from being told the same thing twice when a subscription moves to another node: pending
// transactions by their hash within a window, the syncing state by what clients believe.
#pragma once

#include "chain/subscription.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace weir::feeds {

class EventFilter {
  public:
    EventFilter(chain::SubscriptionRequest::Kind kind, std::size_t window)
        : kind_(kind)
        , window_(window) {}

    /// False when it was told already. `result` is raw JSON.
    bool is_new(std::string_view result);

  private:
    chain::SubscriptionRequest::Kind kind_;
    std::size_t window_;
    std::unordered_set<std::string> seen_;
    std::deque<const std::string*> order_; ///< of seen_, whose elements do not move
    bool syncing_ =
        false; ///< what clients believe: who subscribes takes the node for synced until told otherwise
};

} // namespace weir::feeds
