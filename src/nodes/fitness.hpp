// Which nodes of a layer are fit, and why not: pure rules over what checks and real traffic report.
// No clock and no socket of its own; time is passed in.
//
//            first good check              enough good checks, nothing holds it back
//   untested -----------------> fit <---------------------------------------------- held
//      |                        | ^----------------- release() ------------------   ^ ^
//      |                        |------------------- hold() ------------------------+ |
//      |                        | what it answers would be wrong, or is not to be had | good check
//      +------------------------+--------------------------> unfit -------------------+
//                                                              ^--- as from fit ----- held
//
// Only what makes answers wrong (another chain, lag, syncing, a proven lie, a fork), or that there are none,
// makes a node unfit. Everything else (it has been away lately, it rests, it is silent) holds it back: it is
// asked last, and no client is refused because of that.
//
// It takes min_successes good checks to return; a node that leaves again soon after a return needs twice as
// many the next time, up to a bound, and is forgiven after a quiet while. As long as nobody of its tier, or
// of a better one, is fit, min_successes are enough.
#pragma once

#include "nodes/layer_head.hpp"
#include "nodes/network.hpp"
#include "nodes/node_fitness.hpp"

#include <optional>
#include <vector>

namespace weir::nodes {

struct FitnessLimits {
    std::uint64_t max_lag = 5;
    std::uint32_t max_failures = 3;
    std::uint32_t min_successes = 2;
    std::optional<std::uint64_t> chain_id; ///< unset: what the nodes agree on
    /// How much younger a head may be than one that it is held against: each node is asked that often.
    std::chrono::milliseconds comparable{2000};
};

class LayerFitness {
  public:
    static constexpr std::chrono::seconds flap_window{60};
    static constexpr std::uint32_t max_required_factor = 16;

    LayerFitness(std::vector<NodeFitness> nodes, FitnessLimits limits)
        : nodes_(std::move(nodes))
        , limits_(limits) {
        network_.configure(limits.chain_id);
        head_.set_limits(limits.max_lag, limits.comparable);
    }
    /// After a reload: other nodes, what has been learned of the chain stays.
    void replace(std::vector<NodeFitness> nodes, FitnessLimits limits, FitnessClock::time_point now);

    void checked(std::size_t node, const CheckResult& result, FitnessClock::time_point now);
    /// A head that the node announced by itself counts like one that a check found. One that is not higher
    /// than what is known of it says nothing: a lower one after a reorganisation waits for the next check.
    /// `fresh`: it was said now, and not read late. True when something is different now.
    bool announced(std::size_t node, std::uint64_t head, FitnessClock::time_point now, bool fresh = true);
    void witnessed(std::size_t node, const Evidence& evidence, FitnessClock::time_point now);
    /// From now on the node is asked last, until release() of the same kind. One of rate_limited, silent,
    /// standing, slow, crowded; rate_limited ends with the next check that is answered. True when something
    /// is different now.
    bool hold(std::size_t node, Reason reason, FitnessClock::time_point now);
    bool release(std::size_t node, Reason::Kind kind, FitnessClock::time_point now);
    /// Weir did not run for a while: what was known before is not held against what is heard now.
    void slept();
    /// network().patience_ends() has come.
    void patience_ended(FitnessClock::time_point now);

    const std::vector<NodeFitness>& nodes() const { return nodes_; }
    /// The highest believable head; 0 while none is known.
    std::uint64_t head() const { return head_.head(); }
    const Network& network() const { return network_; }

  private:
    void find_network(FitnessClock::time_point now);
    void find_forks(FitnessClock::time_point now);
    void answered(NodeFitness& node, const CheckResult& result, FitnessClock::time_point now);
    void went_unanswered(NodeFitness& node, const CheckResult& result, FitnessClock::time_point now);
    void was_limited(NodeFitness& node, const CheckResult& result, FitnessClock::time_point now);
    void settle(NodeFitness& node, bool was_checked, FitnessClock::time_point now);
    void settle_all(FitnessClock::time_point now, std::optional<std::size_t> checked = std::nullopt);
    void need_no_penalty(FitnessClock::time_point now);
    void stand(NodeFitness& node);
    void leave(NodeFitness& node, Reason reason, FitnessClock::time_point now);
    Reason standing_fault(const NodeFitness& node) const;

    std::vector<NodeFitness> nodes_;
    FitnessLimits limits_;
    Network network_;
    LayerHead head_;
};

} // namespace weir::nodes
