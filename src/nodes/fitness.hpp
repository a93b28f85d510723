// Which nodes of a layer are fit, and why not: pure rules over what checks and real traffic report.
// No clock and no socket of its own; time is passed in.
//
//            good check                    good checks >= required
//   untested ----------> fit <----------------------------------- unfit
//      |                  | lag, syncing, wrong chain, suspect, fork, ^
//      |                  | refused, or max_failures failures in a row |
//      +------------------+------------------------------------------+
//
// `required` is min_successes; a node that leaves again soon after a return needs twice as many the next
// time, up to a bound, and is forgiven after a quiet while.
#pragma once

#include "nodes/fork.hpp"
#include "nodes/head_belief.hpp"
#include "nodes/network.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::nodes {

using FitnessClock = std::chrono::steady_clock;

/// What one health check found.
struct CheckResult {
    enum class Outcome : std::uint8_t { answered, failed, refused };
    Outcome outcome = Outcome::failed;
    std::string failure; ///< in words, unless answered
    std::optional<std::uint64_t> head;
    NetworkId network; ///< when it was asked
    bool syncing = false;
    unsigned health_status = 200; ///< CL: of /eth/v1/node/health
    bool optimistic = false, el_offline = false;
    std::string head_root, head_parent;  ///< CL: of the head's block
    std::optional<Checkpoint> finalized; ///< CL; when it was asked
    std::chrono::microseconds latency{0};
    std::string client_version; ///< when it was asked
    /// Heads announced after this are newer than what the check found.
    FitnessClock::time_point asked_at = FitnessClock::time_point::max();
};

/// What real traffic found: certain, or the n-th failure in a row seen by one worker.
struct Evidence {
    enum class Kind : std::uint8_t {
        refused,
        failing,
        not_allowed ///< its key or plan is wrong for a request: the operator must know, and it stays fit
    };
    Kind kind = Kind::failing;
    std::uint32_t in_a_row = 1;
    std::string_view what; ///< "connection reset", "timed out"; a literal
};

/// A node in trouble says so with every answer; the log hears of it once in that time.
inline constexpr std::chrono::minutes between_words_of_trouble{1};

struct FitnessLimits {
    std::uint64_t max_lag = 5;
    std::uint32_t max_failures = 3;
    std::uint32_t min_successes = 2;
    std::optional<std::uint64_t> chain_id; ///< unset: what the nodes agree on
    const char* unit = "";
};

/// One node's standing.
struct NodeFitness {
    enum class State : std::uint8_t { untested, fit, unfit };
    State state = State::untested;
    std::string reason = "not checked yet"; ///< empty when fit
    std::optional<std::uint64_t> head;
    NetworkId network; ///< as it said last
    std::uint64_t lag = 0;
    std::uint32_t consecutive_failures = 0;
    bool check_ok = false;
    bool reachable = false;
    bool serves_while_syncing = false;
    std::chrono::microseconds latency{0};
    std::string client_version;

    // What the rules remember.
    std::uint32_t successes = 0;
    std::uint32_t required = 0; ///< good checks needed to return
    std::string fault;          ///< what the last check said against the node alone; empty: nothing
    bool suspect = false;
    ChainView chain;                        ///< CL
    std::string fork;                       ///< why it is on a minority fork; empty: it is not
    std::string foreign;                    ///< why it is, or may be, of another network; empty: it is not
    bool early = false;                     ///< it waits for the other nodes' first word on that
    bool waited = false;                    ///< its good check of that time has not counted yet
    std::uint64_t checked_head = 0;         ///< what its last check found
    std::optional<std::uint64_t> fell_from; ///< the head that it had before it was far below that
    FitnessClock::time_point checked_at{};
    FitnessClock::time_point asked_at{}; ///< when the check that ended then had begun
    FitnessClock::time_point announced_at{};
    FitnessClock::time_point ahead_at{};   ///< since when it has been above what two agree on, believably
    FitnessClock::time_point claimed_at{}; ///< when it first named a head that is beyond belief
    FitnessClock::time_point led_at{};     ///< when it first was far ahead of all others, and believed
    FitnessClock::time_point forked_at{};  ///< when it was first seen on a minority fork
    FitnessClock::time_point returned_at{};

    bool fit() const { return state == State::fit; }
    /// What it answers is of this network: nothing else is served, whatever else may be overlooked.
    bool at_home() const { return foreign.empty() && !early; }
};

class LayerFitness {
  public:
    static constexpr std::chrono::seconds flap_window{60};
    static constexpr std::uint32_t max_required_factor = 16;
    /// Blocks beyond the lag that is allowed that a node may be ahead before any two have agreed.
    static constexpr std::uint64_t first_lead = 10;
    /// Blocks that a node beside which nobody speaks may announce ahead of its own checks.
    static constexpr std::uint64_t lead_of_a_lone_node = 256;
    /// After that what is left is believed although it was higher itself, and a node that may know better is
    /// away.
    static constexpr std::chrono::seconds fall_is_believed{60};

    LayerFitness(std::vector<NodeFitness> nodes, FitnessLimits limits)
        : nodes_(std::move(nodes))
        , limits_(limits) {
        network_.configure(limits.chain_id);
    }
    /// After a reload: other nodes, what has been learned of the chain stays.
    void replace(std::vector<NodeFitness> nodes, FitnessLimits limits, FitnessClock::time_point now);

    void checked(std::size_t node, const CheckResult& result, FitnessClock::time_point now);
    /// A head that the node announced by itself counts like one that a check found. One that is not higher
    /// than what is known of it says nothing: a lower one after a reorganisation waits for the next check.
    /// True when something is different now.
    bool announced(std::size_t node, std::uint64_t head, FitnessClock::time_point now);
    void witnessed(std::size_t node, const Evidence& evidence, FitnessClock::time_point now);
    /// network().patience_ends() has come.
    void patience_ended(FitnessClock::time_point now);

    const std::vector<NodeFitness>& nodes() const { return nodes_; }
    /// The highest believable head; 0 while none is known.
    std::uint64_t head() const { return head_; }
    const Network& network() const { return network_; }

  private:
    void find_network(FitnessClock::time_point now);
    void find_head(FitnessClock::time_point now);
    std::vector<NodeFitness*> voters();
    std::uint64_t limit_of(const NodeFitness& node, FitnessClock::time_point now) const;
    void doubt(const std::vector<NodeFitness*>& by_head, std::size_t top, FitnessClock::time_point now);
    std::uint64_t after_a_fall(const NodeFitness& top, bool all_answer, FitnessClock::time_point now);
    void find_forks(FitnessClock::time_point now);
    void settle(std::size_t node, bool was_checked, FitnessClock::time_point now);
    void settle_all(FitnessClock::time_point now, std::optional<std::size_t> checked = std::nullopt);
    void leave(NodeFitness& node, std::string reason, FitnessClock::time_point now);
    std::string standing_fault(const NodeFitness& node) const;

    std::vector<NodeFitness> nodes_;
    FitnessLimits limits_;
    Network network_;
    HeadBelief belief_;
    std::uint64_t head_ = 0;
    FitnessClock::time_point fell_at_{};
    /// One node alone has announced that it is far ahead, and no check of it has confirmed that.
    bool lead_is_fresh_ = false;
};

} // namespace weir::nodes
