// Gets the logs of the blocks that the line of heads adds, and hands them to the feeds that match. With few
// filters each asks for its own; with many, and where blooms cannot be trusted to say which of them matter,
// one question serves everybody. An empty list is believed only if nothing speaks against it: see ask().
#pragma once

#include "feeds/log_line.hpp"
#include "feeds/pauses.hpp"
#include "feeds/questions.hpp"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace weir::feeds {

class LogReader {
  public:
    struct Events {
        std::function<void(std::vector<Delivery>)> logs;
        std::function<void(std::vector<std::pair<FeedId, FeedEnd>>)> ended;
    };
    /// `source` tells which node to ask first.
    LogReader(net::IoContext& io, Questions& questions, Pauses pauses,
              std::function<std::optional<std::uint32_t>()> source, Events events);

    void set_limits(const config::Global& global, bool trust_bloom);
    void add(FeedId feed, chain::LogFilter filter) { line_.add(feed, std::move(filter)); }
    void remove(FeedId feed);
    void stepped(const std::vector<Step>& steps);
    /// Whom to ask is another now: what the old one has not answered is asked again.
    void source_changed();
    void stop();

  private:
    using Log = LogLine::Log;
    using Logs = std::vector<Log>;
    /// The block that is worked on.
    struct Block {
        chain::HeaderPtr header;
        std::uint64_t turn = 0;
        std::uint64_t run = 0; ///< of work()
        net::Clock::time_point came{};
    };
    struct Question {
        FeedId feed = 0; ///< 0: of all whom the answer matches
        chain::LogFilter filter;
        bool likely = true; ///< that there are some
        bool empty = false; ///< a node that has the block says so; not believed yet
        std::optional<Logs> answer{};
    };

    void pump();
    net::Task<> work(std::uint64_t run);
    net::Task<bool> fetch(const LogLine::Wanted& wanted, std::uint64_t run);
    net::Task<> fetch_own(const Block& block, std::vector<Delivery>& found, std::vector<FeedId>& left);
    net::Task<bool> fetch_together(const Block& block, const chain::LogFilter& filter, bool likely,
                                   const std::vector<FeedId>* whose, std::vector<Delivery>& found);
    net::Task<> ask(const Block& block, std::vector<Question>& questions);
    net::Task<bool> ask_node(std::uint32_t node, const Block& block, std::vector<Question>& questions);
    net::Task<bool> nodes_answer(const Block& block);
    net::Task<std::optional<Logs>> logs_from(std::uint32_t node, const Block& block,
                                             const chain::LogFilter& filter);
    net::Task<bool> has_block(std::uint32_t node, const Block& block);
    bool is_over(const Block& block) const {
        return stopped_ || run_ != block.run || line_.wanted_turn() != block.turn;
    }
    bool is_refused(std::uint64_t turn);

    net::IoContext& io_;
    Questions& questions_;
    Pauses pauses_;
    std::function<std::optional<std::uint32_t>()> source_;
    Events events_;
    LogLine line_{{}};
    std::size_t max_questions_ = 8;
    bool trust_bloom_ = false;
    net::Timer pause_;
    std::optional<std::uint64_t> working_;      ///< the turn that work() is about
    std::uint64_t run_ = 0;                     ///< of work(); an older one ends
    std::optional<std::uint64_t> refused_turn_; ///< the block of which no node gives some filter's logs
    int refusals_ = 0;                          ///< how often that was found
    bool stopped_ = false;
};

} // namespace weir::feeds
