#include "forward/batch_limits.hpp"

namespace weir::forward {

void BatchLimits::Belief::lower(Limit to, Duration believed, net::Clock::time_point now) {
    const auto before = at(now);
    limit = {std::min(before.calls, to.calls), std::min(before.bytes, to.bytes)};
    until = now + believed;
}

BatchLimits::Known& BatchLimits::known(std::uint32_t node_id) {
    auto& known = known_[node_id];
    if (!known) known = std::make_unique<Known>();
    return *known;
}

void BatchLimits::learn(std::uint32_t node_id, Limit limit, net::Clock::time_point now) {
    known(node_id).said.lower(limit, is_believed, now);
}

void BatchLimits::suppose(std::uint32_t node_id, Limit limit, net::Clock::time_point now) {
    known(node_id).supposed.lower(limit, is_supposed, now);
}

} // namespace weir::forward
