#include "el/endpoint.hpp"

#include "el/batch_call.hpp"
#include "el/errors.hpp"
#include "el/single_call.hpp"
#include "forward/attempt_loop.hpp"
#include "forward/deliver.hpp"

#include <algorithm>

namespace weir::el {

using chain::ScanError;
using forward::Context;
using forward::Delivery;
using forward::Outcome;
using net::Clock;
using net::ServerConnection;
using net::Task;
using BodyResult = ServerConnection::BodyResult;

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view no_extra; ///< no further header lines

/// One request on its way: what all steps need, kept alive for as long as it takes.
struct Exchange {
    Context& context;
    ServerConnection& client;
    forward::SnapshotHandle snapshot;

    const nodes::LayerView& layer() const { return (*snapshot)->el; }
    const config::Global& limits() const { return (*snapshot)->config->global; }
};

void count(Context& context, unsigned status) { context.metrics.responses_el[std::min(status / 100, 5U)].add(); }

void count(Context& context, Delivery delivery) {
    if (delivery == Delivery::client_gone) context.metrics.client_aborts.add();
    if (delivery == Delivery::cut_off) context.metrics.responses_el[0].add();
}

/// Not a coroutine on purpose: GCC 12 laid out the frame of one here in two ways, and its parameters were garbage.
void count_own(Exchange& exchange, unsigned status) {
    exchange.context.metrics.el_own_errors.add();
    count(exchange.context, status);
}

/// What the client is told when no node gave an answer.
struct Refusal {
    unsigned status = 502;
    std::string message;
};

Refusal refusal_of(const Outcome& outcome, const config::Global& limits, std::string_view method) {
    switch (outcome.kind) {
    case Outcome::Kind::no_node: return {503, "no fit execution node"};
    case Outcome::Kind::timed_out:
        return {504, "no node answered within " + std::to_string(limits.proxy_timeout.count()) + " ms"};
    case Outcome::Kind::ambiguous:
        return {502, "the node failed after the request was sent (" + std::string(outcome.last_reason) + "); " +
                         std::string(method) + " was not repeated, as it may have run"};
    default: return {502, "all attempts failed, the last one with " + std::string(outcome.last_reason)};
    }
}

routing::Candidates plan_for(Exchange& exchange, const chain::MethodTraits* traits) {
    auto& context = exchange.context;
    const auto now = Clock::now();
    routing::PlanInput input{.layer = exchange.layer(),
                             .policy = exchange.limits().policy,
                             .serve_stale = exchange.limits().serve_stale,
                             .rotation = context.next_rotation(),
                             .latency_us = context.latencies(),
                             .wanted_head = std::nullopt,
                             .sticky = std::nullopt,
                             .resting = context.resting(now)};
    auto order = routing::plan(input);
    if (traits) {
        // A node that said "method not found" lately is asked last, even behind backups.
        std::stable_partition(order.begin(), order.end(), [&](std::uint16_t i) {
            return !context.may_lack_method(exchange.layer().nodes[i].node->id, traits->index, now);
        });
    }
    return order;
}

/// Is the transaction known to any fit node? Asked before a failure is reported.
Task<bool> known_anywhere(Exchange& exchange, std::string_view hash, Clock::time_point at) {
    for (const auto& node : exchange.layer().nodes) {
        if (!node.fit || Clock::now() >= at) continue;
        if (co_await knows_transaction(exchange.context, node, hash, at)) co_return true;
    }
    co_return false;
}

Task<> serve_single(Exchange& exchange, std::string_view body, const chain::Call& call, Clock::time_point deadline) {
    auto& context = exchange.context;
    auto& client = exchange.client;
    auto traits = chain::traits_of(call.method);
    context.metrics.methods[traits.index].add();
    const auto& safe = exchange.limits().safe_methods;
    if (!safe.empty() && std::find(safe.begin(), safe.end(), call.method) != safe.end()) {
        traits.safety = chain::Safety::read;
    }
    SingleCall job(context, exchange.layer(), client.head(), body, call, traits);
    const auto order = plan_for(exchange, &traits);
    auto outcome = co_await forward::run(context, job, exchange.layer(), order, {deadline, exchange.limits().max_retries});
    if (job.error_class() && (outcome.kind == Outcome::Kind::answer || outcome.kind == Outcome::Kind::kept)) {
        context.metrics.el_errors[static_cast<std::size_t>(*job.error_class())].add();
    }
    if (outcome.kind == Outcome::Kind::answer) {
        count(context, outcome.lease->head().status);
        count(context, co_await forward::deliver_answer(client, outcome, exchange.limits().proxy_timeout));
        co_return;
    }
    const bool unclear = outcome.may_have_run && !job.transaction_hash().empty() &&
                         (outcome.kind == Outcome::Kind::failed || outcome.kind == Outcome::Kind::timed_out);
    // Its time may be used up, but saying "failed" of a transaction that is in would be worse.
    if (unclear) {
        const auto at = Clock::now() + exchange.limits().connect_timeout;
        if (co_await known_anywhere(exchange, job.transaction_hash(), at)) outcome.kind = Outcome::Kind::hash;
    }
    if (outcome.kind == Outcome::Kind::hash) {
        const auto text = string_result(call.id, job.transaction_hash());
        count(context, 200);
        if (!co_await client.answer(200, json_type, text)) client.last_request();
    } else if (outcome.kind == Outcome::Kind::kept) {
        const auto& kept = *outcome.kept;
        count(context, kept.status);
        count(context, co_await forward::deliver_whole(client, kept.status, kept.header_lines, kept.body));
    } else {
        const auto refusal = refusal_of(outcome, exchange.limits(), call.method);
        auto text = error_object(call.id, internal_error, refusal.message);
        count_own(exchange, refusal.status);
        if (!co_await exchange.client.answer(refusal.status, json_type, text, no_extra)) exchange.client.last_request();
    }
}

Task<> serve_batch(Exchange& exchange, std::string_view body, const chain::Requests& requests,
                   Clock::time_point deadline) {
    auto& context = exchange.context;
    auto& client = exchange.client;
    context.metrics.el_batches.add();
    context.metrics.el_batch_items.add(requests.calls.size());
    for (const auto& call : requests.calls) {
        if (call.valid) context.metrics.methods[chain::traits_of(call.method).index].add();
    }
    BatchCall job(exchange.layer(), client.head(), body, requests, exchange.limits());
    Outcome outcome;
    if (job.any_pending()) {
        const auto order = plan_for(exchange, nullptr);
        outcome = co_await forward::run(context, job, exchange.layer(), order, {deadline, exchange.limits().max_retries});
    }
    if (outcome.kind == Outcome::Kind::answer && job.pass_through()) {
        count(context, outcome.lease->head().status);
        count(context, co_await forward::deliver_answer(client, outcome, exchange.limits().proxy_timeout));
        co_return;
    }
    outcome.lease.end();
    for (const auto& doubt : job.doubts()) {
        const auto at = Clock::now() + exchange.limits().connect_timeout;
        if (co_await known_anywhere(exchange, doubt.hash, at)) job.settle_doubt(doubt);
    }
    unsigned status = 200;
    std::string why = "the node's answer was larger than max_batch_answer_bytes";
    if (outcome.kind != Outcome::Kind::answer) {
        auto refusal = refusal_of(outcome, exchange.limits(), "the batch");
        why = std::move(refusal.message);
        if (job.any_pending() && !job.any_answered()) status = refusal.status;
    }
    const auto text = job.answer(why);
    count(context, status);
    if (!co_await client.answer(status, json_type, text)) client.last_request();
}

Task<> refuse_body(Exchange& exchange, BodyResult result) {
    auto& client = exchange.client;
    client.last_request(); // its rest is still on the way
    exchange.context.metrics.requests_rejected.add();
    switch (result) {
    case BodyResult::too_large: {
        auto text = error_object({}, invalid_request,
                                 "request body larger than " + std::to_string(exchange.limits().max_body_size) + " bytes");
        count_own(exchange, 413);
        if (!co_await exchange.client.answer(413, json_type, text, no_extra)) exchange.client.last_request();
        break;
    }
    case BodyResult::no_memory: {
        auto text = error_object({}, internal_error, "too many request bodies in memory, try again");
        count_own(exchange, 503);
        if (!co_await exchange.client.answer(503, json_type, text, "Retry-After: 1\r\n")) exchange.client.last_request();
        break;
    }
    case BodyResult::timed_out: {
        auto text = error_object({}, invalid_request, "request body did not arrive in time");
        count_own(exchange, 408);
        if (!co_await exchange.client.answer(408, json_type, text, no_extra)) exchange.client.last_request();
        break;
    }
    case BodyResult::malformed: {
        auto text = error_object({}, parse_error, "malformed chunked body");
        count_own(exchange, 400);
        if (!co_await exchange.client.answer(400, json_type, text, no_extra)) exchange.client.last_request();
        break;
    }
    case BodyResult::closed: exchange.context.metrics.client_aborts.add(); break;
    case BodyResult::ok: break;
    }
}

Task<> refuse_scan(Exchange& exchange, ScanError error) {
    int code = parse_error;
    std::string message = "parse error: the body is not JSON";
    switch (error) {
    case ScanError::too_deep:
        message = "parse error: nested deeper than " + std::to_string(chain::max_depth) + " levels";
        break;
    case ScanError::not_a_request:
        code = invalid_request;
        message = "invalid request: neither an object nor an array";
        break;
    case ScanError::empty_batch:
        code = invalid_request;
        message = "invalid request: empty batch";
        break;
    case ScanError::batch_too_large:
        code = invalid_request;
        message = "batch of more than " + std::to_string(exchange.limits().max_batch_items) + " calls";
        break;
    default: break;
    }
    auto text = error_object({}, code, message);
    count_own(exchange, 400);
    if (!co_await exchange.client.answer(400, json_type, text, no_extra)) exchange.client.last_request();
}

} // namespace

