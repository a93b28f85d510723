#include "feeds/head_doubts.hpp"

#include <algorithm>

namespace weir::feeds {

void HeadDoubts::see(const nodes::LayerView& layer, std::optional<std::uint64_t> tip, std::uint64_t max_lag) {
    for (const auto& status : layer.nodes) {
        if (!status.in_service() || !status.head || *status.head > layer.head) continue;
        auto& height = heights_[status.node->id];
        height = std::max(height, *status.head);
        if (tip && *status.head + max_lag >= std::min(*tip, height)) sunk_.erase(status.node->id);
    }
}

bool HeadDoubts::is_doubted(Node node, Time now) const {
    const auto mute = mute_until_.find(node);
    return (mute != mute_until_.end() && now < mute->second) || is_lying(node, now);
}

bool HeadDoubts::is_lying(Node node, Time now) const {
    const auto hanging = hanging_until_.find(node);
    return (hanging != hanging_until_.end() && now < hanging->second) || sunk_.contains(node);
}

bool HeadDoubts::has_sunk(Node node, const chain::HeaderPtr& head, std::optional<std::uint64_t> tip,
                          std::uint64_t max_lag, Time now) {
    const auto height = heights_.find(node);
    if (!tip || height == heights_.end() || head->number + max_lag >= std::min(*tip, height->second)) {
        sunk_.erase(node);
        return false;
    }
    sunk_.try_emplace(node, Sunk{head, now}).first->second.head = head;
    return true;
}

std::optional<HeadDoubts::Time> HeadDoubts::sunk_since(Node node) const {
    const auto found = sunk_.find(node);
    return found == sunk_.end() ? std::nullopt : std::optional(found->second.since);
}

chain::HeaderPtr HeadDoubts::believe_sunk(Node node) {
    const auto found = sunk_.find(node);
    auto head = found->second.head;
    heights_[node] = head->number;
    sunk_.erase(found);
    return head;
}

bool HeadDoubts::is_overdue(const std::string& hash, std::chrono::milliseconds patience, Time now) {
    if (unconfirmed_ != hash) {
        unconfirmed_ = hash;
        unconfirmed_since_ = now;
    }
    return now - unconfirmed_since_ >= patience;
}

int HeadDoubts::nobody_has(const std::string& hash) {
    if (missing_ != hash) {
        missing_ = hash;
        missing_for_ = 0;
    }
    return ++missing_for_;
}

} // namespace weir::feeds
