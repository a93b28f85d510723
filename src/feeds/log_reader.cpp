#include "feeds/log_reader.hpp"

#include "chain/json_members.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::feeds {

using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

/// A second and a half, with the usual pauses: who stumbles or limits its rate for a moment does not refuse.
constexpr int rounds_of_a_refusal = 6;

/// Of so many filters each is asked for when nodes refuse the one question for all; with more, what is left
/// is refused.
constexpr std::size_t max_asked_one_by_one = 256;

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

void LogReader::set_limits(const config::Global& global, bool trust_bloom) {
    max_questions_ = global.logs_feed_max_filters;
    trust_bloom_ = trust_bloom;
    line_.set_limits({global.backfill_max_blocks, global.logs_kept_max_bytes, trust_bloom});
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
    const auto now = net::Clock::now();
    for (const auto& step : steps)
        line_.step(step, now);
    pump();
}

void LogReader::source_changed() {
    working_.reset();
    pump();
}

void LogReader::pump() {
    if (auto deliveries = line_.take_deliveries(); !deliveries.empty()) events_.logs(std::move(deliveries));
    if (auto ended = line_.take_ended(); !ended.empty()) events_.ended(std::move(ended));
    // A question under way about a block that is no longer the one must not hold up this one.
    if (stopped_ || !line_.wanted_turn() || working_ == line_.wanted_turn()) return;
    working_ = line_.wanted_turn();
    pause_.cancel();
    asio::co_spawn(io_, work(++run_), asio::detached);
}

