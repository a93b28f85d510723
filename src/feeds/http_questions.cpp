#include "feeds/http_questions.hpp"

#include "chain/json_members.hpp"
#include "upstream/ask.hpp"

namespace weir::feeds {

using net::Clock;
using net::Task;

namespace {

constexpr std::size_t connections_per_node = 8;

} // namespace

void HttpQuestions::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    Questions::adopt(std::move(snapshot));
    for (auto it = pools_.begin(); it != pools_.end();) {
        const auto* status = find(it->first);
        if (status && may_ask(*status)) {
            ++it;
        } else {
            it->second->close_all();
            it = pools_.erase(it);
        }
    }
}

void HttpQuestions::stop() {
    stopped_ = true;
    for (const auto& [id, pool] : pools_)
        pool->close_all();
    pools_.clear();
}

Task<std::optional<std::string>> HttpQuestions::ask(std::uint32_t node_id, std::string_view method,
                                                    std::string_view params) {
    const auto* status = find(node_id);
    if (!status || stopped_) co_return std::nullopt;
    const auto& global = snapshot()->config->global;
    auto& pool = pools_[node_id];
    if (!pool) {
        const upstream::Pool::Settings settings{connections_per_node, global.connect_timeout,
                                                global.upstream_idle_timeout};
        pool = std::make_shared<upstream::Pool>(io_, wheel_, status->node->http, settings, unused_metrics_,
                                                unused_waiters_);
    }
    const auto kept = pool; // adopt() may drop it meanwhile
    auto question = upstream::rpc_question(method, params);
    question.max_answer = global.upstream_max_message_bytes;
    const auto addresses = status->addresses;
    const auto deadline = Clock::now() + global.health_check_timeout;
    const auto reply = co_await upstream::ask(*kept, addresses, std::move(question), deadline);
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

} // namespace weir::feeds