Task<> serve(Context& context, ServerConnection& client) {
    Exchange exchange{context, client, context.snapshot()};
    if (client.head().method != "POST") {
        client.last_request(); // a body that nobody reads may follow
        auto text = error_object({}, invalid_request, "JSON-RPC takes POST");
        count_own(exchange, 405);
        if (!co_await exchange.client.answer(405, json_type, text, "Allow: POST\r\n")) exchange.client.last_request();
        co_return;
    }
    std::string_view body;
    const auto read = co_await client.read_body(exchange.limits().max_body_size, context.body_budget, body);
    if (read != BodyResult::ok) {
        co_await refuse_body(exchange, read);
        co_return;
    }
    const auto deadline = Clock::now() + exchange.limits().proxy_timeout;
    chain::Requests requests;
    const auto scanned = chain::scan_requests(body, exchange.limits().max_batch_items, requests);
    if (scanned != ScanError::none) {
        co_await refuse_scan(exchange, scanned);
    } else if (requests.batch) {
        co_await serve_batch(exchange, body, requests, deadline);
    } else if (!requests.calls.front().valid) {
        auto text = error_object(requests.calls.front().id, invalid_request, "invalid request: no method");
        count_own(exchange, 400);
        if (!co_await exchange.client.answer(400, json_type, text, no_extra)) exchange.client.last_request();
    } else {
        co_await serve_single(exchange, body, requests.calls.front(), deadline);
    }
}

} // namespace weir::el
