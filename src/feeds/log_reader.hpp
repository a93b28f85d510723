// Gets the logs of the blocks that the line of heads adds, and hands them to the feeds that match. With few
// filters each asks for its own; with many, one question for all of a block's logs serves everybody.
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
        std::function<void(std::vector<LogLine::Delivery>)> logs;
        std::function<void(FeedId, FeedEnd)> ended;
    };
    /// `source` tells which node to ask first.
    LogReader(net::IoContext& io, Questions& questions, Pauses pauses,
              std::function<std::optional<std::uint32_t>()> source, Events events);

    void set_limits(const config::Global& global);
    void add(FeedId feed, const chain::LogFilter& filter) { line_.add(feed, filter); }
    void remove(FeedId feed);
    void stepped(const std::vector<Step>& steps);
    /// Whom to ask is another now: what the old one has not answered is asked again.
    void source_changed();
    void stop();

  private:
    struct Log {
        std::string text;
        chain::LogFields fields;
    };

    void pump();
    net::Task<> work(std::uint64_t run);
    /// The filters that may match a block, while its logs are fetched.
    struct Round {
        std::vector<std::pair<FeedId, chain::LogFilter>> left; ///< without an answer so far
        std::vector<LogLine::Found> found;
    };
    net::Task<bool> fetch(const LogLine::Wanted& wanted);
    net::Task<> fetch_one_by_one(const chain::HeaderPtr& block, Round& round);
    net::Task<> fetch_everything(const chain::HeaderPtr& block, Round& round);
    bool is_refused(std::uint64_t turn);
    net::Task<std::optional<std::vector<Log>>> logs_of(const chain::HeaderPtr& block,
                                                       const chain::LogFilter& filter);
    net::Task<std::optional<std::vector<Log>>> logs_from(std::uint32_t node, const std::string& hash,
                                                         const std::string& params);

    net::IoContext& io_;
    Questions& questions_;
    Pauses pauses_;
    std::function<std::optional<std::uint32_t>()> source_;
    Events events_;
    LogLine line_{{}};
    std::size_t max_questions_ = 8;
    net::Timer pause_;
    std::optional<std::uint64_t> working_;      ///< the turn that work() is about
    std::uint64_t run_ = 0;                     ///< of work(); an older one ends
    std::optional<std::uint64_t> refused_turn_; ///< the block of which no node gives some filter's logs
    int refusals_ = 0;                          ///< how often that was found
    bool stopped_ = false;
};

} // namespace weir::feeds
