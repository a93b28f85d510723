#include "feeds/head_line.hpp"

#include <algorithm>
#include <utility>

namespace weir::feeds {

using chain::HeaderPtr;

void HeadLine::heard(HeaderBook::Node node, const HeaderPtr& header) {
    book_.note(node, header);
    const bool matters = (wanted_ && *wanted_ == header->hash) || (target_ && target_->hash == header->hash);
    if (matters) advance();
}

void HeadLine::lead(HeaderBook::Node source, const HeaderPtr& head) {
    book_.set_source(source);
    book_.note(source, head);
    target_ = head;
    advance();
}

void HeadLine::nobody_has(const std::string& hash) {
    if (line_.empty() || line_.front()->parent != hash) return;
    lost_root_ = hash;
    advance();
}

void HeadLine::accept(const std::string& hash) {
    accepted_.insert(hash);
    advance();
}

void HeadLine::source_changed() {
    trusted_ = overflowed_ = false;
    target_.reset();
    wanted_.reset();
}

void HeadLine::trust() {
    trusted_ = true;
    advance();
}

void HeadLine::restart(const HeaderPtr& head) {
    line_.clear();
    numbers_.clear();
    accepted_.clear();
    push_back(head);
    steps_.clear();
    target_ = head;
    wanted_.reset();
    trusted_ = true;
    overflowed_ = false;
}

std::vector<Step> HeadLine::take_steps() {
    return std::exchange(steps_, {});
}

std::optional<std::uint64_t> HeadLine::number_of(const std::string& hash) const {
    const auto found = numbers_.find(hash);
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

HeaderBook::Claim HeadLine::best(const std::string& hash) const {
    return book_.best(hash, [this](const std::string& of) { return number_of(of); });
}

bool HeadLine::is_believed(const HeaderBook::Claim& claim, std::optional<std::uint64_t> parent) const {
    const auto& header = *claim.header;
    return !parent || header.number == *parent + 1 || claim.voices > 1 || accepted_.contains(header.hash);
}

void HeadLine::want(const std::string& hash, bool second_word) {
    wanted_ = hash;
    second_word_ = second_word;
}

void HeadLine::push_back(const HeaderPtr& header) {
    line_.push_back(header);
    numbers_[header->hash] = header->number;
}

void HeadLine::push_front(const HeaderPtr& header) {
    line_.push_front(header);
    numbers_[header->hash] = header->number;
}

void HeadLine::advance() {
    wanted_.reset();
    second_word_ = false;
    if (!target_ || overflowed_) return;
    auto at = best(target_->hash);
    if (!at.header) at = {target_, 1}; // it was pushed out by newer ones
    const auto& head = *at.header;
    if (line_.empty()) {
        push_back(at.header);
        steps_.push_back({Step::Kind::added, at.header});
        trusted_ = true;
        return;
    }
    if (contains(head.hash)) {
        trusted_ = trusted_ || head.hash == line_.back()->hash;
        return;
    }
    if (!trusted_ && head.number < line_.back()->number) return;

    // Known without walking it, as far as numbers tell how many blocks there are.
    const std::size_t farthest = skips_ ? 4 * max_gap_ : max_gap_;
    if (head.number > line_.back()->number + farthest && !contains(head.parent)) {
        overflowed_ = true;
        return;
    }
    // Each block that comes walks this anew, in memory: quadratic in the gap, which max_gap bounds.
    std::vector<HeaderPtr> way; // newest first
    for (;;) {
        way.push_back(at.header);
        if (way.size() > max_gap_) {
            overflowed_ = true;
            return;
        }
        const auto down = grow_down(*at.header);
        if (down == Way::ended) return;
        const auto parent = down == Way::met ? HeaderBook::Claim{} : best(at.header->parent);
        if (down == Way::on && !parent.header) {
            want(at.header->parent, false);
            return;
        }
        const auto below = down == Way::met ? number_of(at.header->parent) : parent.header->number;
        if (!is_believed(at, below)) {
            want(at.header->hash, true);
            return;
        }
        if (below && at.header->number != *below + 1) skips_ = true;
        if (down == Way::met) break;
        at = parent;
    }
    tell(way);
}

/// Lets the line reach down to below `at`, a block of the branch that leads to the target. `met`: the line
/// goes on with that block. `ended`: nothing to tell, or not yet.
HeadLine::Way HeadLine::grow_down(const chain::Header& at) {
    for (;;) {
        const auto& first = *line_.front();
        if (contains(at.parent)) return Way::met;
        if (contains(at.hash)) return Way::ended; // the source went back along its own line
        if (at.number > first.number) return Way::on;
        if (at.parent == first.parent || first.number == 0 || first.parent == lost_root_) return Way::met;
        if (line_.size() >= max_gap_) {
            overflowed_ = true; // a reorganisation deeper than can be taken back
            return Way::ended;
        }
        const auto below = best(first.parent);
        if (!below.header) {
            want(first.parent, false);
            return Way::ended;
        }
        if (below.header->number >= first.number) return Way::met;
        push_front(below.header);
    }
}

void HeadLine::tell(const std::vector<HeaderPtr>& newest_first) {
    const auto& parent = newest_first.back()->parent;
    while (!line_.empty() && line_.back()->hash != parent) {
        steps_.push_back({Step::Kind::removed, line_.back()});
        numbers_.erase(line_.back()->hash);
        line_.pop_back();
    }
    for (auto it = newest_first.rbegin(); it != newest_first.rend(); ++it) {
        push_back(*it);
        steps_.push_back({Step::Kind::added, *it});
        if (line_.size() <= max_gap_) continue;
        numbers_.erase(line_.front()->hash);
        line_.pop_front();
    }
    accepted_.clear();
    trusted_ = true;
}

} // namespace weir::feeds
