// The logs that follow from the line of heads: block by block, for every filter that somebody listens
// to. Pure. Each block that was added is looked at in order; where some filter may match, its logs are asked
// for (wanted()) and told when they have come (fetched()). A block that is taken back takes back what was
// told of it, newest log first, with "removed": true, before anything that replaces it. One log is thus told
// exactly once per time that its block joins the line.
//
// Where the chain keeps the rule of the bloom, that says which filters may match; elsewhere all may. With
// very many filters none of them is looked at one by one: not for the bloom, and not for a log (FilterIndex).
#pragma once

#include "feeds/board.hpp"
#include "feeds/filter_index.hpp"
#include "feeds/head_line.hpp"
#include "net/io.hpp"

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::feeds {

class LogLine {
  public:
    struct Limits {
        std::size_t max_blocks = 256;                       ///< that wait for their logs
        std::size_t max_kept_bytes = std::size_t{64} << 20; ///< of logs that may have to be taken back
        bool trust_bloom = true; ///< the chain keeps the rule of the header's bloom
    };
    explicit LogLine(Limits limits)
        : limits_(limits) {}
    void set_limits(Limits limits) { limits_ = limits; }

    /// The filter applies to blocks added from now on.
    void add(FeedId feed, chain::LogFilter filter);
    void remove(FeedId feed);
    bool empty() const { return filters_.empty(); }

    /// `came`: when the step was heard of.
    void step(const Step& step, net::Clock::time_point came = {});

    /// A filter that may match the block whose logs are wanted.
    struct Candidate {
        FeedId feed = 0;
        const chain::LogFilter* filter = nullptr; ///< valid until the next call
        /// The bloom does not deny it: an empty list may be that of a node that has not got the logs yet.
        bool likely = true;
    };
    /// The block whose logs come next, and for whom.
    struct Wanted {
        chain::HeaderPtr block;
        std::uint64_t turn = 0; ///< a block that left and came again is wanted anew: others may listen now
        net::Clock::time_point came{};
        bool likely = true;          ///< that it has logs at all, for all that its bloom says
        std::vector<Candidate> some; ///< the first of them, `most` at most
        bool more = false;           ///< than those
    };
    std::optional<Wanted> wanted(std::size_t most) const;
    /// wanted()->turn, without the rest.
    std::optional<std::uint64_t> wanted_turn() const {
        return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().number);
    }
    /// Logs of that block, raw JSON, in the block's order, for each feed that matches. Ignored when it is no
    /// longer that turn.
    using Found = Delivery;
    void fetched(std::uint64_t turn, std::vector<Found> found);
    /// Which of a block's logs are for whom.
    struct Log {
        EventText text;
        chain::LogFields fields;
    };
    std::vector<Found> match(std::span<const Log> logs) const;

    /// No node gives what this filter asks for: its feed ends, the others go on.
    void give_up(FeedId feed) { end(feed, FeedEnd::logs_refused); }
    /// The same with all that hear of this turn and have nothing found for them here.
    void give_up_all_but(const std::vector<Found>& found, std::uint64_t turn);

    std::vector<Delivery> take_deliveries();
    /// Feeds that cannot go on, and why; they are out already.
    std::vector<std::pair<FeedId, FeedEnd>> take_ended();

  private:
    struct Filter {
        Filter(FeedId of, chain::LogFilter what, std::uint64_t from)
            : entry(of, std::move(what))
            , test(entry.filter())
            , since(from) {}
        FilterIndex::Entry entry;
        chain::BloomTest test;
        std::uint64_t since;
    };
    struct Waiting {
        Step step;
        std::uint64_t number = 0; ///< of the step
        net::Clock::time_point came{};
    };
    struct Kept {
        std::vector<std::pair<FeedId, EventText>> logs; ///< in the order in which they were told
        std::size_t bytes = 0;
        bool dropped = false;
    };
    using Filters = std::map<FeedId, Filter>;

    void advance();
    bool concerns_anyone(const Waiting& waiting) const;
    bool concerns(const Filter& filter, const Waiting& waiting) const;
    bool too_many_to_look_at() const;
    Filters::iterator drop(Filters::iterator filter);
    void forget();
    void take_back(const std::string& block);
    void keep(const std::string& block, Kept kept);
    void end(FeedId feed, FeedEnd why);

    Limits limits_;
    Filters filters_;
    FilterIndex index_;
    std::map<std::uint64_t, std::size_t> began_; ///< how many filters there are of each `since`
    std::deque<Waiting> waiting_;
    std::uint64_t next_step_ = 0;
    std::unordered_map<std::string, Kept> kept_;
    std::deque<std::string> kept_order_;
    std::size_t kept_bytes_ = 0;
    std::vector<Delivery> deliveries_;
    std::vector<std::pair<FeedId, FeedEnd>> ended_;
};

} // namespace weir::feeds
