#include "feeds/log_reader.hpp"

#include "chain/json_members.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace weir::feeds {

using net::Task;
using net::use_task;
namespace asio = net::asio;

LogReader::LogReader(net::IoContext& io, Questions& questions, Pauses pauses,
                     std::function<std::optional<std::uint32_t>()> source, Events events)
    : io_(io)
    , questions_(questions)
    , pauses_(pauses)
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

void LogReader::source_changed() {
    working_.reset();
    pump();
}

void LogReader::pump() {
    if (auto deliveries = line_.take_deliveries(); !deliveries.empty()) events_.logs(std::move(deliveries));
    for (const auto& [feed, why] : line_.take_ended())
        events_.ended(feed, why);
    // A question under way about a block that is no longer the one must not hold up this one.
    if (stopped_ || !line_.wanted_turn() || working_ == line_.wanted_turn()) return;
    working_ = line_.wanted_turn();
    pause_.cancel();
    asio::co_spawn(io_, work(++run_), asio::detached);
}

Task<> LogReader::work(std::uint64_t run) {
    auto pause = pauses_.first;
    while (run == run_ && !stopped_) {
        const auto wanted = line_.wanted();
        if (!wanted) break;
        const bool fetched = co_await fetch(*wanted);
        if (stopped_) co_return;
        if (run == run_) working_ = line_.wanted_turn();
        pump();
        if (run != run_) co_return;
        if (fetched) {
            pause = pauses_.first;
            continue;
        }
        // No node has it just now. The block may also leave the line meanwhile.
        pause_.expires_after(pause);
        pause = std::min(pause * 2, pauses_.longest);
        co_await pause_.async_wait(use_task);
    }
    if (run == run_) working_.reset();
}

Task<bool> LogReader::fetch(const LogLine::Wanted& wanted) {
    const auto block = wanted.block;
    // The pointers in it are good only until the line is touched again.
    std::vector<std::pair<FeedId, chain::LogFilter>> filters;
    for (const auto& [feed, filter] : wanted.filters)
        filters.emplace_back(feed, *filter);
    std::vector<LogLine::Found> found;
    if (filters.size() > max_questions_) {
        const chain::LogFilter everything;
        const auto all = co_await logs_of(block, everything);
        if (!all || stopped_) co_return false;
        for (const auto& [feed, filter] : filters) {
            auto& matching = found.emplace_back(LogLine::Found{feed, {}}).logs;
            for (const auto& log : *all) {
                if (filter.matches(log.fields)) matching.push_back(log.text);
            }
        }
    } else {
        for (const auto& [feed, filter] : filters) {
            const auto logs = co_await logs_of(block, filter);
            if (!logs || stopped_) co_return false;
            auto& matching = found.emplace_back(LogLine::Found{feed, {}}).logs;
            for (const auto& log : *logs)
                matching.push_back(log.text);
        }
    }
    line_.fetched(wanted.turn, found);
    co_return true;
}

Task<std::optional<std::vector<LogReader::Log>>> LogReader::logs_of(const chain::HeaderPtr& block,
                                                                    const chain::LogFilter& filter) {
    const std::string params = '[' + filter.to_json(R"("blockHash":")" + block->hash + "\",") + ']';
    for (const auto node : questions_.nodes_to_ask(source_())) {
        auto logs = co_await logs_from(node, block->hash, params);
        if (stopped_) co_return std::nullopt;
        if (logs) co_return logs;
    }
    co_return std::nullopt;
}

/// Nothing when the node failed, has not got the block, or tells the logs of another.
Task<std::optional<std::vector<LogReader::Log>>>
LogReader::logs_from(std::uint32_t node, const std::string& hash, const std::string& params) {
    const auto result = co_await questions_.ask(node, "eth_getLogs", params);
    if (!result || stopped_) co_return std::nullopt;
    std::vector<Log> logs;
    bool of_this_block = true;
    const bool list = chain::each_element(*result, [&](std::string_view text) {
        logs.push_back({std::string(text), chain::read_log_fields(text)});
        // EIP-234's blockHash is younger than eth_getLogs: who does not know it answers for the newest block.
        of_this_block = logs.back().fields.block_hash == hash;
        return of_this_block;
    });
    if (!list || !of_this_block) co_return std::nullopt;
    if (logs.empty()) {
        // Some nodes answer an empty list for a block that they do not have.
        const std::string block = "[\"" + hash + "\",false]";
        const auto has = co_await questions_.ask(node, "eth_getBlockByHash", block);
        if (!has || *has == "null") co_return std::nullopt;
    }
    co_return logs;
}

} // namespace weir::feeds
