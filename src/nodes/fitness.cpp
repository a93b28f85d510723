#include "nodes/fitness.hpp"

#include <algorithm>
#include <utility>

namespace weir::nodes {

using Kind = Reason::Kind;

namespace {

/// What speaks against the node whatever the others say.
Reason fault_of(const CheckResult& result) {
    Reason health{Kind::health, result.health_status};
    if (!result.head) return result.health_status == 200 ? Reason{Kind::no_head} : health;
    if (result.el_offline) return {Kind::el_offline};
    if (result.optimistic) return {Kind::optimistic};
    if (result.health_status == 206) return {Kind::syncing};
    if (result.health_status != 200) return health;
    return {};
}

Reason failure_of(const CheckResult& result) {
    if (result.outcome == CheckResult::Outcome::refused) return {Kind::refused};
    return {Kind::check_failed, 0, 0, result.failure};
}

} // namespace

Reason LayerFitness::standing_fault(const NodeFitness& node) const {
    if (!node.foreign.empty()) return {Kind::wrong_chain, 0, 0, node.foreign};
    if (node.fault.kind != Kind::none) return node.fault;
    if (node.sync && node.sync->behind.value_or(limits_.max_lag + 1) > limits_.max_lag)
        return {Kind::syncing, 0, 0, node.sync->remains};
    if (node.suspect) return {Kind::suspect, node.head.value_or(0), head()};
    if (!node.fork.empty()) return {Kind::minority_fork, 0, 0, node.fork};
    if (node.lag <= limits_.max_lag || (node.in_service() && head_.lead_is_fresh())) return {};
    Reason reason{Kind::lag, node.lag, limits_.max_lag};
    if (node.fell_from)
        reason.text = "it fell from " + std::to_string(*node.fell_from) + ", as a node that was wiped does";
    return reason;
}

void LayerFitness::replace(std::vector<NodeFitness> nodes, FitnessLimits limits,
                           FitnessClock::time_point now) {
    nodes_ = std::move(nodes);
    limits_ = limits;
    head_.set_limits(limits.max_lag, limits.comparable);
    const bool was_pinned = network_.pinned();
    network_.configure(limits.chain_id);
    if (was_pinned && !network_.pinned()) head_.forget();
    find_network(now);
    settle_all(now);
}

void LayerFitness::checked(std::size_t index, const CheckResult& result, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    node.checked_at = now;
    node.asked_at = std::min(result.asked_at, now);
    if (!result.client_version.empty()) node.client_version = result.client_version;
    if (result.network.known()) node.network = result.network;
    using Outcome = CheckResult::Outcome;
    const bool ok = result.outcome == Outcome::answered;
    // Who turns the question away is there; what it has told before still stands.
    const bool limited = result.outcome == Outcome::limited && node.in_service();
    if (!limited) node.check_ok = ok;
    find_network(now);
    if (ok)
        answered(node, result, now);
    else if (limited)
        was_limited(node, result, now);
    else
        went_unanswered(node, result, now);
    find_forks(now);
    // One node's news may change what is said of all: the head, who lags, which chain is right.
    settle_all(now, ok ? std::optional(index) : std::nullopt);
}

void LayerFitness::answered(NodeFitness& node, const CheckResult& result, FitnessClock::time_point now) {
    node.consecutive_failures = 0;
    node.reachable = true;
    node.latency = result.latency;
    std::erase_if(node.holds, [](const Reason& hold) { return hold.kind == Kind::rate_limited; });
    const bool outdated = node.head > result.head && result.head && node.announced_at > result.asked_at;
    if (!outdated) {
        const bool fell = node.head && result.head && *result.head + limits_.max_lag < *node.head;
        if (fell && !node.fell_from) node.fell_from = node.head;
        node.head = result.head;
        node.measured_at = node.asked_at;
    }
    node.checked_head = result.head.value_or(0);
    node.fault = fault_of(result);
    node.sync = result.sync;
    node.serves_while_syncing = result.health_status == 206 && !result.el_offline;
    if (result.head && !result.head_root.empty()) {
        node.chain.note_head(*result.head, result.head_root, result.head_parent);
    }
    if (result.finalized) node.chain.finalized = result.finalized;
    head_.find(nodes_, now);
}

void LayerFitness::went_unanswered(NodeFitness& node, const CheckResult& result,
                                   FitnessClock::time_point now) {
    ++node.consecutive_failures;
    node.reachable = false;
    head_.find(nodes_, now);
    auto reason = failure_of(result);
    if (result.outcome == CheckResult::Outcome::limited) reason.kind = Kind::rate_limited;
    const bool certain = result.outcome == CheckResult::Outcome::refused;
    // One failure is enough for a node on probation, unless it is the last that there is.
    const bool on_probation =
        !node.proven && std::any_of(nodes_.begin(), nodes_.end(), [&](const NodeFitness& other) {
            return &other != &node && other.in_service();
        });
    if (!node.in_service()) {
        node.state = NodeFitness::State::unfit;
        node.successes = 0;
        node.reason = std::move(reason);
    } else if (certain || on_probation || node.consecutive_failures >= limits_.max_failures) {
        leave(node, std::move(reason), now);
    } else if (!node.proven) {
        node.successes = 0; // good checks count in a row
    }
}

void LayerFitness::was_limited(NodeFitness& node, const CheckResult& result, FitnessClock::time_point) {
    node.reachable = true;
    node.consecutive_failures = 0;
    std::erase_if(node.holds, [](const Reason& hold) { return hold.kind == Kind::rate_limited; });
    node.holds.push_back({Kind::rate_limited, 0, 0, result.failure});
    stand(node);
}

bool LayerFitness::hold(std::size_t index, Reason reason, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    if (!node.in_service()) return false;
    const auto same = std::find_if(node.holds.begin(), node.holds.end(),
                                   [&](const Reason& hold) { return hold.kind == reason.kind; });
    if (same != node.holds.end()) {
        *same = std::move(reason);
    } else {
        node.holds.push_back(std::move(reason));
    }
    stand(node);
    settle_all(now);
    return true;
}

bool LayerFitness::release(std::size_t index, Kind kind, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    const auto released = std::erase_if(node.holds, [&](const Reason& hold) { return hold.kind == kind; });
    if (released == 0) return false;
    if (node.in_service()) stand(node);
    settle_all(now);
    return true;
}

bool LayerFitness::announced(std::size_t index, std::uint64_t head, FitnessClock::time_point now,
                             bool fresh) {
    auto& node = nodes_[index];
    // Checks alone decide whose word counts, as long as anybody answers them.
    const auto answers = [](const NodeFitness& one) { return one.check_ok; };
    const bool has_a_say = node.check_ok || std::none_of(nodes_.begin(), nodes_.end(), answers);
    if (!has_a_say || !node.head || head <= *node.head) return false;
    node.head = head;
    node.announced_at = now;
    if (fresh) node.measured_at = now;
    head_.find(nodes_, now);
    settle_all(now);
    return true;
}

void LayerFitness::witnessed(std::size_t index, const Evidence& evidence, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    if (!node.in_service()) return;
    if (evidence.kind == Evidence::Kind::refused) {
        node.reachable = false;
        leave(node, {Kind::refused}, now);
    } else if (evidence.kind == Evidence::Kind::mostly_failing) {
        leave(node, {Kind::traffic, 0, 0, std::string(evidence.what)}, now);
    } else if (evidence.in_a_row >= limits_.max_failures) {
        leave(node, {Kind::traffic, evidence.in_a_row, 0, std::string(evidence.what)}, now);
    } else {
        return;
    }
    head_.find(nodes_, now);
    need_no_penalty(now);
}

void LayerFitness::slept() {
    for (auto& node : nodes_)
        node.measured_at = {};
}

void LayerFitness::patience_ended(FitnessClock::time_point now) {
    find_network(now);
    settle_all(now);
}

void LayerFitness::find_network(FitnessClock::time_point now) {
    std::vector<Network::Voice> voices;
    for (const auto& node : nodes_) {
        voices.push_back(
            {&node.network, node.check_ok, node.asked_at, node.checked_at != FitnessClock::time_point{}});
    }
    const auto findings = network_.judge(voices, now);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i].foreign = findings[i].fault;
        nodes_[i].early = findings[i].early;
        nodes_[i].waited |= findings[i].early;
    }
}

