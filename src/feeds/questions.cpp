#include "feeds/questions.hpp"

namespace weir::feeds {

const nodes::NodeStatus* Questions::find(std::uint32_t node_id) const {
    if (!snapshot_) return nullptr;
    for (const auto& status : snapshot_->el.nodes) {
        if (status.node->id == node_id) return &status;
    }
    return nullptr;
}

std::vector<std::uint32_t> Questions::nodes_to_ask(std::optional<std::uint32_t> first) const {
    std::vector<std::uint32_t> order;
    if (first) order.push_back(*first);
    if (!snapshot_) return order;
    for (const auto& status : snapshot_->el.nodes) {
        if (status.fit && status.node->id != first) order.push_back(status.node->id);
    }
    return order;
}

} // namespace weir::feeds
