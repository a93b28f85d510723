// Which of very many filters a log matches, without a look at each: every filter is found under the values of
// one of its positions (address, or a topic), the one whose values the fewest others are found under. A log
// is looked up by its address and by each of its topics; what is found is matched whole. Pure.
#pragma once

#include "chain/log_filter.hpp"
#include "feeds/board.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::feeds {

class FilterIndex {
  public:
    /// Of the owner's: stays where it is, and as it is, while it is in the index.
    class Entry {
      public:
        Entry(FeedId feed, chain::LogFilter filter)
            : feed_(feed)
            , filter_(std::move(filter)) {}
        FeedId feed() const { return feed_; }
        const chain::LogFilter& filter() const { return filter_; }

      private:
        friend class FilterIndex;
        FeedId feed_;
        chain::LogFilter filter_;
        std::size_t position_ = 0;        ///< under whose values it is found
        std::vector<std::size_t> places_; ///< for each value, where in its bucket
    };

    void add(Entry& entry);
    void remove(Entry& entry);
    /// Visits each filter that matches, once.
    template <class Visit>
    void match(const chain::LogFields& log, Visit visit) const {
        const auto look = [&](const Bucket& bucket) {
            for (const auto& found : bucket) {
                if (found.entry->filter().matches(log)) visit(*found.entry);
            }
        };
        look(any_);
        look_up(0, log.address, look);
        for (std::size_t i = 0; i < log.topics.size() && i + 1 < positions_.size(); ++i)
            look_up(i + 1, log.topics[i], look);
    }

  private:
    struct Found {
        Entry* entry;
        std::size_t value; ///< which of its values it is found under here
    };
    using Bucket = std::vector<Found>;
    using Position = std::unordered_map<std::string, Bucket>;

    template <class Look>
    void look_up(std::size_t position, const std::string& value, Look look) const {
        const auto found = positions_[position].find(value);
        if (found != positions_[position].end()) look(found->second);
    }
    static const std::vector<std::string>& values(const Entry& entry, std::size_t position);
    std::size_t crowd(const Entry& entry, std::size_t position) const;
    static void put(Bucket& bucket, Entry& entry);
    static void take(Bucket& bucket, std::size_t place);

    Bucket any_;                        ///< those that ask for no value
    std::array<Position, 5> positions_; ///< address, then topics
};

} // namespace weir::feeds
