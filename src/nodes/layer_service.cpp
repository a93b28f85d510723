#include "nodes/layer_service.hpp"

#include <algorithm>
#include <cstdio>

namespace weir::nodes {

namespace {

/// Whose nodes are asked first; nothing: there are none to ask.
std::optional<Tier> serving_tier(const LayerView& view) {
    for (const bool fit : {true, false}) {
        for (const auto tier : {Tier::primary, Tier::backup}) {
            const bool any = std::any_of(view.nodes.begin(), view.nodes.end(), [&](const NodeStatus& node) {
                return node.node->tier == tier && (fit ? node.fit : node.in_service());
            });
            if (any) return tier;
        }
    }
    return std::nullopt;
}

/// At the start a backup's first check may end before a primary's: nothing has failed over then.
bool all_checked(const LayerView& view, std::optional<Tier> tier = {}) {
    return std::all_of(view.nodes.begin(), view.nodes.end(), [&](const NodeStatus& node) {
        return node.checked || (tier && node.node->tier != *tier);
    });
}

} // namespace

std::vector<LayerService::Event> LayerService::look(const LayerView& view, Clock::time_point now) {
    std::vector<Event> events;
    const auto tier = serving_tier(view);
    if (!tier) {
        if (!lost_at_) lost_at_ = now;
        if (told_ || view.nodes.empty() || (!served_ && !all_checked(view))) return events;
        told_ = true;
        events.push_back(Event::lost);
        return events;
    }
    tier_ = *tier;
    served_ = true;
    if (lost_at_) {
        outage_ = now - *lost_at_;
        lost_at_.reset();
    }
    if (std::exchange(told_, false)) events.push_back(Event::back);
    const bool backups = *tier == Tier::backup && (failover_ || all_checked(view, Tier::primary));
    if (backups == failover_) return events;
    failover_ = backups;
    events.push_back(backups ? Event::failed_over : Event::failed_back);
    return events;
}

std::string in_words(LayerService::Clock::duration time) {
    const double seconds = std::chrono::duration<double>(time).count();
    char text[32];
    std::snprintf(text, sizeof text, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    return text;
}

} // namespace weir::nodes
