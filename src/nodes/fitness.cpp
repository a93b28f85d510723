#include "nodes/fitness.hpp"

#include <algorithm>
#include <utility>

namespace weir::nodes {

namespace {

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

std::string LayerFitness::standing_fault(const NodeFitness& node) const {
    if (!node.foreign.empty()) return node.foreign;
    if (!node.fault.empty()) return node.fault;
    if (node.suspect)
        return "suspect: claims head " + std::to_string(node.head.value_or(0)) + ", the others are at " +
               std::to_string(head_);
    if (!node.fork.empty()) return node.fork;
    if (node.lag <= limits_.max_lag || (node.fit() && lead_is_fresh_)) return {};
    auto reason = "lag " + std::to_string(node.lag) + " > " + std::to_string(limits_.max_lag);
    if (node.fell_from)
        reason += ": it fell from " + std::to_string(*node.fell_from) + ", as a node that was wiped does";
    return reason;
}

void LayerFitness::replace(std::vector<NodeFitness> nodes, FitnessLimits limits,
                           FitnessClock::time_point now) {
    nodes_ = std::move(nodes);
    limits_ = limits;
    const bool was_pinned = network_.pinned();
    network_.configure(limits.chain_id);
    if (was_pinned && !network_.pinned()) { // another chain has other heights
        belief_ = {};
        head_ = 0;
    }
    find_network(now);
    settle_all(now);
}

void LayerFitness::checked(std::size_t index, const CheckResult& result, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    node.checked_at = now;
    node.asked_at = std::min(result.asked_at, now);
    node.check_ok = result.outcome == CheckResult::Outcome::answered;
    if (!result.client_version.empty()) node.client_version = result.client_version;
    if (result.network.known()) node.network = result.network;
    find_network(now);
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
        if (!outdated) {
            const bool fell = node.head && result.head && *result.head + limits_.max_lag < *node.head;
            if (fell && !node.fell_from) node.fell_from = node.head;
            node.head = result.head;
        }
        node.checked_head = result.head.value_or(0);
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
    settle_all(now, node.check_ok ? std::optional(index) : std::nullopt);
}

bool LayerFitness::announced(std::size_t index, std::uint64_t head, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    // Checks alone decide whose word counts, as long as anybody answers them.
    const auto answers = [](const NodeFitness& one) { return one.check_ok; };
    const bool has_a_say = node.check_ok || std::none_of(nodes_.begin(), nodes_.end(), answers);
    if (!has_a_say || !node.head || head <= *node.head) return false;
    node.head = head;
    node.announced_at = now;
    find_head(now);
    settle_all(now);
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

/// Whose heads count: those whose last check was answered. When nobody answers, those who still announce.
std::vector<NodeFitness*> LayerFitness::voters() {
    std::vector<NodeFitness*> voters, announcers;
    for (auto& node : nodes_) {
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

std::uint64_t LayerFitness::limit_of(const NodeFitness& node, FitnessClock::time_point now) const {
    return belief_.limit(limits_.max_lag, node.ahead_at, now);
}

void LayerFitness::find_head(FitnessClock::time_point now) {
    const auto voters = this->voters();
    if (voters.empty()) return;
    std::vector<NodeFitness*> by_head = voters;
    std::stable_sort(by_head.begin(), by_head.end(),
                     [](const auto* a, const auto* b) { return *a->head > *b->head; });
    // The highest head is believed when it is close to the second highest, or when the chain can have come so
    // far since two nodes agreed.
    const auto agree = [&](std::size_t i) {
        return i + 1 < by_head.size() && *by_head[i]->head - *by_head[i + 1]->head <= limits_.max_lag;
    };
    std::size_t pair = 0; // below one that is ahead alone there may be two that agree
    while (pair < by_head.size() && !agree(pair))
        ++pair;
    if (pair < by_head.size()) {
        const auto both = *by_head[pair + 1]->head;
        if (!belief_.base() || both + limits_.max_lag >= *belief_.base()) belief_.agreed(both, now);
    }
    for (auto* voter : voters) {
        const bool ahead = belief_.base() && *voter->head > *belief_.base() + limits_.max_lag;
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
        if (!belief_.base() && *by_head[top]->head <= *by_head[top + 1]->head + limits_.max_lag + first_lead)
            break;
        if (!belief_.base() && by_head.size() == 2 && voters.front() == by_head[top]) break;
    }
    doubt(by_head, top, now);

    const auto& highest = *by_head[top];
    auto head = *highest.head;
    if (voters.size() == 1) // nobody contradicts it but its own checks
        head = std::min(head, std::max(limit_of(highest, now), highest.checked_head + lead_of_a_lone_node));
    std::size_t of_this_network = 0, answering = 0;
    for (const auto& node : nodes_) {
        if (!node.foreign.empty()) continue;
        ++of_this_network;
        if (node.check_ok) ++answering;
    }
    if (belief_.base() && head + limits_.max_lag < *belief_.base()) {
        head = after_a_fall(highest, answering == of_this_network, now);
    } else {
        fell_at_ = {};
        if (of_this_network == 1) belief_.agreed(head, now);
    }
    head_ = head;
    for (auto& node : nodes_) {
        node.lag = node.head && *node.head < head_ ? head_ - *node.head : 0;
        if (node.lag <= limits_.max_lag) node.fell_from.reset();
    }
    // What one node has merely announced makes nobody unfit before its own check has said so as well.
    const bool leads = belief_.base() && top + 1 < by_head.size() && !agree(top);
    lead_is_fresh_ = leads && highest.checked_at < highest.led_at;
}

/// Marks who claims more than is believed, all those above `top`.
void LayerFitness::doubt(const std::vector<NodeFitness*>& by_head, std::size_t top,
                         FitnessClock::time_point now) {
    for (std::size_t i = 0; i < by_head.size(); ++i) {
        NodeFitness& node = *by_head[i];
        const bool leads =
            i == top && i + 1 < by_head.size() && *node.head - *by_head[i + 1]->head > limits_.max_lag;
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
std::uint64_t LayerFitness::after_a_fall(const NodeFitness& top, bool all_answer,
                                         FitnessClock::time_point now) {
    if (fell_at_ == FitnessClock::time_point{}) fell_at_ = now;
    if (all_answer || now - fell_at_ >= fall_is_believed) {
        belief_.fell_to(*top.head, now);
        fell_at_ = {};
    } else if (top.fell_from) {
        return *belief_.base();
    }
    return *top.head;
}

void LayerFitness::find_forks(FitnessClock::time_point now) {
    std::vector<NodeFitness*> voters;
    std::vector<const ChainView*> chains;
    for (auto& node : nodes_) {
        const bool votes = node.check_ok && node.fault.empty() && node.foreign.empty() && !node.suspect &&
                           !node.chain.heads.empty();
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
        settle(i, i == checked, now);
}

void LayerFitness::settle(std::size_t index, bool was_checked, FitnessClock::time_point now) {
    auto& node = nodes_[index];
    if (!node.check_ok && node.at_home()) return;
    if (node.early && node.foreign.empty() && !node.fit()) { // not judged yet
        if (node.check_ok) node.reason = "waiting for the other nodes' first word on their chain";
        return;
    }
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
    const bool waited = std::exchange(node.waited, false);
    if (node.fit() || (!was_checked && !waited)) return;
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
