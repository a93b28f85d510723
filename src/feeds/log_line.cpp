#include "feeds/log_line.hpp"

#include <algorithm>

namespace weir::feeds {

void LogLine::add(FeedId feed, chain::LogFilter filter) {
    filters_[feed] = {std::move(filter), next_step_};
}

void LogLine::remove(FeedId feed) {
    filters_.erase(feed);
    advance(); // the block in front may now concern nobody
}

void LogLine::step(const Step& step) {
    if (filters_.empty()) {
        // Nobody listens; nothing was told that could be taken back.
        waiting_.clear();
        kept_.clear();
        kept_order_.clear();
        kept_bytes_ = 0;
        return;
    }
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

bool LogLine::concerns_anyone(const Waiting& waiting) const {
    return std::any_of(filters_.begin(), filters_.end(), [&](const auto& entry) {
        return entry.second.since <= waiting.number &&
               entry.second.filter.may_be_in(waiting.step.header->bloom);
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

std::optional<LogLine::Wanted> LogLine::wanted() const {
    if (waiting_.empty()) return std::nullopt;
    Wanted wanted{waiting_.front().step.header, {}};
    for (const auto& [feed, filter] : filters_) {
        if (filter.since <= waiting_.front().number && filter.filter.may_be_in(wanted.block->bloom)) {
            wanted.filters.emplace_back(feed, &filter.filter);
        }
    }
    return wanted;
}

void LogLine::fetched(const std::string& block, const std::vector<Found>& found) {
    if (waiting_.empty() || waiting_.front().step.header->hash != block) return;
    const auto number = waiting_.front().number;
    Kept kept;
    for (const auto& [feed, logs] : found) {
        const auto filter = filters_.find(feed);
        if (filter == filters_.end() || filter->second.since > number || logs.empty()) continue;
        Delivery delivery{feed, {}};
        for (const auto& log : logs) {
            auto text = std::make_shared<const std::string>(log);
            kept.bytes += text->size();
            kept.logs.emplace_back(feed, text);
            delivery.logs.push_back(std::move(text));
        }
        deliveries_.push_back(std::move(delivery));
    }
    if (!kept.logs.empty()) keep(block, std::move(kept));
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
        deliveries_.back().logs.push_back(std::make_shared<const std::string>(chain::as_removed(*text)));
    }
}

void LogLine::end(FeedId feed, FeedEnd why) {
    if (filters_.erase(feed) != 0) ended_.emplace_back(feed, why);
}

std::vector<LogLine::Delivery> LogLine::take_deliveries() {
    return std::exchange(deliveries_, {});
}
std::vector<std::pair<FeedId, FeedEnd>> LogLine::take_ended() {
    return std::exchange(ended_, {});
}

} // namespace weir::feeds
