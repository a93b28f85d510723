#include "el/endpoint.hpp"

#include "el/errors.hpp"
#include "el/requests.hpp"
#include "el/road.hpp"
#include "forward/deliver.hpp"

#include <algorithm>

namespace weir::el {

using chain::ScanError;
using forward::Context;
using forward::Delivery;
using net::Clock;
using net::ServerConnection;
using net::Task;
using BodyResult = ServerConnection::BodyResult;

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view no_extra; ///< no further header lines

void count(Context& context, unsigned status) {
    context.metrics.responses_el[std::min(status / 100, 5U)].add();
}

void count(Context& context, Delivery delivery) {
    if (delivery == Delivery::client_gone) context.metrics.client_aborts.add();
    if (delivery == Delivery::cut_off || delivery == Delivery::foreign) context.metrics.responses_el[0].add();
}

/// One request on its way.
struct Exchange {
    Origin& origin;
    Filters& filters;
    ServerConnection& client;

    Context& context() { return origin.context; }
    const config::Global& limits() const { return origin.limits(); }
};

/// Not a coroutine on purpose: GCC 12 laid out the frame of one here in two ways, and its parameters were
/// garbage.
void count_own(Exchange& exchange, unsigned status) {
    exchange.context().metrics.el_own_errors.add();
    count(exchange.context(), status);
}

Task<> deliver(Exchange& exchange, Answered& answered) {
    auto& context = exchange.context();
    if (answered.ours) context.metrics.el_own_errors.add();
    count_error(exchange.origin, answered.error);
    count(context, answered.status);
    auto& client = exchange.client;
    Delivery delivery{};
    if (answered.streamed) {
        delivery =
            co_await forward::deliver_answer(client, answered.outcome, exchange.limits().proxy_timeout);
    } else {
        const bool of_a_node = answered.refused && !answered.ours;
        if (answered.status == 503 && !of_a_node) answered.header_lines.append(net::retry_after_line);
        delivery =
            co_await forward::deliver_whole(client, answered.status, answered.header_lines, answered.text);
        if (delivery != Delivery::complete) client.last_request();
    }
    if (delivery == Delivery::foreign) context.answered_another(answered.outcome.node_id);
    count(context, delivery);
}

Task<> serve_filter_call(Exchange& exchange, const chain::Call& call) {
    auto& origin = exchange.origin;
    const auto address = exchange.client.stream().peer_address();
    auto own = co_await exchange.filters.answer(call, address, origin.deadline);
    Answered answered;
    if (own.ask_nodes) {
        chain::Requests instead;
        chain::scan_requests(own.text, 1, instead);
        answered = co_await answer_call(origin, own.text, instead.calls.front());
        if (answered.hope != Hope::none)
            co_await answer_later(origin, own.text, instead.calls.front(), answered);
    } else {
        answered.status = own.status;
        answered.ours = own.ours;
        answered.header_lines = "Content-Type: application/json\r\n";
        answered.text = std::move(own.text);
    }
    co_await deliver(exchange, answered);
}

Task<> answer_filter_calls(Exchange& exchange, const chain::Requests& requests, BatchCall& batch) {
    const auto address = exchange.client.stream().peer_address();
    for (std::size_t i = 0; i < requests.calls.size(); ++i) {
        const auto& call = requests.calls[i];
        if (!call.valid || !chain::traits_of(call.method).filter) continue;
        auto own = co_await exchange.filters.answer(call, address, exchange.origin.deadline);
        if (own.ask_nodes) {
            batch.ask_instead(i, std::move(own.text));
        } else {
            batch.give(i, std::move(own.text));
        }
    }
}

Task<> serve_batch(Exchange& exchange, std::string_view body, const chain::Requests& requests) {
    auto& metrics = exchange.context().metrics;
    metrics.el_batches.add();
    metrics.el_batch_items.add(requests.calls.size());
    BatchCall batch(exchange.client.head(), body, requests, exchange.limits(), Ids::clients);
    co_await answer_filter_calls(exchange, requests, batch);
    auto answered = co_await answer_batch(exchange.origin, batch);
    while (const auto until = further_round(exchange.origin, answered)) {
        co_await wait_for_change(exchange.origin, *until);
        answered = co_await answer_batch(exchange.origin, batch);
    }
    for (const auto error : batch.errors())
        count_error(exchange.origin, error);
    co_await deliver(exchange, answered);
}

Task<> refuse_body(Exchange& exchange, BodyResult result) {
    auto& client = exchange.client;
    client.last_request(); // its rest is still on the way
    exchange.context().metrics.requests_rejected.add();
    switch (result) {
    case BodyResult::too_large: {
        auto text = error_object({}, invalid_request,
                                 "request body larger than " +
                                     std::to_string(exchange.limits().max_body_size) + " bytes");
        count_own(exchange, 413);
        if (!co_await exchange.client.answer(413, json_type, text, no_extra)) exchange.client.last_request();
        break;
    }
    case BodyResult::no_memory: {
        auto text = error_object({}, internal_error, "too many request bodies in memory, try again");
        count_own(exchange, 503);
        if (!co_await exchange.client.answer(503, json_type, text, no_extra)) exchange.client.last_request();
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
    case BodyResult::closed:
        exchange.context().metrics.client_aborts.add();
        break;
    case BodyResult::ok:
        break;
    }
}

/// Over HTTP even one that wants no answer gets one: the connection needs it.
Task<> refuse_call(Exchange& exchange, const chain::Call& call) {
    const auto text = answer_to_invalid(call);
    // 200 for a barred one, as nodes answer: clients read errors of other statuses as a broken server.
    const unsigned status = call.barred.empty() ? 400 : 200;
    count_own(exchange, status);
    if (!co_await exchange.client.answer(status, json_type, text, no_extra)) exchange.client.last_request();
}

Task<> refuse_scan(Exchange& exchange, ScanError error) {
    auto text = scan_error_object(error, exchange.limits().max_batch_items);
    count_own(exchange, 400);
    if (!co_await exchange.client.answer(400, json_type, text, no_extra)) exchange.client.last_request();
}

} // namespace

Task<> serve(Context& context, Filters& filters, ServerConnection& client) {
    Origin origin{.context = context,
                  .snapshot = context.snapshot(),
                  .client = client.head(),
                  .deadline = {},
                  .patience = Patience({})};
    Exchange exchange{origin, filters, client};
    if (client.head().method != "POST") {
        client.last_request(); // a body that nobody reads may follow
        auto text = error_object({}, invalid_request, "JSON-RPC takes POST, or a WebSocket handshake");
        constexpr std::string_view lines = "Allow: POST\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        count_own(exchange, 405);
        if (!co_await client.answer(405, json_type, text, lines)) client.last_request();
        co_return;
    }
    std::string_view body;
    const auto read = co_await client.read_body(exchange.limits().max_body_size, context.body_budget, body);
    if (read != BodyResult::ok) {
        co_await refuse_body(exchange, read);
        co_return;
    }
    origin.deadline = Clock::now() + exchange.limits().proxy_timeout;
    origin.patience.set_end(origin.deadline);
    chain::Requests requests;
    const auto scanned = read_requests(body, context, requests);
    if (scanned != ScanError::none) {
        co_await refuse_scan(exchange, scanned);
    } else if (requests.batch) {
        co_await serve_batch(exchange, body, requests);
    } else if (!requests.calls.front().valid) {
        co_await refuse_call(exchange, requests.calls.front());
    } else if (chain::traits_of(requests.calls.front().method).filter) {
        co_await serve_filter_call(exchange, requests.calls.front());
    } else {
        auto answered = co_await answer_call(origin, body, requests.calls.front());
        if (answered.hope != Hope::none)
            co_await answer_later(origin, body, requests.calls.front(), answered);
        co_await deliver(exchange, answered);
    }
}

} // namespace weir::el
