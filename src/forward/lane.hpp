// One lane through a request's candidates: takes the next one, tries it, judges what came back, and goes on
// until the request is settled. A hedged request has two lanes on one walk. Private to forward/.
#pragma once

#include "forward/attempt_loop.hpp"

#include <cstdint>

namespace weir::forward {

/// What the lanes of one request share.
struct Walk {
    Walk(Context& context_in, Job& job_in, const nodes::LayerView& layer_in,
         const routing::Candidates& order_in, Limits limits_in);

    Context& context;
    Job& job;
    const nodes::LayerView& layer;
    const routing::Candidates& order;
    Limits limits;
    std::size_t attempts;
    std::size_t next = 0;    ///< the candidate that no lane has taken yet
    std::uint64_t ended = 0; ///< a bit for each candidate whose attempt is over
    std::uint32_t sends = 0; ///< how often the request went out
};

class Lane {
  public:
    explicit Lane(Walk& walk)
        : walk_(walk) {}

    /// `hedge`: another lane is at it, and slow.
    net::Task<> run(bool hedge = false);

    bool over() const { return over_; }
    /// Over with something for the client that no other lane could better.
    bool good() const;
    Outcome& outcome() { return outcome_; }

    /// Another lane has the answer. What this one is at is cut off; it touches the job and the layer only
    /// until it is over or waits_for_connection().
    void abandon();
    /// Abandoned while a connection is on its way, which may take long: it is closed when it is there.
    bool waits_for_connection() const { return connecting_; }

  private:
    net::Task<routing::Verdict> attempt(const nodes::NodeStatus& node, net::Clock::time_point until,
                                        bool may_move_on);
    net::Task<upstream::Failure> exchange(const nodes::NodeStatus& node, routing::Verdict& verdict);
    void strike_out_secrets();
    void report_trouble(const nodes::NodeStatus& node);
    /// True when the request is settled.
    bool settle(const nodes::NodeStatus& node, routing::Verdict verdict);
    net::Task<> ask_for_hash(const nodes::NodeStatus& node);
    std::uint64_t best_other_head() const;
    void keep_answer();
    void note_failure(const nodes::NodeStatus& node, routing::FailureKind kind);
    void count_retry(std::string_view reason);
    void finish_unanswered();

    Walk& walk_;
    Outcome outcome_;
    std::size_t at_ = 0; ///< the candidate being tried
    bool connecting_ = false;
    bool abandoned_ = false;
    bool over_ = false;
};

} // namespace weir::forward
