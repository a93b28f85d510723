#include "feeds/log_line.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace weir::feeds {

namespace {

/// More filters than this are not held against a bloom one by one: of so many one may match nearly always,
/// and the look would cost more than the question.
constexpr std::size_t max_looked_at = 512;

/// A bloom without a bit says that there are no logs, or that the chain has no blooms.
bool is_empty(std::string_view bloom) {
    return !bloom.empty() && bloom.find_first_not_of('0', 2) == std::string_view::npos;
}

} // namespace

void LogLine::add(FeedId feed, chain::LogFilter filter) {
    const auto [it, fresh] = filters_.try_emplace(feed, feed, std::move(filter), next_step_);
    if (!fresh) return;
    index_.add(it->second.entry);
    ++began_[next_step_];
}

void LogLine::remove(FeedId feed) {
    const auto found = filters_.find(feed);
    if (found == filters_.end()) return;
    drop(found);
    if (filters_.empty()) forget();
    advance(); // the block in front may now concern nobody
}

LogLine::Filters::iterator LogLine::drop(Filters::iterator filter) {
    index_.remove(filter->second.entry);
    const auto began = began_.find(filter->second.since);
    if (--began->second == 0) began_.erase(began);
    return filters_.erase(filter);
}

/// Nobody listens: what was told need not be taken back, and steps are no longer heard of.
void LogLine::forget() {
    waiting_.clear();
    kept_.clear();
    kept_order_.clear();
    kept_bytes_ = 0;
}

void LogLine::step(const Step& step, net::Clock::time_point came) {
    if (filters_.empty()) return;
    if (step.kind == Step::Kind::removed) {
        // Blocks leave in the opposite order of their coming: one that still waits is the last.
        const bool waits = !waiting_.empty() && waiting_.back().step.kind == Step::Kind::added &&
                           waiting_.back().step.header->hash == step.header->hash;
        if (waits) {
            waiting_.pop_back();
            ++next_step_;
            return;
        }
    }
    waiting_.push_back({step, next_step_++, came});
    if (waiting_.size() > 2 * limits_.max_blocks) {
        while (!filters_.empty())
            end(filters_.begin()->first, FeedEnd::gap_too_large);
        waiting_.clear();
        return;
    }
    advance();
}

bool LogLine::too_many_to_look_at() const {
    return filters_.size() > max_looked_at;
}

bool LogLine::concerns(const Filter& filter, const Waiting& waiting) const {
    if (filter.since > waiting.number) return false;
    return !limits_.trust_bloom || filter.test.may_be_in(waiting.step.header->bloom);
}

bool LogLine::concerns_anyone(const Waiting& waiting) const {
    if (began_.empty() || began_.begin()->first > waiting.number) return false;
    if (!limits_.trust_bloom) return true;
    if (is_empty(waiting.step.header->bloom)) return false;
    return too_many_to_look_at() || std::any_of(filters_.begin(), filters_.end(), [&](const auto& entry) {
               return concerns(entry.second, waiting);
           });
}

void LogLine::advance() {
    while (!waiting_.empty()) {
        const auto& front = waiting_.front();
        if (front.step.kind == Step::Kind::removed)
            take_back(front.step.header->hash);
        else if (concerns_anyone(front))
            return;
        waiting_.pop_front();
    }
}

std::optional<LogLine::Wanted> LogLine::wanted(std::size_t most) const {
    if (waiting_.empty()) return std::nullopt;
    const auto& front = waiting_.front();
    const auto& bloom = front.step.header->bloom;
    // On a chain that does not keep the rule, a bloom without a bit denies nothing.
    const bool denies = limits_.trust_bloom || !is_empty(bloom);
    Wanted wanted{front.step.header, front.number, front.came, true, {}, false};
    if (!too_many_to_look_at()) {
        wanted.likely = false;
        for (const auto& [feed, filter] : filters_) {
            if (filter.since > front.number) continue;
            const bool likely = !denies || filter.test.may_be_in(bloom);
            if (!likely && limits_.trust_bloom) continue;
            wanted.likely = wanted.likely || likely;
            if (wanted.some.size() == most) {
                wanted.more = true;
            } else {
                wanted.some.push_back({feed, &filter.entry.filter(), likely});
            }
        }
        return wanted;
    }
    for (auto it = filters_.begin(); it != filters_.end() && wanted.some.size() < most; ++it) {
        if (it->second.since <= front.number)
            wanted.some.push_back({it->first, &it->second.entry.filter(), true});
    }
    wanted.more = true;
    return wanted;
}

