#include "nodes/fitness.hpp"

#include <algorithm>
#include <cstdio>

namespace weir::nodes {

namespace {

std::string hex(std::uint64_t value) {
    char text[2 + 16 + 1];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

/// What speaks against the node whatever the others say.
std::string fault_of(const CheckResult& result) {
    if (!result.head)
        return result.health_status == 200 ? "no head" : "health " + std::to_string(result.health_status);
    if (result.el_offline) return "its execution node is offline";
    if (result.optimistic) return "optimistic: its execution node has not verified the head";
    if (result.health_status == 206 || result.syncing) return "syncing";
    if (result.health_status != 200) return "health " + std::to_string(result.health_status);
    return {};
}

} // namespace

std::optional<std::uint64_t> LayerFitness::expected_chain() const {
    if (limits_.chain_id) return limits_.chain_id;
    for (const auto& node : nodes_) {
        if (node.chain_id) return node.chain_id;
    }
    return std::nullopt;
}

std::string LayerFitness::standing_fault(const NodeFitness& node) const {
    if (!node.fault.empty()) return node.fault;
    if (node.chain_id && node.chain_id != expected_chain()) return "wrong chain " + hex(*node.chain_id);
    if (node.suspect)
        return "suspect: claims head " + std::to_string(node.head.value_or(0)) + ", the others are at " +
               std::to_string(head_);
    if (!node.fork.empty()) return node.fork;
    if (node.lag > limits_.max_lag)
        return "lag " + std::to_string(node.lag) + " > " + std::to_string(limits_.max_lag);
    return {};
}

void LayerFitness::checked(std::size_t index, const CheckResult& result, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    node.checked_at = now;
    node.check_ok = result.outcome == CheckResult::Outcome::answered;
    if (!result.client_version.empty()) node.client_version = result.client_version;
    if (result.chain_id) node.chain_id = result.chain_id;
    if (!node.check_ok) {
        ++node.consecutive_failures;
        node.successes = 0;
        node.reachable = false;
        find_head(now);
        const bool certain = result.outcome == CheckResult::Outcome::refused;
        if (node.state == NodeFitness::State::unfit || node.state == NodeFitness::State::untested) {
            node.state = NodeFitness::State::unfit;
            node.reason = result.failure;
        } else if (certain || node.consecutive_failures >= limits_.max_failures) {
            leave(node, result.failure, now);
        }
    } else {
        node.consecutive_failures = 0;
        node.reachable = true;
        node.latency = result.latency;
        const bool outdated = node.head > result.head && result.head && node.announced_at > result.asked_at;
        if (!outdated) node.head = result.head;
        node.fault = fault_of(result);
        node.serves_while_syncing = result.health_status == 206 && !result.el_offline;
        if (result.head && !result.head_root.empty()) {
            node.chain.note_head(*result.head, result.head_root, result.head_parent);
        }
        if (result.finalized) node.chain.finalized = result.finalized;
        find_head(now);
    }
    find_forks(now);
    // One node's news may change what is said of all: the head, who lags, which chain is right.
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        settle(i, i == index && node.check_ok, now);
}

bool LayerFitness::announced(std::size_t index, std::uint64_t head, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    // Checks alone decide whose word counts.
    if (!node.check_ok || !node.head || head <= *node.head) return false;
    node.head = head;
    node.announced_at = now;
    find_head(now);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        settle(i, false, now);
    return true;
}

void LayerFitness::witnessed(std::size_t index, const Evidence& evidence, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    if (!node.fit()) return;
    if (evidence.kind == Evidence::Kind::refused) {
        node.reachable = false;
        leave(node, "connection refused", now);
    } else if (evidence.in_a_row >= limits_.max_failures) {
        leave(node,
              std::to_string(evidence.in_a_row) + " requests in a row failed: " + std::string(evidence.what),
              now);
    } else {
        return;
    }
    find_head(now);
}

void LayerFitness::find_head(FitnessClock::time_point now) {
    // Voters: nodes whose last check was answered, and which speak of the right chain.
    const auto chain = expected_chain();
    std::vector<NodeFitness*> voters;
    for (auto& node : nodes_) {
        if (node.check_ok && node.head && (!node.chain_id || node.chain_id == chain))
            voters.push_back(&node);
        else
            node.suspect = false;
    }
    if (voters.empty()) return;

    // The highest head is believed when it is close to the second highest, or grew no faster than a chain
    // can: by time and not by word, for a node may announce heads as often as it likes.
    constexpr auto rate = static_cast<double>(believable_growth_per_second);
    const double burst = static_cast<double>(limits_.max_lag) + rate;
    growth_ = std::min(growth_, burst) + rate * std::chrono::duration<double>(now - head_at_).count();
    const auto plausible = [&](std::uint64_t head) {
        return settled_ && static_cast<double>(head) <= static_cast<double>(head_) + growth_;
    };
    std::vector<NodeFitness*> by_head = voters;
    std::stable_sort(by_head.begin(), by_head.end(),
                     [](const auto* a, const auto* b) { return *a->head > *b->head; });
    std::size_t top = 0;
    bool confirmed = true;
    for (; top + 1 < by_head.size(); ++top) {
        NodeFitness& highest = *by_head[top];
        const NodeFitness& second = *by_head[top + 1];
        if (*highest.head - *second.head <= limits_.max_lag) break;
        if (plausible(*highest.head)) {
            confirmed = false;
            break;
        }
        // Two nodes, no history: the configured order decides.
        if (!settled_ && by_head.size() == 2 && voters.front() == &highest) break;
    }
    for (std::size_t i = 0; i < by_head.size(); ++i) {
        NodeFitness& node = *by_head[i];
        if (i >= top) {
            node.suspect = false;
            node.claimed_at = {};
            continue;
        }
        // A block may have come since the others were asked: it is doubted once they have all spoken again.
        if (node.claimed_at == FitnessClock::time_point{}) node.claimed_at = now;
        node.suspect = std::all_of(voters.begin(), voters.end(),
                                   [&](const NodeFitness* other) {
                                       return other == &node || other->checked_at > node.claimed_at;
                                   }) &&
                       node.checked_at > node.claimed_at;
        if (node.state == NodeFitness::State::untested) node.suspect = true;
    }
    const auto head = *by_head[top]->head;
    if (confirmed)
        growth_ = burst;
    else if (head > head_)
        growth_ -= static_cast<double>(head - head_);
    head_ = head;
    head_at_ = now;
    settled_ = std::all_of(nodes_.begin(), nodes_.end(), [](const NodeFitness& node) {
        return node.checked_at != FitnessClock::time_point{};
    });
    for (auto& node : nodes_)
        node.lag = node.head && *node.head < head_ ? head_ - *node.head : 0;
}

void LayerFitness::find_forks(FitnessClock::time_point now) {
    std::vector<NodeFitness*> voters;
    std::vector<const ChainView*> chains;
    for (auto& node : nodes_) {
        const bool votes = node.check_ok && node.fault.empty() && !node.suspect && !node.chain.heads.empty();
        if (votes) {
            voters.push_back(&node);
            chains.push_back(&node.chain);
        } else {
            node.fork.clear();
            node.forked_at = {};
        }
    }
    const auto reasons = minority_forks(chains);
    for (std::size_t i = 0; i < voters.size(); ++i) {
        NodeFitness& node = *voters[i];
        if (reasons[i].empty()) {
            node.fork.clear();
            node.forked_at = {};
            continue;
        }
        // In a reorganisation nodes change over one after the other: it counts once all have spoken again.
        if (node.forked_at == FitnessClock::time_point{}) node.forked_at = now;
        const bool confirmed = std::all_of(voters.begin(), voters.end(), [&](const NodeFitness* voter) {
            return voter->checked_at > node.forked_at;
        });
        if (confirmed || node.state == NodeFitness::State::untested) node.fork = reasons[i];
    }
}

void LayerFitness::settle(std::size_t index, bool was_checked, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    if (!node.check_ok) return;
    const std::string fault = standing_fault(node);
    if (!fault.empty()) {
        node.successes = 0;
        if (node.fit()) {
            leave(node, fault, now);
        } else {
            node.state = NodeFitness::State::unfit;
            node.reason = fault;
        }
        return;
    }
    if (node.fit() || !was_checked) return;
    ++node.successes;
    // The first good check is enough for a node that has never been judged, or never been fit.
    const bool first = node.required == 0;
    if (first || node.successes >= node.required) {
        node.state = NodeFitness::State::fit;
        node.reason.clear();
        node.returned_at = now;
    } else {
        node.reason = "recovering: " + std::to_string(node.successes) + " of " +
                      std::to_string(node.required) + " good checks";
    }
}

void LayerFitness::leave(NodeFitness& node, std::string reason, FitnessClock::time_point now) {
    const bool flapped = node.required != 0 && now - node.returned_at < flap_window;
    node.required = flapped ? std::min(node.required * 2, limits_.min_successes * max_required_factor)
                            : limits_.min_successes;
    node.required = std::max(node.required, 1U);
    node.successes = 0;
    node.state = NodeFitness::State::unfit;
    node.reason = std::move(reason);
}

} // namespace weir::nodes
