#include "feeds/log_line.hpp"

#include <algorithm>

namespace weir::feeds {

void LogLine::add(FeedId feed, chain::LogFilter filter) {
    chain::BloomTest test(filter);
    filters_.insert_or_assign(feed, Filter{std::move(filter), std::move(test), next_step_});
}

void LogLine::remove(FeedId feed) {
    filters_.erase(feed);
    if (filters_.empty()) forget();
    advance(); // the block in front may now concern nobody
}

/// Nobody listens: what was told need not be taken back, and steps are no longer heard of.
void LogLine::forget() {
    waiting_.clear();
    kept_.clear();
    kept_order_.clear();
    kept_bytes_ = 0;
}

void LogLine::step(const Step& step) {
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
    waiting_.push_back({step, next_step_++});
    if (waiting_.size() > 2 * limits_.max_blocks) {
        std::vector<FeedId> all;
        for (const auto& [feed, filter] : filters_)
            all.push_back(feed);
        for (const auto feed : all)
            end(feed, FeedEnd::gap_too_large);
        waiting_.clear();
        return;
    }
    advance();
}

bool LogLine::concerns(const Filter& filter, const Waiting& waiting) {
    return filter.since <= waiting.number && filter.test.may_be_in(waiting.step.header->bloom);
}

bool LogLine::concerns_anyone(const Waiting& waiting) const {
    return std::any_of(filters_.begin(), filters_.end(),
                       [&](const auto& entry) { return concerns(entry.second, waiting); });
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

std::optional<LogLine::Wanted> LogLine::wanted() const {
    if (waiting_.empty()) return std::nullopt;
    const auto& front = waiting_.front();
    Wanted wanted{front.step.header, front.number, {}};
    for (const auto& [feed, filter] : filters_) {
        if (concerns(filter, front)) wanted.filters.emplace_back(feed, &filter.filter);
    }
    return wanted;
}

void LogLine::fetched(std::uint64_t turn, const std::vector<Found>& found) {
    if (waiting_.empty() || waiting_.front().number != turn) return;
    Kept kept;
    for (const auto& [feed, logs] : found) {
        const auto filter = filters_.find(feed);
        if (filter == filters_.end() || filter->second.since > turn || logs.empty()) continue;
        Delivery delivery{feed, {}};
        for (const auto& log : logs) {
            auto text = std::make_shared<const std::string>(log);
            kept.bytes += text->size();
            kept.logs.emplace_back(feed, text);
            delivery.events.push_back(std::move(text));
        }
        deliveries_.push_back(std::move(delivery));
    }
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
    for (auto it = kept.logs.rbegin(); it != kept.logs.rend(); ++it) {
        const auto& [feed, text] = *it;
        if (!filters_.contains(feed)) continue;
        if (kept.dropped) {
            end(feed, FeedEnd::logs_too_many);
            continue;
        }
        if (deliveries_.empty() || deliveries_.back().feed != feed) deliveries_.push_back({feed, {}});
        deliveries_.back().events.push_back(std::make_shared<const std::string>(chain::as_removed(*text)));
    }
}

void LogLine::end(FeedId feed, FeedEnd why) {
    if (filters_.erase(feed) != 0) ended_.emplace_back(feed, why);
}

std::vector<LogLine::Delivery> LogLine::take_deliveries() {
    return std::exchange(deliveries_, {});
}
std::vector<std::pair<FeedId, FeedEnd>> LogLine::take_ended() {
    if (filters_.empty()) forget();
    return std::exchange(ended_, {});
}

} // namespace weir::feeds
