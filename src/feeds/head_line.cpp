#include "feeds/head_line.hpp"

#include <algorithm>
#include <utility>

namespace weir::feeds {

using chain::HeaderPtr;

void HeadLine::heard(const HeaderPtr& header) {
    if (!known_.emplace(header->hash, header).second) return;
    known_order_.push_back(header->hash);
    // Room for a whole gap and what other nodes announce meanwhile.
    if (known_order_.size() > 4 * max_gap_ + 64) {
        known_.erase(known_order_.front());
        known_order_.pop_front();
    }
    if (wanted_ && *wanted_ == header->hash) advance();
}

void HeadLine::given(const HeaderPtr& header) {
    // Nobody computes the hash, so a node may tell any parent with it.
    if (const auto known = known_.find(header->hash); known != known_.end()) known->second = header;
    heard(header);
}

void HeadLine::lead(const HeaderPtr& head) {
    given(head);
    target_ = head;
    advance();
}

void HeadLine::nobody_has(const std::string& hash) {
    if (line_.empty() || line_.front()->parent != hash) return;
    lost_root_ = hash;
    advance();
}

void HeadLine::source_changed() {
    trusted_ = false;
    target_.reset();
    wanted_.reset();
}

void HeadLine::trust() {
    trusted_ = true;
    advance();
}

void HeadLine::restart(const HeaderPtr& head) {
    line_.clear();
    line_.push_back(head);
    steps_.clear();
    target_ = head;
    wanted_.reset();
    trusted_ = true;
    overflowed_ = false;
}

std::vector<Step> HeadLine::take_steps() {
    return std::exchange(steps_, {});
}

bool HeadLine::contains(const std::string& hash, std::uint64_t number) const {
    if (line_.empty() || number < line_.front()->number || number > line_.back()->number) return false;
    return line_[number - line_.front()->number]->hash == hash;
}

void HeadLine::advance() {
    wanted_.reset();
    if (!target_ || overflowed_) return;
    if (line_.empty()) {
        line_.push_back(target_);
        steps_.push_back({Step::Kind::added, target_});
        trusted_ = true;
        return;
    }
    if (contains(target_->hash, target_->number)) {
        trusted_ = trusted_ || target_->hash == line_.back()->hash;
        return;
    }
    if (!trusted_ && target_->number < line_.back()->number) return;

    if (target_->number > line_.back()->number + max_gap_) {
        overflowed_ = true; // known without walking it
        return;
    }
    // Each block that comes walks this anew, in memory: quadratic in the gap, which max_gap bounds.
    std::vector<HeaderPtr> way; // newest first
    HeaderPtr at = target_;
    for (;;) {
        way.push_back(at);
        if (way.size() > max_gap_) {
            overflowed_ = true;
            return;
        }
        const auto down = grow_down(*at);
        if (down == Way::ended) return;
        if (down == Way::met) break;
        const auto parent = known_.find(at->parent);
        if (parent == known_.end()) {
            wanted_ = at->parent;
            return;
        }
        // A node that numbers its blocks otherwise than by one is not to be followed.
        if (parent->second->number + 1 != at->number) return;
        at = parent->second;
    }
    tell(way);
}

/// Lets the line reach down to below `at`, a block of the branch that leads to the target. `met`: the line
/// goes on with that block. `ended`: nothing to tell, or not yet.
HeadLine::Way HeadLine::grow_down(const chain::Header& at) {
    for (;;) {
        const auto& first = *line_.front();
        if (at.number > first.number) return contains(at.parent, at.number - 1) ? Way::met : Way::on;
        if (contains(at.hash, at.number)) return Way::ended; // the source went back along its own line
        const bool same_parent = at.number == first.number && at.parent == first.parent;
        if (same_parent || first.number == 0 || first.parent == lost_root_) return Way::met;
        if (line_.size() >= max_gap_) {
            overflowed_ = true; // a reorganisation deeper than can be taken back
            return Way::ended;
        }
        const auto below = known_.find(first.parent);
        if (below == known_.end()) {
            wanted_ = first.parent;
            return Way::ended;
        }
        if (below->second->number + 1 != first.number) return Way::met;
        line_.push_front(below->second);
    }
}

void HeadLine::tell(const std::vector<HeaderPtr>& newest_first) {
    const auto from = newest_first.back()->number;
    while (!line_.empty() && line_.back()->number >= from) {
        steps_.push_back({Step::Kind::removed, line_.back()});
        line_.pop_back();
    }
    for (auto it = newest_first.rbegin(); it != newest_first.rend(); ++it) {
        line_.push_back(*it);
        steps_.push_back({Step::Kind::added, *it});
        if (line_.size() > max_gap_) line_.pop_front();
    }
    trusted_ = true;
}

} // namespace weir::feeds
