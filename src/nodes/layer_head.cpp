#include "nodes/layer_head.hpp"

#include <algorithm>

namespace weir::nodes {

/// Whose heads count: those whose last check was answered. When nobody answers, those who still announce.
std::vector<NodeFitness*> LayerHead::voters(std::vector<NodeFitness>& nodes) {
    std::vector<NodeFitness*> voters, announcers;
    for (auto& node : nodes) {
        const bool counts = node.head && node.foreign.empty();
        if (counts && node.check_ok) {
            voters.push_back(&node);
            continue;
        }
        node.suspect = false;
        if (counts && node.announced_at > node.checked_at) announcers.push_back(&node);
    }
    return voters.empty() ? announcers : voters;
}

std::uint64_t LayerHead::limit_of(const NodeFitness& node, FitnessClock::time_point now) const {
    return belief_.limit(max_lag_, node.ahead_at, now);
}

void LayerHead::find(std::vector<NodeFitness>& nodes, FitnessClock::time_point now) {
    const auto voters = this->voters(nodes);
    if (voters.empty()) return;
    std::vector<NodeFitness*> by_head = voters;
    std::stable_sort(by_head.begin(), by_head.end(),
                     [](const auto* a, const auto* b) { return *a->head > *b->head; });
    // The highest head is believed when it is close to the second highest, or when the chain can have come so
    // far since two nodes agreed.
    const auto agree = [&](std::size_t i) {
        return i + 1 < by_head.size() && *by_head[i]->head - *by_head[i + 1]->head <= max_lag_;
    };
    std::size_t pair = 0; // below one that is ahead alone there may be two that agree
    while (pair < by_head.size() && !agree(pair))
        ++pair;
    if (pair < by_head.size()) {
        const auto both = *by_head[pair + 1]->head;
        if (!belief_.base() || both + max_lag_ >= *belief_.base()) belief_.agreed(both, now);
    }
    for (auto* voter : voters) {
        const bool ahead = belief_.base() && *voter->head > *belief_.base() + max_lag_;
        if (!ahead)
            voter->ahead_at = {};
        else if (voter->ahead_at == FitnessClock::time_point{} || *voter->head > limit_of(*voter, now))
            voter->ahead_at = now; // what is beyond belief now does not become believable by waiting
    }
    std::size_t top = 0;
    for (; top + 1 < by_head.size() && !agree(top); ++top) {
        if (belief_.base() && *by_head[top]->head <= limit_of(*by_head[top], now)) break;
        // Nodes that have never agreed: the one that is merely some blocks ahead is right, else the
        // configured order decides between two.
        if (!belief_.base() && *by_head[top]->head <= *by_head[top + 1]->head + max_lag_ + first_lead) break;
        if (!belief_.base() && by_head.size() == 2 && voters.front() == by_head[top]) break;
    }
    doubt(by_head, top, now);

    const auto& highest = *by_head[top];
    auto head = *highest.head;
    if (voters.size() == 1) // nobody contradicts it but its own checks
        head = std::min(head, std::max(limit_of(highest, now), highest.checked_head + lead_of_a_lone_node));
    std::size_t of_this_network = 0, answering = 0;
    for (const auto& node : nodes) {
        if (!node.foreign.empty()) continue;
        ++of_this_network;
        if (node.check_ok) ++answering;
    }
    if (belief_.base() && head + max_lag_ < *belief_.base()) {
        head = after_a_fall(highest, answering == of_this_network, now);
    } else {
        fell_at_ = {};
        if (of_this_network == 1) belief_.agreed(head, now);
    }
    note_head(head, now);
    for (auto& node : nodes) {
        const auto behind = [&](std::uint64_t there) {
            return node.head && *node.head < there ? there - *node.head : 0;
        };
        node.distance = behind(head_);
        node.lag = behind(expected_of(node, now));
        if (node.lag <= max_lag_) node.fell_from.reset();
    }
    // What one node has merely announced makes nobody unfit before its own check has said so as well.
    const bool leads = belief_.base() && top + 1 < by_head.size() && !agree(top);
    lead_is_fresh_ = leads && highest.checked_at < highest.led_at;
}

void LayerHead::note_head(std::uint64_t head, FitnessClock::time_point now) {
    head_ = head;
    while (!rises_.empty() && rises_.back().head > head)
        rises_.pop_back();
    if (rises_.empty() || rises_.back().head < head) rises_.push_back({now, head});
    if (rises_.size() > remembered_rises) rises_.pop_front();
}

/// Where the layer was when the node told of its head: as was known then, or as can be concluded from what
/// was heard soon after. A fast chain goes on by more than the lag that is allowed between two checks.
std::uint64_t LayerHead::expected_of(const NodeFitness& node, FitnessClock::time_point now) const {
    const auto known = head_at(node.measured_at);
    const auto later = known_at(node.measured_at + comparable_);
    if (!later || later->head <= known) return known;
    const auto grown = belief_.growth_in(later->at - node.measured_at, now);
    return std::max(known, later->head - std::min(grown, later->head));
}

/// The last rise up to then.
const LayerHead::Rise* LayerHead::known_at(FitnessClock::time_point then) const {
    const auto last =
        std::find_if(rises_.rbegin(), rises_.rend(), [&](const Rise& rise) { return rise.at <= then; });
    return last == rises_.rend() ? nullptr : &*last;
}

/// Where the layer was known to be then.
std::uint64_t LayerHead::head_at(FitnessClock::time_point then) const {
    const auto* last = known_at(then);
    return last ? last->head : 0;
}

/// Marks who claims more than is believed, all those above `top`.
void LayerHead::doubt(const std::vector<NodeFitness*>& by_head, std::size_t top,
                      FitnessClock::time_point now) {
    for (std::size_t i = 0; i < by_head.size(); ++i) {
        NodeFitness& node = *by_head[i];
        const bool leads =
            i == top && i + 1 < by_head.size() && *node.head - *by_head[i + 1]->head > max_lag_;
        if (!leads)
            node.led_at = {};
        else if (node.led_at == FitnessClock::time_point{})
            node.led_at = now;
        if (i >= top) {
            node.suspect = false;
            node.claimed_at = {};
            continue;
        }
        // A block may have come since the others were asked: it is doubted once they have all spoken again.
        if (node.claimed_at == FitnessClock::time_point{}) node.claimed_at = now;
        node.suspect = std::all_of(by_head.begin(), by_head.end(),
                                   [&](const NodeFitness* other) {
                                       return other == &node || other->checked_at > node.claimed_at;
                                   }) &&
                       node.checked_at > node.claimed_at;
        if (node.state == NodeFitness::State::untested) node.suspect = true;
    }
}

/// Everybody who answers is far below what two nodes had agreed on. When all answer, or have merely never
/// been there, that is how the chain is now. A node that was there itself was wiped, as long as one that may
/// know better is away.
std::uint64_t LayerHead::after_a_fall(const NodeFitness& top, bool all_answer, FitnessClock::time_point now) {
    if (fell_at_ == FitnessClock::time_point{}) fell_at_ = now;
    if (all_answer || now - fell_at_ >= fall_is_believed) {
        belief_.fell_to(*top.head, now);
        fell_at_ = {};
    } else if (top.fell_from) {
        return *belief_.base();
    }
    return *top.head;
}

} // namespace weir::nodes
