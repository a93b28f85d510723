// The road of a batch. It goes to one node whole, as long as that takes it; otherwise in parts, some at once:
//
//   plan ---> whole, or in parts as the node is known to take it ---> all judged ---> answered
//    ^                                                        |
//    +--- refused as a whole: what the node takes is noted ----+
//
// A refused part is halved (or cut to the number that the node names) down to single calls, which go as no
// array. How they fare there shows whether the array or one of them was to blame (el/batch_limits).
#include "el/batch_part.hpp"
#include "el/errors.hpp"
#include "el/road.hpp"
#include "el/road_steps.hpp"
#include "el/transaction_publishing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace weir::el {

using forward::Outcome;
using net::Clock;
using net::Task;
using Stretch = BatchCall::Stretch;
namespace asio = net::asio;

namespace {

/// Every refusal halves what is sent at least: enough for a million calls, and for nodes that change.
constexpr int max_rounds = 32;

/// Which calls go to whom, and how many at once.
struct Division {
    std::array<routing::Candidates, 2> orders; ///< by lot
    BatchCall::Stretches parts;
};

/// One round of a batch in several parts. Shared with the tasks that bring them.
struct Round {
    Round(Origin& of, BatchCall& what, Division how)
        : origin(of)
        , batch(what)
        , division(std::move(how))
        , changed(of.context.io) {
        outcome.kind = Outcome::Kind::answer;
    }

