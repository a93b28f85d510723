#include "feeds/poll_feed.hpp"

#include "chain/json_members.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace weir::feeds {

using net::Task;
using net::use_task;
using Kind = chain::SubscriptionRequest::Kind;
namespace asio = net::asio;

PollFeed::PollFeed(net::IoContext& io, Questions& questions, const chain::SubscriptionRequest& request,
                   OnEvent event)
    : io_(io)
    , questions_(questions)
    , kind_(request.kind)
    , whole_(request.whole)
    , event_(std::move(event))
    , pause_(io) {}

bool PollFeed::can_poll(const chain::SubscriptionRequest& request) {
    return request.kind == Kind::pending_transactions || request.kind == Kind::syncing;
}

void PollFeed::use(std::optional<std::uint32_t> node_id) {
    if (node_ == node_id) return;
    node_ = node_id;
    ++turn_;
    pause_.cancel();
    if (node_) asio::co_spawn(io_, run(shared_from_this(), *node_, turn_), asio::detached);
}

Task<> PollFeed::run([[maybe_unused]] std::shared_ptr<PollFeed> self, std::uint32_t node_id,
                     std::uint64_t turn) {
    std::string filter; // the node's id of it, raw JSON
    while (turn == turn_) {
        if (kind_ == Kind::syncing) {
            const auto state = co_await questions_.ask(node_id, "eth_syncing", "[]");
            if (turn != turn_) co_return;
            // In the form in which go-ethereum announces it.
            if (state)
                event_(state->starts_with('{') ? R"({"syncing":true,"status":)" + *state + '}' : *state);
        } else if (!co_await poll_pending(node_id, filter, turn)) {
            filter.clear();
        }
        if (turn != turn_) co_return;
        pause_.expires_after(questions_.snapshot()->config->global.ws_poll_interval);
        co_await pause_.async_wait(use_task);
    }
}

/// False when the node has no such filter any more.
Task<bool> PollFeed::poll_pending(std::uint32_t node_id, std::string& filter, std::uint64_t turn) {
    if (filter.empty()) {
        const auto made = co_await questions_.ask(node_id, "eth_newPendingTransactionFilter", "[]");
        if (!made || turn != turn_) co_return false;
        filter = *made;
    }
    const std::string params = '[' + filter + ']';
    const auto changes = co_await questions_.ask(node_id, "eth_getFilterChanges", params);
    if (!changes || turn != turn_) co_return false;
    std::vector<std::string> hashes;
    chain::each_element(*changes, [&](std::string_view hash) {
        hashes.emplace_back(hash);
        return true;
    });
    for (const auto& hash : hashes) {
        if (!whole_) {
            event_(hash);
            continue;
        }
        const std::string of_hash = '[' + hash + ']';
        const auto transaction = co_await questions_.ask(node_id, "eth_getTransactionByHash", of_hash);
        if (turn != turn_) co_return false;
        if (transaction && *transaction != "null") event_(*transaction);
    }
    co_return true;
}

} // namespace weir::feeds
