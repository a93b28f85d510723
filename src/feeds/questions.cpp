#include "feeds/questions.hpp"

#include <algorithm>

namespace weir::feeds {

using nodes::NodeStatus;
using nodes::Standing;

void Questions::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    best_ = Standing::out;
    for (const auto& status : snapshot_->el.nodes)
        best_ = std::min(best_, standing(status));
}

Standing Questions::standing(const NodeStatus& status) const {
    return status.standing(snapshot_->config->global.serve_stale);
}

bool Questions::may_ask(const NodeStatus& status) const {
    return status.in_service() || is_best(status);
}

bool Questions::is_best(const NodeStatus& status) const {
    return best_ != Standing::out && standing(status) == best_;
}

const NodeStatus* Questions::find(std::uint32_t node_id) const {
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
    for (const bool best : {true, false}) {
        for (const auto& status : snapshot_->el.nodes) {
            const auto id = status.node->id;
            if (id != first && may_ask(status) && is_best(status) == best) order.push_back(id);
        }
    }
    return order;
}

} // namespace weir::feeds
