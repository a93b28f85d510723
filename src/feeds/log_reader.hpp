// Gets the logs of the blocks that the line of heads adds, and hands them to the feeds that match. With few
// filters each asks for its own; with many, one question for all of a block's logs serves everybody.
#pragma once

#include "feeds/log_line.hpp"
#include "feeds/questions.hpp"

#include <functional>

namespace weir::feeds {

class LogReader {
  public:
    struct Events {
        std::function<void(FeedId, const std::vector<EventText>&)> logs;
        std::function<void(FeedId, FeedEnd)> ended;
    };
    /// `source` tells which node to ask first.
    LogReader(net::IoContext& io, Questions& questions, std::function<std::optional<std::uint32_t>()> source,
              Events events);

    void set_limits(const config::Global& global);
    void add(FeedId feed, const chain::LogFilter& filter) { line_.add(feed, filter); }
    void remove(FeedId feed);
    bool empty() const { return line_.empty(); }
    void stepped(const std::vector<Step>& steps);
    void stop();

  private:
    void pump();
    net::Task<> work();
    net::Task<bool> fetch(LogLine::Wanted wanted);
    net::Task<std::optional<std::vector<std::string>>> logs_of(const chain::HeaderPtr& block,
                                                               const chain::LogFilter& filter);

    net::IoContext& io_;
    Questions& questions_;
    std::function<std::optional<std::uint32_t>()> source_;
    Events events_;
    LogLine line_{{}};
    std::size_t max_questions_ = 8;
    net::Timer pause_;
    bool working_ = false;
    bool stopped_ = false;
};

} // namespace weir::feeds
