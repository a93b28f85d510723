// The only place that tries a node, judges what came back and tries another. Candidates come in the
// plan's order; at most 1 + max_retries of them get an attempt, all before one deadline. What has no answer
// when its node usually has one, or after `hedge_after`, and may be sent twice goes to the next candidate as
// well, within the worker's allowance: the first good answer wins. The first lane runs within the request's
// own coroutine; only who is late costs more than a deadline that is set and cleared.
//
//   first lane ---- answer in time ----> outcome
//        | late: is its connection dead? then it is opened anew
//        |       has nothing come from the node at all? then the control thread hears of it
//        +-----> second lane, at the next candidate; late as well: a third …
#pragma once

#include "forward/context.hpp"
#include "forward/job.hpp"
#include "routing/plan.hpp"

#include <optional>
#include <string>

namespace weir::forward {

/// A whole small answer that says "not me": delivered when no other node does better.
struct KeptAnswer {
    unsigned status = 0;
    std::string header_lines; ///< end-to-end ones, each with CRLF, without Content-Length
    std::string body;
};

struct Outcome {
    enum class Kind : std::uint8_t {
        answer,    ///< `lease` holds the answer; body() is what has come of it
        kept,      ///< `kept`
        hash,      ///< eth_sendRawTransaction: it is in; answer with its hash
        no_node,   ///< no candidate
        timed_out, ///< the request's time is used up
        failed,    ///< every attempt failed
        ambiguous, ///< it may have reached a node and must not be sent again
    };
    Kind kind = Kind::no_node;
    upstream::Pool::Lease lease;
    std::uint32_t node_id = 0; ///< whose answer it is
    /// What has come of the body.
    std::string_view body() const { return (holding ? std::string_view(held) : piece).substr(no_part_of_it); }
    /// Of the answer in `lease`. A result is one whatever the node's status says, and a client that sees a
    /// status of failure would not read it.
    unsigned status() const { return is_result && lease->head().status >= 300 ? 200 : lease->head().status; }
    bool is_result = false;
    std::size_t no_part_of_it = 0;  ///< bytes in front of the body that nobody is given
    std::string_view piece;         ///< in the connection's buffer
    std::string held;               ///< grown from several pieces
    net::ByteBudget::Charge charge; ///< for `held`
    bool holding = false;
    bool complete = false; ///< the body is whole
    /// The id of the call, when the answer is so long that its own is still on the way: deliver_answer()
    /// looks for it. Outlives the outcome.
    std::string_view awaited_id;
    std::optional<KeptAnswer> kept;
    std::string_view last_reason; ///< of the last failed attempt: a literal
    bool may_have_run = false;    ///< some node may have been reached
    bool sent_again = false;      ///< it had gone out before to whoever answers, or to another
    bool all_answered = true;     ///< no attempt failed without an answer
};

/// The nodes were not there, as opposed to: they would not. Later one may be.
bool not_there(const Outcome& outcome);

struct Limits {
    net::Clock::time_point deadline;
    std::uint32_t max_retries = 2;
    /// Who asked tries again later: not even the last candidate is waited for once it is found unfit.
    bool asked_again_later = false;
    /// When another node is asked as well; unset: what the node usually needs. 0: never.
    std::optional<net::milliseconds> hedge_after{};
};

/// `job` and `layer` must outlive the call.
net::Task<Outcome> run(Context& context, Job& job, const nodes::LayerView& layer,
                       const routing::Candidates& order, Limits limits);

} // namespace weir::forward