std::vector<LogLine::Found> LogLine::match(std::span<const Log> logs) const {
    std::vector<Found> found;
    std::unordered_map<FeedId, std::size_t> places;
    for (const auto& log : logs) {
        index_.match(log.fields, [&](const FilterIndex::Entry& entry) {
            const auto [place, fresh] = places.emplace(entry.feed(), found.size());
            if (fresh) found.push_back({entry.feed(), {}});
            found[place->second].events.push_back(log.text);
        });
    }
    return found;
}

void LogLine::fetched(std::uint64_t turn, std::vector<Found> found) {
    if (waiting_.empty() || waiting_.front().number != turn) return;
    Kept kept;
    std::unordered_set<const std::string*> counted; // the text of a log is the same for all
    for (auto& delivery : found) {
        const auto filter = filters_.find(delivery.feed);
        if (filter == filters_.end() || filter->second.since > turn || delivery.events.empty()) continue;
        for (const auto& text : delivery.events) {
            if (counted.insert(text.get()).second) kept.bytes += text->size();
            kept.logs.emplace_back(delivery.feed, text);
        }
        deliveries_.push_back(std::move(delivery));
    }
    kept.bytes += kept.logs.size() * sizeof(kept.logs.front());
    if (!kept.logs.empty()) keep(waiting_.front().step.header->hash, std::move(kept));
    waiting_.pop_front();
    advance();
}

void LogLine::keep(const std::string& block, Kept kept) {
    kept_bytes_ += kept.bytes;
    kept_[block] = std::move(kept);
    kept_order_.push_back(block);
    // What was dropped for want of room is remembered as such: taking it back ends the feed, never skips.
    for (const auto& oldest : kept_order_) {
        if (kept_bytes_ <= limits_.max_kept_bytes) break;
        auto& entry = kept_[oldest];
        kept_bytes_ -= std::exchange(entry.bytes, 0);
        entry.dropped = true;
        for (auto& [feed, text] : entry.logs)
            text.reset();
    }
    while (kept_order_.size() > limits_.max_blocks) {
        kept_bytes_ -= kept_[kept_order_.front()].bytes;
        kept_.erase(kept_order_.front());
        kept_order_.pop_front();
    }
}

void LogLine::take_back(const std::string& block) {
    const auto found = kept_.find(block);
    if (found == kept_.end()) return;
    const Kept kept = std::move(found->second);
    kept_.erase(found);
    kept_order_.erase(std::find(kept_order_.begin(), kept_order_.end(), block));
    kept_bytes_ -= kept.bytes;
    std::unordered_map<const std::string*, EventText> as_removed; // one text for all
    for (auto it = kept.logs.rbegin(); it != kept.logs.rend(); ++it) {
        const auto& [feed, text] = *it;
        if (!filters_.contains(feed)) continue;
        if (kept.dropped) {
            end(feed, FeedEnd::logs_too_many);
            continue;
        }
        if (deliveries_.empty() || deliveries_.back().feed != feed) deliveries_.push_back({feed, {}});
        auto& removed = as_removed[text.get()];
        if (!removed) removed = std::make_shared<const std::string>(chain::as_removed(*text));
        deliveries_.back().events.push_back(removed);
    }
}

void LogLine::end(FeedId feed, FeedEnd why) {
    const auto found = filters_.find(feed);
    if (found == filters_.end()) return;
    drop(found);
    ended_.emplace_back(feed, why);
}

void LogLine::give_up_all_but(const std::vector<Found>& found, std::uint64_t turn) {
    std::unordered_set<FeedId> served;
    for (const auto& delivery : found)
        served.insert(delivery.feed);
    for (auto it = filters_.begin(); it != filters_.end();) {
        const auto& [feed, filter] = *it++; // which may go
        if (filter.since <= turn && !served.contains(feed)) end(feed, FeedEnd::logs_refused);
    }
}

std::vector<Delivery> LogLine::take_deliveries() {
    return std::exchange(deliveries_, {});
}
std::vector<std::pair<FeedId, FeedEnd>> LogLine::take_ended() {
    if (filters_.empty()) forget();
    return std::exchange(ended_, {});
}

} // namespace weir::feeds
