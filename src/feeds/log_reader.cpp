#include "feeds/log_reader.hpp"

#include "chain/json_members.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace weir::feeds {

using net::milliseconds;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{1000};

} // namespace

LogReader::LogReader(net::IoContext& io, Questions& questions,
                     std::function<std::optional<std::uint32_t>()> source, Events events)
    : io_(io)
    , questions_(questions)
    , source_(std::move(source))
    , events_(std::move(events))
    , pause_(io) {}

void LogReader::set_limits(const config::Global& global) {
    max_questions_ = global.logs_feed_max_filters;
    line_.set_limits({global.backfill_max_blocks, global.logs_kept_max_bytes});
}

void LogReader::stop() {
    stopped_ = true;
    pause_.cancel();
}

void LogReader::remove(FeedId feed) {
    line_.remove(feed);
    pump();
}

void LogReader::stepped(const std::vector<Step>& steps) {
    for (const auto& step : steps)
        line_.step(step);
    pump();
}

void LogReader::pump() {
    for (const auto& delivery : line_.take_deliveries())
        events_.logs(delivery.feed, delivery.logs);
    for (const auto& [feed, why] : line_.take_ended())
        events_.ended(feed, why);
    if (working_ || stopped_ || !line_.wanted()) return;
    working_ = true;
    asio::co_spawn(io_, work(), asio::detached);
}

Task<> LogReader::work() {
    auto pause = first_pause;
    while (!stopped_) {
        const auto wanted = line_.wanted();
        if (!wanted) break;
        if (co_await fetch(*wanted)) {
            pause = first_pause;
            pump();
            continue;
        }
        if (stopped_) break;
        // No node has it just now. The block may also leave the line meanwhile.
        pause_.expires_after(pause);
        pause = std::min(pause * 2, longest_pause);
        co_await pause_.async_wait(use_task);
    }
    working_ = false;
}

Task<bool> LogReader::fetch(LogLine::Wanted wanted) {
    const auto block = wanted.block;
    // The pointers in it are good only until the line is touched again.
    std::vector<std::pair<FeedId, chain::LogFilter>> filters;
    for (const auto& [feed, filter] : wanted.filters)
        filters.emplace_back(feed, *filter);
    std::vector<LogLine::Found> found;
    if (filters.size() > max_questions_) {
        const auto all = co_await logs_of(block, {});
        if (!all || stopped_) co_return false;
        for (const auto& [feed, filter] : filters) {
            auto& matching = found.emplace_back(LogLine::Found{feed, {}}).logs;
            for (const auto& log : *all) {
                if (filter.matches(log)) matching.push_back(log);
            }
        }
    } else {
        for (const auto& [feed, filter] : filters) {
            auto logs = co_await logs_of(block, filter);
            if (!logs || stopped_) co_return false;
            found.push_back({feed, std::move(*logs)});
        }
    }
    line_.fetched(block->hash, found);
    co_return true;
}

Task<std::optional<std::vector<std::string>>> LogReader::logs_of(const chain::HeaderPtr& block,
                                                                 const chain::LogFilter& filter) {
    const std::string params = '[' + filter.to_json(R"("blockHash":")" + block->hash + "\",") + ']';
    for (const auto node : nodes_to_ask(questions_, source_())) {
        const auto result = co_await questions_.ask(node, "eth_getLogs", params);
        if (stopped_) co_return std::nullopt;
        if (!result) continue;
        std::vector<std::string> logs;
        const bool list = chain::each_element(*result, [&](std::string_view log) {
            logs.emplace_back(log);
            return true;
        });
        if (!list) continue;
        if (logs.empty()) {
            // Some nodes answer an empty list for a block that they do not have.
            const auto has =
                co_await questions_.ask(node, "eth_getBlockByHash", "[\"" + block->hash + "\",false]");
            if (stopped_) co_return std::nullopt;
            if (!has || *has == "null") continue;
        }
        co_return logs;
    }
    co_return std::nullopt;
}

} // namespace weir::feeds
