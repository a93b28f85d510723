#include "feeds/source_choice.hpp"

#include <algorithm>

namespace weir::feeds {

namespace {

/// Blocks that another node may be ahead before a node counts as standing still: one is the ordinary race
/// between two nodes for the same block.
constexpr std::uint64_t head_start = 1;

} // namespace

std::optional<std::uint32_t> choose_source(std::span<const SourceCandidate> nodes,
                                           std::optional<std::uint32_t> current,
                                           std::chrono::milliseconds hold,
                                           std::chrono::steady_clock::time_point now) {
    const bool choice =
        std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return n.best && !n.doubted; });
    const auto usable = [&](const SourceCandidate& node) { return node.best && (!choice || !node.doubted); };
    const bool primaries =
        std::any_of(nodes.begin(), nodes.end(), [&](const auto& n) { return usable(n) && n.primary; });
    const auto eligible = [&](const SourceCandidate& node) {
        return usable(node) && node.primary == primaries;
    };
    std::uint64_t highest = 0;
    for (const auto& node : nodes) {
        if (eligible(node) && node.followed) highest = std::max(highest, node.head.value_or(0));
    }
    const auto ready = [&](const SourceCandidate& node) {
        if (!node.followable) return true;
        return node.followed && !node.silent && (!node.head || *node.head + head_start >= highest);
    };
    const SourceCandidate* in_use = nullptr;
    for (const auto& node : nodes) {
        if (current && node.id == *current) in_use = &node;
    }
    const bool can_stay = in_use && eligible(*in_use) && ready(*in_use);
    const SourceCandidate* polled = nullptr;
    for (const auto& node : nodes) {
        if (!eligible(node)) continue;
        if (!polled) polled = &node;
        if (!ready(node)) continue;
        if (&node == in_use || !can_stay) return node.id;
        if (!node.elsewhere && now - node.ready_since >= hold) return node.id;
    }
    // No such node's WebSocket works: its heads are asked for instead.
    if (in_use && eligible(*in_use)) return in_use->id;
    if (polled) return polled->id;
    return in_use ? current : std::nullopt;
}

} // namespace weir::feeds