Task<> LogReader::work(std::uint64_t run) {
    auto pause = pauses_.first;
    while (run == run_ && !stopped_) {
        const auto wanted = line_.wanted(std::max(max_questions_, max_asked_one_by_one));
        if (!wanted) break;
        const bool fetched = co_await fetch(*wanted, run);
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

/// Each filter's own question, or one for all of them; what gets no answer is tried the other way, so that a
/// filter that nodes refuse (too long for them, say) holds up no other.
Task<bool> LogReader::fetch(const LogLine::Wanted& wanted, std::uint64_t run) {
    const Block block{wanted.block, wanted.turn, run, wanted.came};
    const bool many = wanted.more || wanted.some.size() > max_questions_;
    std::vector<Delivery> found;
    std::vector<FeedId> left;
    bool more = false;
    if (many || (!trust_bloom_ && wanted.some.size() > 1)) {
        chain::LogFilter together; // everything
        if (!many) {
            std::vector<const chain::LogFilter*> filters;
            for (const auto& candidate : wanted.some)
                filters.push_back(candidate.filter);
            together = chain::covering(filters);
        }
        const bool told = co_await fetch_together(block, together, wanted.likely, nullptr, found);
        if (!told) {
            const bool only_that = co_await nodes_answer(block);
            if (!only_that) co_return false;
            co_await fetch_own(block, found, left);
            more = wanted.more;
        }
    } else {
        co_await fetch_own(block, found, left);
        if (!left.empty() && !is_over(block)) {
            const chain::LogFilter everything;
            const bool told = co_await fetch_together(block, everything, wanted.likely, &left, found);
            if (told) left.clear();
        }
        if (!left.empty() && found.empty()) {
            // Is it the question, or does no node give logs of this block just now?
            const bool only_that = co_await nodes_answer(block);
            if (!only_that) co_return false;
        }
    }
    const bool refused = !left.empty() || more;
    if (is_over(block) || (refused && !is_refused(block.turn))) co_return false;
    for (const auto feed : left)
        line_.give_up(feed);
    if (more) line_.give_up_all_but(found, block.turn);
    line_.fetched(block.turn, std::move(found));
    co_return true;
}

/// Each filter asks for itself. `left`: those that no node answers.
Task<> LogReader::fetch_own(const Block& block, std::vector<Delivery>& found, std::vector<FeedId>& left) {
    const auto wanted = line_.wanted(std::max(max_questions_, max_asked_one_by_one));
    if (is_over(block)) co_return;
    std::vector<Question> questions; // the pointers are good only until the line is touched again
    for (const auto& [feed, filter, likely] : wanted->some)
        questions.push_back({.feed = feed, .filter = *filter, .likely = likely});
    co_await ask(block, questions);
    for (auto& question : questions) {
        if (!question.answer) {
            left.push_back(question.feed);
            continue;
        }
        auto& events = found.emplace_back(Delivery{question.feed, {}}).events;
        for (auto& log : *question.answer)
            events.push_back(std::move(log.text));
    }
}

/// One question, whose answer goes to all whom it matches (or to `whose` of them). False when no node
/// answers.
Task<bool> LogReader::fetch_together(const Block& block, const chain::LogFilter& filter, bool likely,
                                     const std::vector<FeedId>* whose, std::vector<Delivery>& found) {
    std::vector<Question> one;
    one.push_back({.filter = filter, .likely = likely});
    co_await ask(block, one);
    if (!one.front().answer || is_over(block)) co_return false;
    for (auto& delivery : line_.match(*one.front().answer)) {
        const bool asked = !whose || std::find(whose->begin(), whose->end(), delivery.feed) != whose->end();
        if (asked) found.push_back(std::move(delivery));
    }
    co_return true;
}

/// An empty list may be that of a node that has the block and not yet its logs. It is believed at once if the
/// same node told other logs of the block, or if the block's bloom denies those that were asked for. Else two
/// nodes that have the block must say so, and the block must have been there for a moment; if one node alone
/// says so, for longer. So there are three rounds at the most.
Task<> LogReader::ask(const Block& block, std::vector<Question>& questions) {
    constexpr std::size_t opinions = 2;
    const auto open = [&] {
        return std::any_of(questions.begin(), questions.end(), [](const auto& q) { return !q.answer; });
    };
    for (;;) {
        const auto age = net::Clock::now() - block.came;
        std::size_t empty = 0;
        const auto nodes = questions_.nodes_to_ask(source_());
        for (auto node = nodes.begin(); node != nodes.end() && empty < opinions && open(); ++node) {
            const bool says_empty = co_await ask_node(*node, block, questions);
            if (says_empty) ++empty;
            if (is_over(block)) co_return;
        }
        if (empty == 0 || !open()) co_return; // the rest is answered by nobody, or there is none
        const auto settled = empty == opinions ? pauses_.empty_by_two : pauses_.empty_by_one;
        if (age >= settled) break;
        // Another node may only just be getting the block.
        const bool soon = nodes.size() > 1 && age < pauses_.empty_by_two;
        pause_.expires_at(block.came + (soon ? pauses_.empty_by_two : settled));
        co_await pause_.async_wait(use_task);
        if (is_over(block)) co_return;
    }
    for (auto& question : questions) {
        if (!question.answer && question.empty) question.answer.emplace();
    }
}

/// True when it has the block and says that there is nothing of what may be there.
Task<bool> LogReader::ask_node(std::uint32_t node, const Block& block, std::vector<Question>& questions) {
    std::vector<Question*> nothing;
    bool has_logs = false;
    for (auto& question : questions) {
        if (question.answer) continue;
        auto logs = co_await logs_from(node, block, question.filter);
        if (is_over(block)) co_return false;
        if (!logs) continue;
        if (logs->empty() && !has_logs) {
            nothing.push_back(&question);
        } else {
            has_logs = true;
            question.answer = std::move(logs);
        }
    }
    if (nothing.empty()) co_return false;
    if (!has_logs) {
        const bool has = co_await has_block(node, block);
        if (!has || is_over(block)) co_return false;
    }
    bool doubted = false;
    for (auto* question : nothing) {
        if (!question->likely) {
            question->answer.emplace();
        } else if (has_logs) {
            // They came between the two questions, perhaps.
            auto logs = co_await logs_from(node, block, question->filter);
            question->answer = std::move(logs);
            if (is_over(block)) co_return false;
        } else {
            question->empty = doubted = true;
        }
    }
    co_return doubted;
}

/// Some question about the block is answered, so it is not that no node gives its logs just now.
Task<bool> LogReader::nodes_answer(const Block& block) {
    const auto filter = nobodys_logs();
    for (const auto node : questions_.nodes_to_ask(source_())) {
        const auto logs = co_await logs_from(node, block, filter);
        if (is_over(block)) co_return false;
        if (!logs) continue;
        if (!logs->empty()) co_return true;
        const bool has = co_await has_block(node, block);
        if (has) co_return !is_over(block);
    }
    co_return false;
}

/// Other questions about this block were answered, and not for the first time.
bool LogReader::is_refused(std::uint64_t turn) {
    if (std::exchange(refused_turn_, turn) != turn) refusals_ = 0;
    return ++refusals_ >= rounds_of_a_refusal;
}

/// Nothing when the node failed, or tells the logs of another block.
Task<std::optional<LogReader::Logs>> LogReader::logs_from(std::uint32_t node, const Block& block,
                                                          const chain::LogFilter& filter) {
    const auto& hash = block.header->hash;
    const std::string params = '[' + filter.to_json(R"("blockHash":")" + hash + "\",") + ']';
    const auto result = co_await questions_.ask(node, "eth_getLogs", params);
    if (!result || stopped_) co_return std::nullopt;
    Logs logs;
    bool of_this_block = true;
    const bool list = chain::each_element(*result, [&](std::string_view text) {
        logs.push_back({std::make_shared<const std::string>(text), chain::read_log_fields(text)});
        // EIP-234's blockHash is younger than eth_getLogs: who does not know it answers for the newest block.
        of_this_block = logs.back().fields.block_hash == hash;
        return of_this_block;
    });
    if (!list || !of_this_block) co_return std::nullopt;
    co_return logs;
}

/// Some nodes answer an empty list for a block that they do not have.
Task<bool> LogReader::has_block(std::uint32_t node, const Block& block) {
    const std::string params = "[\"" + block.header->hash + "\",false]";
    const auto has = co_await questions_.ask(node, "eth_getBlockByHash", params);
    co_return has&&* has != "null";
}

} // namespace weir::feeds
