// The logs that follow from the line of heads: block by block, for every filter that somebody listens
// to. Pure. Each block that was added is looked at in order; where its bloom says that a filter may
// match, its logs are asked for (wanted()) and told when they have come (fetched()). A block that is taken
// back takes back what was told of it, newest log first, with "removed": true, before anything that
// replaces it. One log is thus told exactly once per time that its block joins the line.
#pragma once

#include "chain/log_filter.hpp"
#include "feeds/board.hpp"
#include "feeds/head_line.hpp"

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::feeds {

class LogLine {
  public:
    struct Limits {
        std::size_t max_blocks = 256;                       ///< that wait for their logs
        std::size_t max_kept_bytes = std::size_t{64} << 20; ///< of logs that may have to be taken back
    };
    explicit LogLine(Limits limits)
        : limits_(limits) {}
    void set_limits(Limits limits) { limits_ = limits; }

    /// The filter applies to blocks added from now on.
    void add(FeedId feed, chain::LogFilter filter);
    void remove(FeedId feed);
    bool empty() const { return filters_.empty(); }

    void step(const Step& step);

    /// The block whose logs come next, and for whom.
    struct Wanted {
        chain::HeaderPtr block;
        std::uint64_t turn = 0; ///< a block that left and came again is wanted anew: others may listen now
        std::vector<std::pair<FeedId, const chain::LogFilter*>> filters; ///< valid until the next call
    };
    std::optional<Wanted> wanted() const;
    /// wanted()->turn, without the rest.
    std::optional<std::uint64_t> wanted_turn() const {
        return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().number);
    }
    /// Logs of that block, raw JSON, in the block's order, for each feed that matches. Ignored when it is no
    /// longer that turn.
    struct Found {
        FeedId feed = 0;
        std::vector<std::string> logs;
    };
    void fetched(std::uint64_t turn, const std::vector<Found>& found);

    /// No node gives what this filter asks for: its feed ends, the others go on.
    void give_up(FeedId feed) { end(feed, FeedEnd::logs_refused); }

    struct Delivery {
        FeedId feed = 0;
        std::vector<EventText> events;
    };
    std::vector<Delivery> take_deliveries();
    /// Feeds that cannot go on, and why; they are out already.
    std::vector<std::pair<FeedId, FeedEnd>> take_ended();

  private:
    struct Filter {
        chain::LogFilter filter;
        chain::BloomTest test;
        std::uint64_t since = 0;
    };
    struct Waiting {
        Step step;
        std::uint64_t number = 0; ///< of the step
    };
    struct Kept {
        std::vector<std::pair<FeedId, EventText>> logs; ///< in the order in which they were told
        std::size_t bytes = 0;
        bool dropped = false;
    };

    void advance();
    bool concerns_anyone(const Waiting& waiting) const;
    static bool concerns(const Filter& filter, const Waiting& waiting);
    void forget();
    void take_back(const std::string& block);
    void keep(const std::string& block, Kept kept);
    void end(FeedId feed, FeedEnd why);

    Limits limits_;
    std::map<FeedId, Filter> filters_;
    std::deque<Waiting> waiting_;
    std::uint64_t next_step_ = 0;
    std::unordered_map<std::string, Kept> kept_;
    std::deque<std::string> kept_order_;
    std::size_t kept_bytes_ = 0;
    std::vector<Delivery> deliveries_;
    std::vector<std::pair<FeedId, FeedEnd>> ended_;
};

} // namespace weir::feeds
