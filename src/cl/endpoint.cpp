#include "cl/endpoint.hpp"

#include "cl/call.hpp"
#include "cl/path.hpp"
#include "cl/publish.hpp"
#include "forward/attempt_loop.hpp"
#include "forward/deliver.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace weir::cl {

using chain::BeaconCall;
using forward::Delivery;
using forward::Outcome;
using net::Clock;
using net::Framing;
using net::ServerConnection;
using net::Task;
using upstream::BodyFraming;
using BodyResult = ServerConnection::BodyResult;

namespace {

/// What all steps of one request need.
struct Exchange {
    forward::Context& context;
    ServerConnection& client;
    forward::SnapshotHandle snapshot;
    std::optional<Clock::time_point> waits_since; ///< nobody was in service then

    const nodes::LayerView& layer() const { return (*snapshot)->cl; }
    const config::Global& limits() const { return (*snapshot)->config->global; }
};

/// Nobody is in service. When the last node has just gone it may be a restart, or another one may be back.
bool worth_waiting(Exchange& exchange, Clock::time_point deadline) {
    const auto now = Clock::now();
    const auto most = exchange.limits().wait_for_node;
    if (exchange.context.closed() || now >= deadline || !exchange.layer().may_serve(now, most)) return false;
    if (!exchange.waits_since) {
        if (most.count() == 0) return false;
        exchange.waits_since = now;
        exchange.context.metrics.cl_waits.add();
    }
    return now < *exchange.waits_since + most;
}

/// The nodes are as they are now from here on.
Task<> wait_for_change(Exchange& exchange, Clock::time_point deadline) {
    constexpr net::milliseconds longest{250}; // it may be back before its check says so
    const auto until = std::min(deadline, Clock::now() + longest);
    co_await exchange.context.change(until);
    exchange.snapshot = exchange.context.snapshot();
}

void count(Exchange& exchange, unsigned status) {
    exchange.context.metrics.responses_cl[std::min(status / 100, 5U)].add();
}

/// The Beacon API's error body.
Task<> answer_error(Exchange& exchange, unsigned status, std::string_view message) {
    count(exchange, status);
    const std::string body =
        boost::json::serialize(boost::json::value{{"code", status}, {"message", message}});
    if (!co_await exchange.client.answer(status, "application/json", body)) exchange.client.last_request();
}

Task<> refuse_body(Exchange& exchange, BodyResult result) {
    exchange.client.last_request(); // its rest is still on the way
    exchange.context.metrics.requests_rejected.add();
    switch (result) {
    case BodyResult::too_large:
        co_await answer_error(exchange, 413, "request body too large");
        break;
    case BodyResult::no_memory:
        co_await answer_error(exchange, 503, "too many request bodies in memory, try again");
        break;
    case BodyResult::timed_out:
        co_await answer_error(exchange, 408, "request body did not arrive in time");
        break;
    case BodyResult::malformed:
        co_await answer_error(exchange, 400, "malformed chunked body");
        break;
    case BodyResult::closed:
        exchange.context.metrics.client_aborts.add();
        break;
    case BodyResult::ok:
        break;
    }
}

/// Reads what can be held: the whole body, or the first piece of a large one. `storage` owns chunked bytes.
Task<BodyResult> hold_body(Exchange& exchange, HeldBody& body, std::string& storage,
                           net::ByteBudget::Charge& charge) {
    auto& client = exchange.client;
    const auto& head = client.head();
    const auto limit = exchange.limits().max_body_size;
    const std::size_t replay = exchange.limits().cl_replay_bytes;
    if (head.framing == Framing::none) {
        // "Content-Length: 0" on a POST is said to the node too (RFC 9110 §8.6).
        if (head.find(net::http::field::content_length)) body.framing.kind = BodyFraming::Kind::length;
        co_return BodyResult::ok;
    }
    if (head.framing == Framing::length) {
        body.framing = {BodyFraming::Kind::length, head.content_length};
        if (limit != 0 && head.content_length > limit) co_return BodyResult::too_large;
        body.whole = head.content_length <= replay;
        if (!body.whole) co_return BodyResult::ok;
        co_return co_await client.read_body(limit, exchange.context.body_budget, body.bytes);
    }
    body.framing.kind = BodyFraming::Kind::chunked;
    charge = net::ByteBudget::Charge(exchange.context.body_budget);
    while (!client.body_done() && storage.size() < replay) {
        std::string_view piece;
        const auto result = co_await client.read_body_piece(limit, piece);
        if (result != BodyResult::ok) co_return result;
        if (!charge.raise_to(storage.size() + piece.size())) co_return BodyResult::no_memory;
        net::append_piece(storage, piece, replay);
    }
    body.bytes = storage;
    body.whole = client.body_done();
    // Whole, its length is known: one less thing that a node can read in two ways.
    if (body.whole) body.framing = {BodyFraming::Kind::length, storage.size()};
    co_return BodyResult::ok;
}

/// The node on which this client's requests stay: rendezvous hashing over the fit ones (if there are none,
/// over those that are held back), so that a node's loss moves only its own clients.
std::optional<std::uint32_t> sticky_node(Exchange& exchange) {
    if (!exchange.limits().cl_sticky) return std::nullopt;
    std::string key;
    if (const auto authorization = exchange.client.head().find(net::http::field::authorization)) {
        key = *authorization;
    } else {
        net::error_code ec;
        key = exchange.client.stream().socket().remote_endpoint(ec).address().to_string();
    }
    std::optional<std::uint32_t> best;
    std::size_t best_weight = 0;
    const bool any_fit = exchange.layer().any_fit();
    for (const auto& status : exchange.layer().nodes) {
        if (any_fit ? !status.fit : !status.held_back) continue;
        const auto weight = std::hash<std::string>{}(key + '|' + status.node->name);
        if (!best || weight > best_weight) {
            best = status.node->id;
            best_weight = weight;
        }
    }
    return best;
}

routing::Candidates plan_for(Exchange& exchange, forward::CallKind kind) {
    auto& context = exchange.context;
    const routing::PlanInput input{.layer = exchange.layer(),
                                   .policy = exchange.limits().policy,
                                   .serve_stale = exchange.limits().serve_stale,
                                   .rotation = context.next_rotation(),
                                   .latency_us = context.latencies(),
                                   .wanted_head = std::nullopt,
                                   .sticky = sticky_node(exchange),
                                   .resting = context.resting(Clock::now())};
    auto order = routing::plan(input);
    context.put_avoided_last(order, exchange.layer(), kind);
    return order;
}

Task<> deliver(Exchange& exchange, Outcome& outcome) {
    auto& context = exchange.context;
    auto& client = exchange.client;
    Delivery delivery = Delivery::complete;
    switch (outcome.kind) {
    case Outcome::Kind::answer: {
        count(exchange, outcome.lease->head().status);
        const bool events = is_event_stream(outcome.lease->head());
        const auto pause = events ? net::milliseconds(0) : exchange.limits().proxy_timeout;
        delivery = co_await forward::deliver_answer(client, outcome, pause);
        break;
    }
    case Outcome::Kind::kept:
        count(exchange, outcome.kept->status);
        delivery = co_await forward::deliver_whole(client, outcome.kept->status, outcome.kept->header_lines,
                                                   outcome.kept->body);
        break;
    case Outcome::Kind::no_node:
        co_await answer_error(exchange, 503, "no fit beacon node");
        break;
    case Outcome::Kind::timed_out: {
        const auto message =
            "no node answered within " + std::to_string(exchange.limits().proxy_timeout.count()) + " ms";
        co_await answer_error(exchange, 504, message);
        break;
    }
    default: {
        const auto message =
            outcome.kind == Outcome::Kind::ambiguous
                ? "the node failed after the request was sent (" + std::string(outcome.last_reason) +
                      "); it was not repeated, as it may have been carried out"
                : "all attempts failed, the last one with " + std::string(outcome.last_reason);
        co_await answer_error(exchange, 502, message);
    }
    }
    if (delivery == Delivery::client_gone) context.metrics.client_aborts.add();
    if (delivery == Delivery::cut_off) context.metrics.responses_cl[0].add();
}

} // namespace

