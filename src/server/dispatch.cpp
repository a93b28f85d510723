// A request whose head is there: may it come in, whose is it, and weir's own answers.
#include "cl/endpoint.hpp"
#include "el/endpoint.hpp"
#include "el/handshake.hpp"
#include "server/error_body.hpp"
#include "server/listen.hpp"
#include "server/worker.hpp"

namespace weir::server {

using metrics::Refused;
using net::Task;

namespace {

constexpr std::string_view json_type = "application/json";

constexpr std::string_view challenges =
    "WWW-Authenticate: Bearer realm=\"weir\"\r\n"
    "WWW-Authenticate: Basic realm=\"weir\"\r\n"; // a browser asks for this one

std::string_view own_paths(const Layout& layout) {
    return layout.admin_apart ? "no such path here; try /el, /cl/ or /health"
                              : "no such path; try /el, /cl/, /status, /metrics, /health or /ready";
}

/// The socket's other end is this machine.
bool is_loopback_client(net::ServerConnection& client) {
    net::error_code ec;
    const auto peer = client.stream().socket().remote_endpoint(ec);
    return !ec && is_loopback(peer.address());
}

/// OPTIONS for weir itself, or with no hop left (RFC 9110 §7.6.2).
bool ends_here(const net::Head& head) {
    if (head.method != "OPTIONS") return false;
    const auto left = head.find(net::http::field::max_forwards);
    const bool last = left && !left->empty() && left->find_first_not_of('0') == std::string_view::npos;
    return last || head.target == "*";
}

std::string allow_line(Route route) {
    return "Allow: " + std::string(methods_of(route)) + "\r\n";
}

} // namespace

/// The page shows all that weir knows and is the place for what acts: where clients come in it is for this
/// machine.
std::optional<Refusal> Worker::keep_from(net::ServerConnection& client, const Listener& listener,
                                         Route route) {
    const auto& token = (*context_.snapshot())->config->admin.token;
    const bool guarded = route == Route::page || route == Route::status || route == Route::metrics;
    if (route == Route::page && listener.purpose == Purpose::clients &&
        (!is_loopback_client(client) || is_forwarded(client.head())))
        return Refusal{Refused::page, 403,
                       "the page is for clients on this machine, unless [admin] listen moves it"};
    if (guarded && !token.empty() && !carries_token(client.head(), token))
        return Refusal{Refused::token, 401, "[admin] token is asked for: Authorization: Bearer TOKEN"};
    return std::nullopt;
}

Task<> Worker::dispatch(net::ServerConnection& client, const Listener& listener) {
    const auto& head = client.head();
    Route route = route_of(head.target);
    if (!serves(listener.purpose, route, settings_.layout)) route = Route::unknown;
    const bool own_page = route == Route::page && listener.purpose == Purpose::clients;
    auto admission = admit(head, listener.door, (*context_.snapshot())->config->server, own_page);
    client.set_policy_lines(std::move(admission.policy_lines));
    if (admission.refusal) return turn_away(client, route, *admission.refusal);
    if (is_never_forwarded(head.method)) {
        return turn_away(client, route, {Refused::method, 405, "TRACE is not for this server"});
    }
    if (route == Route::unknown && head.target != "*") return answer_itself(client, route);
    if (ends_here(head) || (admission.foreign_page && is_preflight(head)))
        return answer_options(client, route);
    switch (route) {
    case Route::el:
        if (el::asks_for_websocket(head)) return websockets_.serve(client);
        return el::serve(context_, filters_, client);
    case Route::cl:
        return cl::serve(context_, client);
    case Route::el_websocket:
        return websockets_.serve(client);
    default:
        break;
    }
    if (const auto refusal = keep_from(client, listener, route)) return turn_away(client, route, *refusal);
    return answer_itself(client, route);
}

Task<> Worker::turn_away(net::ServerConnection& client, Route route, Refusal refusal) {
    context_.metrics.refused[static_cast<std::size_t>(refusal.why)].add();
    if (!client.body_done()) client.last_request();
    const auto body = error_body(refusal.status, refusal.message);
    std::string lines;
    if (refusal.status == 405) lines = allow_line(route);
    if (refusal.status == 401) lines = challenges;
    co_await client.answer(refusal.status, json_type, body, lines);
}

Task<> Worker::answer_options(net::ServerConnection& client, Route route) {
    if (!client.body_done()) client.last_request();
    const auto& head = client.head();
    const auto lines = is_preflight(head) ? preflight_lines(head, methods_of(route)) : allow_line(route);
    co_await client.answer(204, {}, {}, lines);
}

Task<> Worker::answer_itself(net::ServerConnection& client, Route route) {
    if (route == Route::unknown) {
        client.last_request();
        const auto body = error_body(404, own_paths(settings_.layout));
        co_await client.answer(404, json_type, body);
        co_return;
    }
    if (!client.body_done()) client.last_request();
    if (client.head().method != "GET" && client.head().method != "HEAD") {
        const auto refused = error_body(405, "this path takes GET");
        const auto lines = allow_line(route);
        co_await client.answer(405, json_type, refused, lines);
        co_return;
    }
    const auto snapshot = context_.snapshot();
    const auto answer = route == Route::health    ? admin::health()
                        : route == Route::ready   ? admin::ready(**snapshot)
                        : route == Route::status  ? admin::status(**snapshot, admin_)
                        : route == Route::metrics ? admin::metrics(**snapshot, admin_)
                                                  : admin::page();
    co_await client.answer(answer.status, answer.content_type, answer.body, answer.header_lines);
}

} // namespace weir::server
