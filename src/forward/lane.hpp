// One lane through a request's candidates: takes the next one, tries it, judges what came back, and goes on
// until the request is settled. A hedged request has several lanes on one walk. Private to forward/.
#pragma once

#include "forward/attempt_loop.hpp"

#include <cstdint>

namespace weir::forward {

class Lane;

/// What the lanes of one request share.
struct Walk {
    /// `slow_action` runs with `self` when an attempt has had its time: see `slow`.
    Walk(Context& context_in, Job& job_in, const nodes::LayerView& layer_in,
         const routing::Candidates& order_in, Limits limits_in, net::Deadline::Action slow_action,
         void* self);

    const nodes::NodeStatus& candidate(std::size_t i) const { return layer.nodes[order[i]]; }

    Context& context;
    Job& job;
    const nodes::LayerView& layer;
    const routing::Candidates& order;
    Limits limits;
    std::size_t attempts;
    std::size_t next = 0;    ///< the candidate that no lane has taken yet
    std::uint64_t ended = 0; ///< a bit for each candidate whose attempt is over
    std::uint32_t sends = 0; ///< how often the request went out
    Lane* latest = nullptr;  ///< whose attempt began last, while it lasts
    net::Deadline slow;      ///< set while there is one
};

class Lane {
  public:
    explicit Lane(Walk& walk)
        : walk_(walk) {}
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// Takes one candidate after the other. `hedge`: another lane is at it, and slow.
    net::Task<> run(bool hedge = false);
    /// Tries this candidate once more while another lane is at it: over a new connection, or over one that
    /// works.
    enum class Over : std::uint8_t { fresh, working };
    net::Task<> run_beside(std::size_t candidate, Over over);

    bool over() const { return over_; }
    /// Over with something for the client that no other lane could better.
    bool good() const;
    Outcome& outcome() { return outcome_; }

    /// Another lane has the answer. What this one is at is cut off.
    void abandon();

    /// Whoever is left is asked instead of the node that it waits for; that one is as if its time were used
    /// up.
    void move_on();

    // Of the attempt under way, whose node has not answered:
    std::size_t candidate() const { return at_; }
    net::Clock::time_point began() const { return began_; }
    /// The machine or the path behind its connection is gone, and it is opened anew.
    bool reconnects();
    /// What else may bring an answer of the same node: its path may have forgotten a connection that was
    /// idle, and it may not serve a new one while others work. Nothing: neither can be.
    std::optional<Over> other_way() const;
    /// It is on a connection that has not brought an answer yet, or waits for one.
    bool is_untried() const { return !outcome_.lease || !outcome_.lease.proven(); }
    bool is_beside_over(Over over) const { return over_which_ == over; }
    /// The node has answered another way: what has rested as long as this connection is no better.
    void distrust();

  private:
    net::Task<routing::Verdict> attempt(const nodes::NodeStatus& node, net::Clock::time_point until,
                                        bool alone);
    net::Task<upstream::Failure> connect(const nodes::NodeStatus& node, net::Clock::time_point until,
                                         bool fresh, bool alone);
    net::Task<upstream::Failure> exchange(const nodes::NodeStatus& node, routing::Verdict& verdict);
    void begin_attempt(net::Clock::time_point now);
    void end_attempt();
    routing::Verdict unanswered(const nodes::NodeStatus& node, routing::FailureKind kind, bool sent);
    void note_answer(const nodes::NodeStatus& node, const routing::Verdict& verdict);
    void strike_out_secrets();
    void report_trouble(const nodes::NodeStatus& node);
    /// True when the request is settled.
    bool settle(const nodes::NodeStatus& node, routing::Verdict verdict);
    net::Task<> ask_for_hash(const nodes::NodeStatus& node);
    std::uint64_t best_other_head() const;
    void keep_answer();
    void count_retry(std::string_view reason);
    void finish_unanswered();

    Walk& walk_;
    Outcome outcome_;
    std::size_t at_ = 0; ///< the candidate being tried
    net::Clock::time_point began_{};
    upstream::Place place_;          ///< in the line for a connection
    std::optional<Over> over_which_; ///< the connection has to be
    bool abandoned_ = false;
    bool moved_on_ = false;
    bool over_ = false;
};

} // namespace weir::forward
