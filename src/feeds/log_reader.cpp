#include "feeds/log_reader.hpp"

#include "chain/json_members.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace weir::feeds {

using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

/// A second and a half, with the usual pauses: who stumbles or limits its rate for a moment does not refuse.
constexpr int rounds_of_a_refusal = 6;

/// A question that every node answers shortly.
chain::LogFilter nobodys_logs() {
    chain::LogFilter filter;
    filter.addresses.push_back("0x" + std::string(40, '0'));
    return filter;
}

} // namespace

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

/// Each filter's own question or, with many of them, one for all logs; what gets no answer is tried the other
/// way, so that a filter that nodes refuse (too long for them, say) holds up no other.
Task<bool> LogReader::fetch(const LogLine::Wanted& wanted) {
    const auto block = wanted.block;
    Round round;
    // The pointers in it are good only until the line is touched again.
    for (const auto& [feed, filter] : wanted.filters)
        round.left.emplace_back(feed, *filter);
    const bool many = round.left.size() > max_questions_;
    if (!many) co_await fetch_one_by_one(block, round);
    if (!round.left.empty() && !stopped_) co_await fetch_everything(block, round);
    if (!round.left.empty() && round.found.empty() && !stopped_) {
        // Is it the question, or does no node give logs of this block just now?
        const auto nothing = co_await logs_of(block, nobodys_logs());
        if (!nothing) co_return false;
    }
    if (!round.left.empty() && many && !stopped_) co_await fetch_one_by_one(block, round);
    if (stopped_ || (!round.left.empty() && !is_refused(wanted.turn))) co_return false;
    if (line_.wanted_turn() == wanted.turn) {
        for (const auto& [feed, filter] : round.left)
            line_.give_up(feed);
    }
    line_.fetched(wanted.turn, round.found);
    co_return true;
}

Task<> LogReader::fetch_one_by_one(const chain::HeaderPtr& block, Round& round) {
    auto asked = std::exchange(round.left, {});
    for (auto& [feed, filter] : asked) {
        const auto logs = co_await logs_of(block, filter);
        if (stopped_) co_return;
        if (!logs) {
            round.left.emplace_back(feed, std::move(filter));
            continue;
        }
        auto& matching = round.found.emplace_back(LogLine::Found{feed, {}}).logs;
        for (const auto& log : *logs)
            matching.push_back(log.text);
    }
}

Task<> LogReader::fetch_everything(const chain::HeaderPtr& block, Round& round) {
    const chain::LogFilter everything;
    const auto all = co_await logs_of(block, everything);
    if (!all || stopped_) co_return;
    for (const auto& [feed, filter] : std::exchange(round.left, {})) {
        auto& matching = round.found.emplace_back(LogLine::Found{feed, {}}).logs;
        for (const auto& log : *all) {
            if (filter.matches(log.fields)) matching.push_back(log.text);
        }
    }
}

/// Other questions about this block were answered, and not for the first time.
bool LogReader::is_refused(std::uint64_t turn) {
    if (std::exchange(refused_turn_, turn) != turn) refusals_ = 0;
    return ++refusals_ >= rounds_of_a_refusal;
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
