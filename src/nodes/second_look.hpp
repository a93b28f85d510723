// A second look at a node of which something is amiss: one small question at once, over a connection of its
// own, since those that are there may be what is wrong.
#pragma once

#include "chain/layer.hpp"
#include "upstream/ask.hpp"

namespace weir::nodes {

enum class Finding : std::uint8_t {
    answers,
    refuses,       ///< each of several connections
    takes_no_more, ///< it refuses further connections, and answers on the one that it has
    silent,        ///< nothing came until then
    unclear,       ///< a reset, or what is no HTTP: the checks will tell
};

/// `fresh` keeps no connection; `kept` is that of the checks; `pause` may be cancelled.
net::Task<Finding> second_look(upstream::Pool& fresh, upstream::Pool& kept, upstream::Addresses addresses,
                               chain::Layer layer, net::Clock::time_point until, net::Timer& pause);

} // namespace weir::nodes
