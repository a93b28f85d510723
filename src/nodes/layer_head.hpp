// Where a layer's chain is: the highest head that is believable among those that its nodes tell, who claims
// more than that, and how far each one is behind. Pure rules; the time is passed in.
#pragma once

#include "nodes/head_belief.hpp"
#include "nodes/node_fitness.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace weir::nodes {

class LayerHead {
  public:
    /// Blocks beyond the lag that is allowed that a node may be ahead before any two have agreed.
    static constexpr std::uint64_t first_lead = 10;
    /// Blocks that a node beside which nobody speaks may announce ahead of its own checks.
    static constexpr std::uint64_t lead_of_a_lone_node = 256;
    /// After that what is left is believed although it was higher itself, and a node that may know better is
    /// away.
    static constexpr std::chrono::seconds fall_is_believed{60};

    /// A node that was asked before all that is remembered is not held against anything.
    static constexpr std::size_t remembered_rises = 256;

    /// `comparable`: how much younger a head may be than one that it is held against, less what the chain
    /// can have grown by in that time.
    void set_limits(std::uint64_t max_lag, FitnessClock::duration comparable) {
        max_lag_ = max_lag;
        comparable_ = comparable;
    }
    /// Another chain has other heights.
    void forget() {
        belief_ = {};
        head_ = 0;
        rises_.clear();
    }

    /// Looks at all heads anew, and marks in `nodes` who lags and who is suspect.
    void find(std::vector<NodeFitness>& nodes, FitnessClock::time_point now);

    /// The highest believable head; 0 while none is known.
    std::uint64_t head() const { return head_; }
    /// One node alone has announced that it is far ahead, and no check of it has confirmed that.
    bool lead_is_fresh() const { return lead_is_fresh_; }

  private:
    struct Rise {
        FitnessClock::time_point at;
        std::uint64_t head = 0;
    };
    static std::vector<NodeFitness*> voters(std::vector<NodeFitness>& nodes);
    std::uint64_t limit_of(const NodeFitness& node, FitnessClock::time_point now) const;
    void doubt(const std::vector<NodeFitness*>& by_head, std::size_t top, FitnessClock::time_point now);
    void note_head(std::uint64_t head, FitnessClock::time_point now);
    std::uint64_t expected_of(const NodeFitness& node, FitnessClock::time_point now) const;
    const Rise* known_at(FitnessClock::time_point then) const;
    std::uint64_t head_at(FitnessClock::time_point then) const;
    std::uint64_t after_a_fall(const NodeFitness& top, bool all_answer, FitnessClock::time_point now);

    std::uint64_t max_lag_ = 0;
    FitnessClock::duration comparable_{};
    HeadBelief belief_;
    std::uint64_t head_ = 0;
    std::deque<Rise> rises_; ///< when the head became what, the newest last
    FitnessClock::time_point fell_at_{};
    bool lead_is_fresh_ = false;
};

} // namespace weir::nodes
