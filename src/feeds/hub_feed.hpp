// A feed as the hub keeps it. Private to feeds/hub*.cpp.
#pragma once

#include "feeds/hub.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace weir::feeds {

inline bool follows_heads(chain::SubscriptionRequest::Kind kind) {
    using Kind = chain::SubscriptionRequest::Kind;
    return kind == Kind::new_heads || kind == Kind::logs;
}

struct Hub::Feed {
    Feed(net::IoContext& io, std::size_t workers)
        : listeners(workers)
        , timer(io) {}

    /// Of those that only nodes can make.
    struct Passing {
        explicit Passing(net::IoContext& io)
            : retry(io) {}
        net::Timer retry; ///< while no node takes it
        std::unique_ptr<EventFilter> filter;
        std::unique_ptr<PassSources> sources;
    };

    FeedId id = 0;
    chain::SubscriptionRequest request;
    std::vector<std::uint32_t> listeners; ///< joins by worker
    std::vector<Place> waiting;           ///< until it is open
    bool is_open = false;
    bool closed = false;
    net::Timer timer; ///< while opening: gives up; while nobody listens: the grace
    std::optional<Passing> passing;

    bool used() const {
        return !waiting.empty() ||
               std::any_of(listeners.begin(), listeners.end(), [](auto n) { return n != 0; });
    }
};

} // namespace weir::feeds
