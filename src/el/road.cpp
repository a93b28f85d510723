#include "el/road.hpp"

#include "el/errors.hpp"

#include <algorithm>

namespace weir::el {

using forward::Outcome;
using net::Clock;
using net::Task;

namespace {

constexpr std::string_view json_content_type = "Content-Type: application/json\r\n";

/// What the client is told when no node gave an answer.
struct Refusal {
    unsigned status = 502;
    std::string message;
};

Refusal refusal_of(const Outcome& outcome, const config::Global& limits, std::string_view method) {
    switch (outcome.kind) {
    case Outcome::Kind::no_node:
        return {503, "no fit execution node"};
    case Outcome::Kind::timed_out:
        return {504, "no node answered within " + std::to_string(limits.proxy_timeout.count()) + " ms"};
    case Outcome::Kind::ambiguous:
        return {502, "the node failed after the request was sent (" + std::string(outcome.last_reason) +
                         "); " + std::string(method) + " was not repeated, as it may have run"};
    default:
        return {502, "all attempts failed, the last one with " + std::string(outcome.last_reason)};
    }
}

routing::Candidates plan_for(Origin& origin, const chain::MethodTraits* traits) {
    auto& context = origin.context;
    const auto now = Clock::now();
    const auto told = origin.history.told_head;
    routing::PlanInput input{.layer = origin.layer(),
                             .policy = origin.limits().policy,
                             .serve_stale = origin.limits().serve_stale,
                             .rotation = context.next_rotation(),
                             .latency_us = context.latencies(),
                             .wanted_head = told == 0 ? std::nullopt : std::optional(told),
                             .wanted_strictly = origin.strictly_at_told_head,
                             .seen = &context.seen_heads,
                             .sticky = std::nullopt,
                             .resting = context.resting(now)};
    auto order = routing::plan(input);
    if (origin.avoided) {
        std::stable_partition(order.begin(), order.end(), [&](std::uint16_t i) {
            return origin.layer().nodes[i].node->id != *origin.avoided;
        });
    }
    if (traits) {
        // A node that said "method not found" lately is asked last, even behind backups.
        std::stable_partition(order.begin(), order.end(), [&](std::uint16_t i) {
            return !context.may_lack_method(origin.layer().nodes[i].node->id, traits->index, now);
        });
    }
    return order;
}

forward::Limits attempt_limits(const Origin& origin) {
    return {origin.deadline, origin.limits().max_retries, origin.asked_again_later,
            origin.limits().hedge_after};
}

/// Is the transaction known to any fit node? Asked before a failure is reported.
Task<bool> known_anywhere(Origin& origin, std::string_view hash) {
    // The call's time may be used up, but saying "failed" of a transaction that is in would be worse.
    const auto at = Clock::now() + origin.limits().connect_timeout;
    for (const auto& node : origin.layer().nodes) {
        if (!node.fit || Clock::now() >= at) continue;
        if (co_await knows_transaction(origin.context, node, hash, at)) co_return true;
    }
    co_return false;
}

bool has_fit_node(const Origin& origin) {
    return origin.layer().any_fit();
}

/// The nodes were not there, as opposed to: they would not.
bool not_there(const Outcome& outcome) {
    if (outcome.kind == Outcome::Kind::no_node) return true;
    static constexpr std::string_view reasons[] = {"connect_refused", "connect_failed", "reset",
                                                   "no_connection"};
    return outcome.kind == Outcome::Kind::failed &&
           std::find(std::begin(reasons), std::end(reasons), outcome.last_reason) != std::end(reasons);
}

/// A client that reads "method not there" believes it for good: not while the one node that has it is away.
constexpr std::string_view lacking_for_now =
    "no node in service has this method; one that is away may have it";

bool all_had_their_say(const Origin& origin, const Outcome& outcome) {
    return outcome.all_answered && origin.layer().all_fit();
}

/// Not a coroutine on purpose: GCC 12 lays out the frame of small ones like this wrongly.
void refuse(Origin& origin, Answered& answered, std::string_view method) {
    auto refusal = refusal_of(answered.outcome, origin.limits(), method);
    answered.behind = answered.outcome.kind == Outcome::Kind::no_node && has_fit_node(origin);
    answered.unreachable = !answered.behind && not_there(answered.outcome);
    answered.ours = true;
    answered.status = refusal.status;
    answered.text = std::move(refusal.message);
    answered.header_lines = json_content_type;
}

} // namespace

Task<Answered> answer_call(Origin& origin, std::string_view body, const chain::Call& call) {
    auto& context = origin.context;
    auto traits = chain::traits_of(call.method);
    context.metrics.methods[traits.index].add();
    const auto& safe = origin.limits().safe_methods;
    if (!safe.empty() && std::find(safe.begin(), safe.end(), call.method) != safe.end()) {
        traits.safety = chain::Safety::read;
    }
    const std::string own_id = origin.own_id == 0 ? std::string() : std::to_string(origin.own_id);
    const std::string_view sent_id = origin.own_id == 0 ? call.id : std::string_view(own_id);
    SingleCall job(context, origin.layer(), origin.client, body, call, traits, origin.history, sent_id);
    const auto order = plan_for(origin, &traits);
    Answered answered;
    auto& outcome = answered.outcome;
    outcome = co_await forward::run(context, job, origin.layer(), order, attempt_limits(origin));
    if (job.error_class() && (outcome.kind == Outcome::Kind::answer || outcome.kind == Outcome::Kind::kept)) {
        context.metrics.el_errors[static_cast<std::size_t>(*job.error_class())].add();
    }
    if (outcome.kind == Outcome::Kind::answer) {
        answered.streamed = true;
        answered.status = outcome.lease->head().status;
        answered.head = job.answered_head();
        if (job.awaits_id() && origin.own_id == 0) outcome.awaited_id = call.id;
        co_return answered;
    }
    const bool unclear = outcome.may_have_run && !job.transaction_hash().empty() &&
                         (outcome.kind == Outcome::Kind::failed || outcome.kind == Outcome::Kind::timed_out ||
                          outcome.kind == Outcome::Kind::kept);
    if (unclear && co_await known_anywhere(origin, job.transaction_hash()))
        outcome.kind = Outcome::Kind::hash;
    if (outcome.kind == Outcome::Kind::hash) {
        answered.text = string_result(call.id, job.transaction_hash());
        answered.header_lines = json_content_type;
    } else if (outcome.kind == Outcome::Kind::kept && job.lacked_by_first() &&
               !(job.lacked_by_all() && all_had_their_say(origin, outcome))) {
        answered.ours = true;
        answered.status = 503;
        answered.text = error_object(call.id, internal_error, lacking_for_now);
        answered.header_lines = json_content_type;
    } else if (outcome.kind == Outcome::Kind::kept) {
        answered.status = outcome.kept->status;
        answered.header_lines = std::move(outcome.kept->header_lines);
        answered.text = std::move(outcome.kept->body);
    } else {
        refuse(origin, answered, call.method);
        answered.text = error_object(call.id, internal_error, answered.text);
    }
    co_return answered;
}

namespace {

Task<> settle_doubts(Origin& origin, BatchCall& batch, Outcome& outcome) {
    outcome.lease.end();
    for (const auto& doubt : batch.doubts()) {
        if (co_await known_anywhere(origin, doubt.hash)) batch.settle_doubt(doubt);
    }
}

} // namespace

Task<Answered> answer_batch(Origin& origin, BatchCall& batch) {
    auto& context = origin.context;
    batch.use(origin.layer(), origin.history.told_head);
    Answered answered;
    auto& outcome = answered.outcome;
    if (batch.any_pending()) {
        const auto order = plan_for(origin, nullptr);
        outcome = co_await forward::run(context, batch, origin.layer(), order, attempt_limits(origin));
    }
    if (batch.told()) {
        answered.head = batch.told()->head;
        context.seen_heads.told(batch.told()->node_id, batch.told()->head);
    }
    const bool passes_through = outcome.kind == Outcome::Kind::answer && batch.pass_through();
    if (!passes_through) co_await settle_doubts(origin, batch, outcome);
    for (const auto error : batch.errors())
        context.metrics.el_errors[static_cast<std::size_t>(error)].add();
    if (passes_through) {
        answered.streamed = true;
        answered.status = outcome.lease->head().status;
        co_return answered;
    }
    std::string why = "the node's answer was larger than max_batch_answer_bytes";
    if (outcome.kind != Outcome::Kind::answer && batch.any_pending()) {
        refuse(origin, answered, "the batch");
        why = std::move(answered.text);
        if (batch.any_answered()) {
            answered.status = 200;
            answered.ours = false;
        }
    }
    answered.header_lines = json_content_type;
    std::string_view lacking;
    if (!all_had_their_say(origin, outcome)) lacking = lacking_for_now;
    answered.text = batch.answer(why, lacking);
    co_return answered;
}

} // namespace weir::el
