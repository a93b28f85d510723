#include "el/road.hpp"

#include "el/errors.hpp"
#include "el/road_steps.hpp"
#include "el/transaction_publishing.hpp"

#include <algorithm>

namespace weir::el {

using forward::Outcome;
using net::Clock;
using net::Task;

namespace {

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

/// Whoever refused it a moment ago, or rests while another is about to come, is not asked again yet.
void spare(Origin& origin, Plan& plan, std::span<const std::uint8_t> resting, Clock::time_point now) {
    const auto& patience = origin.patience;
    if (!plan.cut && !patience.waits()) return;
    const auto spared = [&](std::uint16_t i) {
        const auto& node = origin.layer().nodes[i];
        const auto id = node.node->id;
        const bool rests = id < resting.size() && resting[id] != 0;
        return patience.spares(id, origin.context.seen_heads.of(node), rests, now);
    };
    plan.order.erase(std::remove_if(plan.order.begin(), plan.order.end(), spared), plan.order.end());
}

} // namespace

CallHistory history_of(const Origin& origin) {
    if (origin.session) return origin.session->history;
    return {origin.context.seen_heads.heads(), false, false};
}

Plan plan_for(Origin& origin, const CallHistory& history, const Wish& wish, forward::CallKind kind,
              const chain::MethodTraits* traits) {
    auto& context = origin.context;
    const auto now = Clock::now();
    const auto& told = history.told;
    const auto head = told[chain::HeadTag::latest];
    const auto resting = context.resting(now);
    const routing::PlanInput input{.layer = origin.layer(),
                                   .policy = origin.limits().policy,
                                   .serve_stale = origin.limits().serve_stale,
                                   .rotation = context.next_rotation(),
                                   .latency_us = context.latencies(),
                                   .wanted_head = head == 0 ? std::nullopt : std::optional(head),
                                   .wanted_strictly = history.strictly,
                                   .named_block = wish.named_block,
                                   .wanted_tags = wish.tags,
                                   .told = told,
                                   .seen = &context.seen_heads,
                                   .sticky = std::nullopt,
                                   .resting = resting};
    Plan plan{routing::plan(input)};
    if (origin.session && origin.session->avoided) {
        std::stable_partition(plan.order.begin(), plan.order.end(), [&](std::uint16_t i) {
            return origin.layer().nodes[i].node->id != *origin.session->avoided;
        });
    }
    context.put_avoided_last(plan.order, origin.layer(), kind);
    if (traits) {
        // A node that said "method not found" lately is asked last, even behind backups.
        std::stable_partition(plan.order.begin(), plan.order.end(), [&](std::uint16_t i) {
            return !context.may_lack_method(origin.layer().nodes[i].node->id, traits->index, now);
        });
    }
    if (history.strictly) {
        const auto& nodes = origin.layer().nodes;
        const auto in_service = static_cast<std::size_t>(
            std::count_if(nodes.begin(), nodes.end(), [](const auto& node) { return node.in_service(); }));
        plan.cut = in_service > plan.order.size();
        plan.behind = plan.cut && plan.order.empty();
    }
    spare(origin, plan, resting, now);
    return plan;
}

namespace {

/// What can be hoped for a call that has no good answer.
Hope hope_of(const Origin& origin, const Plan& plan, const Outcome& outcome, const Shortfall& shortfall) {
    if (plan.behind || shortfall.fell_back) return Hope::behind;
    if (plan.cut) return Hope::coming;
    if (shortfall.too_early) {
        if (shortfall.named_block == 0) return Hope::soon;
        auto lowest = shortfall.named_block + 1;
        for (const auto& node : origin.layer().nodes) {
            if (node.in_service()) lowest = std::min(lowest, origin.context.seen_heads.of(node));
        }
        // Who is past it will not get it: it has left the chain, or has been pruned.
        if (lowest <= shortfall.named_block)
            return lowest < shortfall.named_block ? Hope::coming : Hope::soon;
    }
    if (plan.order.empty() && origin.patience.waits() && origin.layer().in_service()) return Hope::as_before;
    return forward::not_there(outcome) ? Hope::unreachable : Hope::none;
}

} // namespace

void note_round(Origin& origin, const Plan& plan, const Shortfall& shortfall, Answered& answered) {
    const auto& outcome = answered.outcome;
    origin.patience.note(shortfall.refused_by, Clock::now());
    // What may have run is not asked again.
    if (outcome.kind != Outcome::Kind::ambiguous) answered.hope = hope_of(origin, plan, outcome, shortfall);
}

forward::Limits attempt_limits(const Origin& origin) {
    return {origin.deadline, origin.limits().max_retries, origin.session != nullptr,
            origin.limits().hedge_after};
}

Task<bool> known_anywhere(Origin& origin, std::string_view hash) {
    // The call's time may be used up, but saying "failed" of a transaction that is in would be worse.
    const auto at = Clock::now() + origin.limits().connect_timeout;
    for (const auto& node : origin.layer().nodes) {
        if (!node.in_service() || Clock::now() >= at) continue;
        if (co_await knows_transaction(origin.context, node, hash, at)) co_return true;
    }
    co_return false;
}

bool all_had_their_say(const Origin& origin, const Outcome& outcome) {
    return outcome.all_answered && origin.layer().all_fit();
}

/// Not a coroutine on purpose: GCC 12 lays out the frame of small ones like this wrongly.
void refuse(Origin& origin, Answered& answered, std::string_view method) {
    auto refusal = refusal_of(answered.outcome, origin.limits(), method);
    answered.ours = true;
    answered.status = refusal.status;
    answered.text = std::move(refusal.message);
    answered.header_lines = json_content_type;
}

void answer_hash(Answered& answered, const chain::Call& call, std::string_view hash) {
    answered.text = string_result(call.id, hash);
    answered.header_lines = json_content_type;
}

void answer_without_success(Origin& origin, Answered& answered, const chain::Call& call) {
    auto& outcome = answered.outcome;
    if (outcome.kind == Outcome::Kind::kept) {
        answered.status = outcome.kept->status;
        answered.header_lines = std::move(outcome.kept->header_lines);
        answered.text = std::move(outcome.kept->body);
    } else {
        refuse(origin, answered, call.method);
        answered.text = error_object(call.id, internal_error, answered.text);
    }
}

void count_error(Origin& origin, const std::optional<chain::ErrorClass>& error) {
    if (error) origin.context.metrics.el_errors[static_cast<std::size_t>(*error)].add();
}

Task<Answered> answer_call(Origin& origin, std::string_view body, const chain::Call& call) {
    auto& context = origin.context;
    const auto question = understand(call, origin.limits());
    const auto history = history_of(origin);
    const auto own_id = origin.session ? origin.session->own_id : 0;
    const std::string id_sent = own_id == 0 ? std::string() : std::to_string(own_id);
    SingleCall job(context, origin.layer(), origin.client, body, call, question, history,
                   own_id == 0 ? call.id : std::string_view(id_sent));
    const Wish wish{named_block(question.block, context.seen_heads), tag_bit(question.block)};
    const auto plan = plan_for(origin, history, wish, question.kind, &question.traits);
    if (goes_to_all(origin, question.traits, plan) && !call.id.empty()) {
        const OutgoingTransaction outgoing{body, own_id == 0 ? call.id : std::string_view(id_sent),
                                           job.transaction_hash(), history.sent, question.kind};
        co_return co_await answer_published(origin, plan, outgoing, call);
    }
    Answered answered;
    auto& outcome = answered.outcome;
    outcome = co_await forward::run(context, job, origin.layer(), plan.order, attempt_limits(origin));
    if (outcome.kind == Outcome::Kind::answer) {
        answered.streamed = true;
        answered.status = outcome.status();
        answered.error = job.error_class();
        if (job.told() && origin.session) note(origin.session->told, *job.told());
        if (job.awaits_id() && own_id == 0) outcome.awaited_id = call.id;
        co_return answered;
    }
    const bool unclear = outcome.may_have_run && !job.transaction_hash().empty() &&
                         (outcome.kind == Outcome::Kind::failed || outcome.kind == Outcome::Kind::timed_out ||
                          outcome.kind == Outcome::Kind::kept);
    if (unclear && co_await known_anywhere(origin, job.transaction_hash()))
        outcome.kind = Outcome::Kind::hash;
    if (outcome.kind == Outcome::Kind::hash) {
        answer_hash(answered, call, job.transaction_hash());
        co_return answered;
    }
    note_round(origin, plan, job.shortfall(), answered);
    answered.refused = outcome.kind == Outcome::Kind::kept;
    if (answered.refused) answered.error = job.error_class();
    if (outcome.kind == Outcome::Kind::kept && job.lacked_by_first() &&
        !(job.lacked_by_all() && all_had_their_say(origin, outcome))) {
        answered.ours = true;
        answered.status = 503;
        answered.text = error_object(call.id, internal_error, lacking_for_now);
        answered.header_lines = json_content_type;
    } else {
        answer_without_success(origin, answered, call);
    }
    co_return answered;
}

std::optional<Clock::time_point> further_round(Origin& origin, Answered& answered) {
    if (answered.streamed) return std::nullopt;
    if (origin.context.closed()) {
        origin.patience.give_up(answered);
        return std::nullopt;
    }
    const auto now = Clock::now();
    const auto most = origin.limits().wait_for_node;
    const bool in_vain = !origin.layer().may_serve(now, most) || origin.patience.has_waited(most, now);
    const auto hope = answered.hope == Hope::unreachable && in_vain ? Hope::none : answered.hope;
    const bool waited = origin.patience.waits();
    const auto until = origin.patience.next_round(answered, hope, now);
    if (until && !waited) origin.context.metrics.el_waits.add();
    return until;
}

Task<> wait_for_change(Origin& origin, Clock::time_point until) {
    co_await origin.context.change(until);
    origin.snapshot = origin.context.snapshot();
}

Task<> answer_later(Origin& origin, std::string_view body, const chain::Call& call, Answered& answered) {
    while (const auto until = further_round(origin, answered)) {
        co_await wait_for_change(origin, *until);
        answered = co_await answer_call(origin, body, call);
    }
}

} // namespace weir::el