Task<> serve(forward::Context& context, ServerConnection& client) {
    Exchange exchange{context, client, context.snapshot(), {}};
    const auto target = node_target(client.head().target);
    if (!target || client.head().method == "CONNECT") {
        client.last_request();
        context.metrics.requests_rejected.add();
        if (target) {
            co_await answer_error(exchange, 405, "CONNECT is not for this server");
        } else {
            co_await answer_error(exchange, 400, "the path leads out of the Beacon API");
        }
        co_return;
    }
    HeldBody body;
    std::string storage;
    net::ByteBudget::Charge charge;
    const auto held = co_await hold_body(exchange, body, storage, charge);
    if (held != BodyResult::ok) {
        co_await refuse_body(exchange, held);
        co_return;
    }
    const auto kind = chain::classify_beacon_call(client.head().method, *target);
    const auto path_kind = forward::kind_of_path(client.head().method, *target);
    const auto deadline = Clock::now() + exchange.limits().proxy_timeout;
    auto order = plan_for(exchange, path_kind);
    Outcome outcome;
    while (order.empty() && worth_waiting(exchange, deadline)) {
        co_await wait_for_change(exchange, deadline);
        order = plan_for(exchange, path_kind);
    }
    if (kind.kind == BeaconCall::Kind::publish && exchange.limits().cl_publish == config::Publish::all &&
        body.whole && order.size() > 1) {
        outcome = co_await publish_to_all(context, exchange.snapshot, client.head(), *target, path_kind, body,
                                          order, deadline);
        co_await deliver(exchange, outcome);
        co_return;
    }
    for (;;) {
        Call job(client, *target, kind, path_kind, body, exchange.limits());
        outcome = co_await forward::run(
            context, job, exchange.layer(), order,
            {deadline, exchange.limits().max_retries, false, exchange.limits().hedge_after});
        if (job.body_result() != BodyResult::ok) {
            co_await refuse_body(exchange, job.body_result());
            co_return;
        }
        if (!body.whole || !forward::not_there(outcome) || !worth_waiting(exchange, deadline)) break;
        co_await wait_for_change(exchange, deadline);
        order = plan_for(exchange, path_kind);
    }
    co_await deliver(exchange, outcome);
}

} // namespace weir::cl
