#include "routing/plan.hpp"

#include <algorithm>

namespace weir::routing {

namespace {

using nodes::NodeStatus;
using nodes::Tier;

std::uint32_t latency_of(const PlanInput& input, const NodeStatus& status) {
    return status.node->id < input.latency_us.size() ? input.latency_us[status.node->id] : 0;
}

std::uint64_t head_of(const PlanInput& input, std::uint16_t index) {
    const auto& status = input.layer.nodes[index];
    return input.seen ? input.seen->of(status) : status.head.value_or(0);
}

bool has_wanted_head(const PlanInput& input, std::uint16_t index) {
    return head_of(input, index) >= *input.wanted_head;
}

bool may_have_wanted_tags(const PlanInput& input, std::uint16_t index) {
    const auto id = input.layer.nodes[index].node->id;
    for (const auto tag : {chain::HeadTag::safe, chain::HeadTag::finalized, chain::HeadTag::pending}) {
        const bool wanted = (input.wanted_tags >> static_cast<unsigned>(tag) & 1U) != 0;
        if (wanted && input.seen->falls_short(id, tag, input.told[tag])) return false;
    }
    return true;
}

/// Orders nodes of one tier and standing, which stand in configured order, by policy and by what the request
/// wants.
void order_tier(const PlanInput& input, std::uint16_t* begin, std::uint16_t* end) {
    const auto& nodes = input.layer.nodes;
    const auto count = end - begin;
    if (count < 2) return;
    if (input.policy == config::Policy::round_robin) {
        std::rotate(begin,
                    begin + static_cast<std::ptrdiff_t>(input.rotation % static_cast<std::uint32_t>(count)),
                    end);
    } else if (input.policy == config::Policy::least_latency) {
        std::stable_sort(begin, end, [&](auto a, auto b) {
            return latency_of(input, nodes[a]) < latency_of(input, nodes[b]);
        });
    }
    // Rarer wishes, the strongest last: each only moves some to the front and keeps the order among them.
    if (input.sticky) {
        std::stable_partition(begin, end, [&](auto i) { return nodes[i].node->id == *input.sticky; });
    }
    if (input.wanted_head) {
        std::stable_partition(begin, end, [&](auto i) { return has_wanted_head(input, i); });
    }
    if (input.wanted_tags != 0 && input.seen) {
        std::stable_partition(begin, end, [&](auto i) { return may_have_wanted_tags(input, i); });
    }
    if (input.named_block != 0) {
        std::stable_partition(begin, end, [&](auto i) { return head_of(input, i) >= input.named_block; });
    }
    if (!input.resting.empty()) {
        std::stable_partition(begin, end, [&](auto i) {
            const auto id = nodes[i].node->id;
            return id >= input.resting.size() || input.resting[id] == 0;
        });
    }
}

template <class Wanted>
void add(const PlanInput& input, Candidates& out, Wanted wanted) {
    const auto& nodes = input.layer.nodes;
    for (std::size_t i = 0; i < nodes.size() && out.size() < out.capacity(); ++i) {
        if (wanted(nodes[i])) out.push_back(static_cast<std::uint16_t>(i));
    }
}

} // namespace

Candidates plan(const PlanInput& input) {
    Candidates out;
    for (const bool fit : {true, false}) {
        for (const Tier tier : {Tier::primary, Tier::backup}) {
            const auto first = out.size();
            add(input, out,
                [&](const NodeStatus& s) { return (fit ? s.fit : s.held_back) && s.node->tier == tier; });
            order_tier(input, out.data() + first, out.data() + out.size());
        }
    }
    if (!out.empty()) {
        if (input.wanted_head && input.wanted_strictly) {
            const auto below =
                std::remove_if(out.begin(), out.end(), [&](auto i) { return !has_wanted_head(input, i); });
            out.erase(below, out.end());
        }
        return out;
    }
    const auto by_lag = [&](std::uint16_t a, std::uint16_t b) {
        const auto& x = input.layer.nodes[a];
        const auto& y = input.layer.nodes[b];
        if (x.node->tier != y.node->tier) return x.node->tier < y.node->tier;
        return x.lag < y.lag;
    };
    add(input, out, [](const NodeStatus& s) { return s.serves_while_syncing && s.reachable; });
    if (out.empty() && input.serve_stale) {
        add(input, out, [](const NodeStatus& s) { return s.reachable; });
    }
    std::stable_sort(out.begin(), out.end(), by_lag);
    return out;
}

std::chrono::milliseconds attempt_budget(std::chrono::milliseconds remaining, std::size_t waiting) {
    return remaining / static_cast<long>(waiting + 1);
}

} // namespace weir::routing
