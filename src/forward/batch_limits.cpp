#include "forward/batch_limits.hpp"

#include <algorithm>

namespace weir::forward {

void BatchLimits::learn(std::uint32_t node_id, Limit limit, Duration believed, net::Clock::time_point now) {
    const auto before = of(node_id, now);
    auto& known = known_[node_id];
    if (!known) known = std::make_unique<Known>();
    known->limit = {std::min(before.calls, limit.calls), std::min(before.bytes, limit.bytes)};
    known->until = now + believed;
}

} // namespace weir::forward
