#include "feeds/questions.hpp"

#include "chain/json_members.hpp"
#include "upstream/ask.hpp"

namespace weir::feeds {

using net::Clock;
using net::Task;

namespace {

constexpr std::size_t connections_per_node = 8;

} // namespace

void Questions::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    for (auto it = pools_.begin(); it != pools_.end();) {
        const auto* status = find(it->first);
        if (status && status->fit) {
            ++it;
        } else {
            it->second->close_all();
            it = pools_.erase(it);
        }
    }
}

void Questions::stop() {
    stopped_ = true;
    for (const auto& [id, pool] : pools_)
        pool->close_all();
    pools_.clear();
}

const nodes::NodeStatus* Questions::find(std::uint32_t node_id) const {
    if (!snapshot_) return nullptr;
    for (const auto& status : snapshot_->el.nodes) {
        if (status.node->id == node_id) return &status;
    }
    return nullptr;
}

Task<std::optional<std::string>> Questions::ask(std::uint32_t node_id, std::string method,
                                                std::string params) {
    const auto* status = find(node_id);
    if (!status || stopped_) co_return std::nullopt;
    const auto& global = snapshot_->config->global;
    auto& pool = pools_[node_id];
    if (!pool) {
        const upstream::Pool::Settings settings{connections_per_node, global.connect_timeout,
                                                global.upstream_idle_timeout};
        pool = std::make_shared<upstream::Pool>(io_, wheel_, status->node->http, settings, unused_metrics_,
                                                unused_waiters_);
    }
    const auto kept = pool; // adopt() may drop it meanwhile
    upstream::Question question;
    question.method = "POST";
    question.body = R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + '}';
    question.max_answer = global.upstream_max_message_bytes;
    const auto reply = co_await upstream::ask(*kept, status->addresses, std::move(question),
                                              Clock::now() + global.health_check_timeout);
    if (reply.failure != upstream::Failure::none) co_return std::nullopt;
    std::optional<std::string> result;
    bool failed = false;
    const bool whole = chain::each_member(reply.body, [&](std::string_view key, std::string_view value) {
        if (key == "result") result = std::string(value);
        if (key == "error" && value != "null") failed = true;
        return true;
    });
    if (!whole || failed) result.reset();
    co_return result;
}

std::vector<std::uint32_t> nodes_to_ask(const Questions& questions, std::optional<std::uint32_t> first) {
    std::vector<std::uint32_t> order;
    if (first) order.push_back(*first);
    if (!questions.snapshot()) return order;
    for (const auto& status : questions.snapshot()->el.nodes) {
        if (status.fit && status.node->id != first) order.push_back(status.node->id);
    }
    return order;
}

} // namespace weir::feeds