void LayerFitness::find_forks(FitnessClock::time_point now) {
    std::vector<NodeFitness*> voters;
    std::vector<const ChainView*> chains;
    for (auto& node : nodes_) {
        const bool votes = node.check_ok && node.fault.kind == Kind::none && node.foreign.empty() &&
                           !node.suspect && !node.chain.heads.empty();
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

void LayerFitness::settle_all(FitnessClock::time_point now, std::optional<std::size_t> checked) {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        settle(nodes_[i], i == checked, now);
    need_no_penalty(now);
}

void LayerFitness::settle(NodeFitness& node, bool was_checked, FitnessClock::time_point now) {
    if (!node.check_ok && node.at_home()) {
        // What it answers is old, though nobody knows how it is by now.
        if (node.in_service() && node.lag > limits_.max_lag && !head_.lead_is_fresh())
            leave(node, standing_fault(node), now);
        return;
    }
    if (node.early && node.foreign.empty() && !node.in_service()) { // not judged yet
        if (node.check_ok) node.reason = {Kind::first_words};
        return;
    }
    auto fault = standing_fault(node);
    if (fault.kind != Kind::none) {
        node.successes = 0;
        if (node.in_service()) {
            leave(node, std::move(fault), now);
        } else {
            node.state = NodeFitness::State::unfit;
            node.reason = std::move(fault);
        }
        return;
    }
    const bool waited = std::exchange(node.waited, false);
    if (!node.proven && (was_checked || waited)) {
        ++node.successes;
        // The first good check is enough for a node that has never been judged, or never been fit.
        if (node.required == 0 || node.successes >= node.required) {
            node.proven = true;
            node.returned_at = now;
        }
        stand(node);
    } else if (node.in_service()) {
        stand(node);
    }
}

/// A penalty shall not keep clients on a lower tier, or on nodes that are held back as well.
void LayerFitness::need_no_penalty(FitnessClock::time_point now) {
    for (auto& node : nodes_) {
        if (!node.held() || node.proven || node.successes < limits_.min_successes) continue;
        const bool better = std::any_of(nodes_.begin(), nodes_.end(), [&](const NodeFitness& other) {
            return other.fit() && other.tier <= node.tier;
        });
        if (better) continue;
        node.proven = true;
        node.returned_at = now;
        stand(node);
    }
}

/// Nothing makes its answers wrong: is it asked first or last?
void LayerFitness::stand(NodeFitness& node) {
    using State = NodeFitness::State;
    node.state = State::held;
    if (!node.proven) {
        node.reason = {Kind::recovering, node.successes, node.required};
    } else if (!node.holds.empty()) {
        node.reason = node.holds.front();
    } else {
        node.state = State::fit;
        node.reason = {};
    }
}

void LayerFitness::leave(NodeFitness& node, Reason reason, FitnessClock::time_point now) {
    if (node.proven) { // else it has not returned yet
        const bool flapped = node.required != 0 && now - node.returned_at < flap_window;
        node.required = flapped ? std::min(node.required * 2, limits_.min_successes * max_required_factor)
                                : limits_.min_successes;
        node.required = std::max(node.required, 1U);
    }
    node.proven = false;
    node.successes = 0;
    node.holds.clear();
    node.state = NodeFitness::State::unfit;
    node.reason = std::move(reason);
}

} // namespace weir::nodes