    Origin& origin;
    BatchCall& batch;
    Division division;
    std::size_t next = 0;    ///< the part that nobody has taken yet
    std::size_t running = 0; ///< tasks
    net::Timer changed;      ///< cancelled when a task is over
    Outcome outcome;         ///< the last that was no answer, if any
    bool refused = false;    ///< the other parts wait for the next round
    bool again = false;
    bool all_answered = true;
};

void note_part(Round& round, const BatchPart& part, Outcome& outcome) {
    round.refused = round.refused || part.refused();
    round.again = round.again || part.again();
    round.all_answered = round.all_answered && outcome.all_answered;
    outcome.lease.end();
    if (outcome.kind != Outcome::Kind::answer) round.outcome = std::move(outcome);
}

Task<> bring_parts(std::shared_ptr<Round> round) {
    auto& origin = round->origin;
    auto& [orders, parts] = round->division;
    while (round->next < parts.size() && !round->refused) {
        const auto stretch = parts[round->next++];
        BatchPart part(round->batch, stretch);
        auto outcome = co_await forward::run(origin.context, part, origin.layer(), orders[stretch.lot],
                                             attempt_limits(origin));
        note_part(*round, part, outcome);
    }
    --round->running;
    round->changed.cancel();
}

Task<> bring_all(const std::shared_ptr<Round>& round) {
    auto& origin = round->origin;
    const auto most = round->batch.in_order() ? 1 : origin.limits().batch_parts_at_once;
    const auto parts = round->division.parts.size();
    round->running = std::min(most, parts);
    for (std::size_t i = round->running; i > 0; --i) {
        auto task = bring_parts(round);
        asio::co_spawn(origin.context.io, std::move(task), asio::detached);
    }
    while (round->running > 0) {
        round->changed.expires_at(Clock::time_point::max());
        co_await round->changed.async_wait(net::use_task);
    }
    round->again = round->again || round->next < parts;
    round->outcome.all_answered = round->all_answered;
}

/// `cautious`: as whoever may get it takes it, and not only the first.
Division divide(const Origin& origin, BatchCall& batch, const Plan& plan, bool cautious) {
    auto& context = origin.context;
    const auto now = Clock::now();
    const auto& nodes = origin.layer().nodes;
    Division division;
    division.orders.fill(plan.order);
    auto& others = division.orders[1];
    std::optional<std::uint32_t> first;
    if (!plan.order.empty()) first = nodes[plan.order.front()].node->id;
    const auto lacking = batch.set_lots(first, now);
    if (!lacking.empty()) {
        // A node that said "method not found" lately is asked last for that, even behind backups.
        std::stable_partition(others.begin(), others.end(), [&](std::uint16_t i) {
            return std::none_of(lacking.begin(), lacking.end(), [&](std::uint16_t method) {
                return context.may_lack_method(nodes[i].node->id, method, now);
            });
        });
        if (others.front() == plan.order.front()) batch.join_lots(); // nobody has it
    }
    for (const auto lot : {std::uint8_t{0}, std::uint8_t{1}}) {
        forward::BatchLimits::Limit limit;
        for (const auto i : division.orders[lot]) {
            const auto takes = batch.limit_of(nodes[i].node->id, now);
            limit = {std::min(limit.calls, takes.calls), std::min(limit.bytes, takes.bytes)};
            if (!cautious) break;
        }
        batch.cut(lot, limit, division.parts);
    }
    return division;
}

/// Not only by methods.
bool is_split(const Division& division) {
    const auto& parts = division.parts;
    return std::adjacent_find(parts.begin(), parts.end(), [](const Stretch& one, const Stretch& next) {
               return one.lot == next.lot;
           }) != parts.end();
}

/// Raw transactions, each to all nodes, in the batch's order: one may build on the one before.
Task<> publish_transactions(Origin& origin, BatchCall& batch, const Plan& plan, bool sent_before) {
    for (const auto& transaction : batch.transactions()) {
        if (!goes_to_all(origin, batch.question(transaction.item).traits, plan)) co_return;
        std::string body;
        batch.append_call(body, transaction.item);
        const auto own_id = batch.own_id(transaction.item);
        const std::string sent_id =
            own_id == 0 ? std::string(batch.call(transaction.item).id) : std::to_string(own_id);
        const OutgoingTransaction outgoing{body, sent_id, transaction.hash, sent_before,
                                           batch.question(transaction.item).kind};
        const auto published = co_await publish_transaction(origin, plan, outgoing);
        const auto& outcome = published.outcome;
        if (outcome.kind == Outcome::Kind::hash) {
            batch.settle_doubt(transaction);
        } else if (outcome.kind == Outcome::Kind::answer) {
            batch.published(transaction.item, std::string(outcome.body()), published.error);
        } else if (outcome.may_have_run) {
            batch.may_be_known(transaction.item);
        }
    }
}

Task<> settle_doubts(Origin& origin, BatchCall& batch, Outcome& outcome) {
    outcome.lease.end();
    for (const auto& doubt : batch.doubts()) {
        if (co_await known_anywhere(origin, doubt.hash)) batch.settle_doubt(doubt);
    }
}

Plan plan_batch(Origin& origin, const CallHistory& history, const BatchCall& batch) {
    const Wish wish{batch.highest_named(origin.context.seen_heads.highest_of(origin.layer())),
                    batch.wanted_tags()};
    return plan_for(origin, history, wish, batch.kind(), nullptr);
}

/// Not a coroutine on purpose: GCC 12 lays out the frame of small ones like this wrongly.
void finish(Origin& origin, const BatchCall& batch, const Plan& plan, Answered& answered) {
    const auto& outcome = answered.outcome;
    std::string why = "the node's answer was larger than max_batch_answer_bytes";
    if (outcome.kind != Outcome::Kind::answer && batch.any_pending()) {
        note_round(origin, plan, batch.shortfall(), answered);
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
}

} // namespace

Task<Answered> answer_batch(Origin& origin, BatchCall& batch) {
    auto& context = origin.context;
    const auto history = history_of(origin);
    batch.use(origin.layer(), context, history);
    Answered answered;
    auto& outcome = answered.outcome;
    Plan plan;
    bool in_parts = false, cut_short = false;
    for (int i = 0; i < max_rounds && batch.any_untried(); ++i) {
        if (i > 0) { // time has gone by: the nodes as they are now
            origin.snapshot = context.snapshot();
            batch.go_on(origin.layer());
        }
        plan = plan_batch(origin, history, batch);
        if (i == 0) co_await publish_transactions(origin, batch, plan, history.sent);
        auto division = divide(origin, batch, plan, cut_short);
        if (division.parts.empty()) break; // all published
        if (division.parts.size() == 1) {
            const auto stretch = division.parts.front();
            BatchPart part(batch, stretch);
            outcome = co_await forward::run(context, part, origin.layer(), division.orders[stretch.lot],
                                            attempt_limits(origin));
            if (outcome.kind == Outcome::Kind::answer && part.pass_through()) {
                if (origin.session) origin.session->told = batch.told();
                answered.streamed = true;
                answered.status = outcome.status();
                co_return answered;
            }
            if (!part.again()) break;
            cut_short = !part.refused();
        } else {
            in_parts = in_parts || is_split(division);
            const auto round = std::make_shared<Round>(origin, batch, std::move(division));
            co_await bring_all(round);
            outcome = std::move(round->outcome);
            if (!round->again) break;
            cut_short = !round->refused;
        }
        outcome.lease.end();
    }
    if (in_parts) context.metrics.el_split_batches.add();
    batch.conclude_suppositions(Clock::now());
    if (origin.session) origin.session->told = batch.told();
    co_await settle_doubts(origin, batch, outcome);
    finish(origin, batch, plan, answered);
    co_return answered;
}

} // namespace weir::el
