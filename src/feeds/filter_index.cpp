#include "feeds/filter_index.hpp"

namespace weir::feeds {

namespace {

constexpr std::size_t nowhere = 5; ///< no position: among those that ask for no value

} // namespace

const std::vector<std::string>& FilterIndex::values(const Entry& entry, std::size_t position) {
    static const std::vector<std::string> none;
    const auto& filter = entry.filter();
    if (position == 0) return filter.addresses;
    return position <= filter.topics.size() ? filter.topics[position - 1] : none;
}

/// How much would be looked at under that position's values.
std::size_t FilterIndex::crowd(const Entry& entry, std::size_t position) const {
    std::size_t crowd = 0;
    for (const auto& value : values(entry, position)) {
        const auto found = positions_[position].find(value);
        crowd += 1 + (found == positions_[position].end() ? 0 : found->second.size());
    }
    return crowd;
}

void FilterIndex::put(Bucket& bucket, Entry& entry) {
    bucket.push_back({&entry, entry.places_.size()});
    entry.places_.push_back(bucket.size() - 1);
}

/// The last one takes the place that becomes free.
void FilterIndex::take(Bucket& bucket, std::size_t place) {
    bucket[place] = bucket.back();
    bucket[place].entry->places_[bucket[place].value] = place;
    bucket.pop_back();
}

void FilterIndex::add(Entry& entry) {
    entry.places_.clear();
    entry.position_ = nowhere;
    std::size_t least = 0;
    for (std::size_t position = 0; position < positions_.size(); ++position) {
        const auto here = crowd(entry, position);
        if (here == 0 || (entry.position_ != nowhere && here > least)) continue;
        least = here;
        entry.position_ =
            position; // of equals the last: what clients tell apart by is rarely the first topic
    }
    if (entry.position_ == nowhere) return put(any_, entry);
    for (const auto& value : values(entry, entry.position_))
        put(positions_[entry.position_][value], entry);
}

void FilterIndex::remove(Entry& entry) {
    if (entry.position_ == nowhere) return take(any_, entry.places_.front());
    auto& position = positions_[entry.position_];
    const auto& under = values(entry, entry.position_);
    for (std::size_t i = 0; i < under.size(); ++i) {
        const auto bucket = position.find(under[i]);
        take(bucket->second, entry.places_[i]);
        if (bucket->second.empty()) position.erase(bucket);
    }
}

} // namespace weir::feeds
