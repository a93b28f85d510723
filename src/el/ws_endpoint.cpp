#include "el/ws_endpoint.hpp"

#include "el/errors.hpp"

#include <boost/beast/http/verb.hpp>

#include <algorithm>

namespace weir::el {

using net::Task;
namespace http = net::http;

namespace {

WsSession::Handshake handshake_of(const net::Head& head) {
    WsSession::Handshake request;
    request.version(static_cast<unsigned>(head.version));
    request.method(http::verb::get);
    request.target({head.target.data(), head.target.size()});
    const auto beast = [](std::string_view text) {
        return boost::beast::string_view(text.data(), text.size());
    };
    for (const auto& field : head.fields())
        request.insert(field.id, beast(field.name), beast(field.value));
    return request;
}

/// Lines that concern the handshake, or the body that it does not have.
bool stays_here(const net::Field& field) {
    switch (field.id) {
    case http::field::host:
    case http::field::origin:
    case http::field::accept_encoding:
    case http::field::content_type:
    case http::field::content_length:
    case http::field::sec_websocket_key:
    case http::field::sec_websocket_version:
    case http::field::sec_websocket_extensions:
    case http::field::sec_websocket_protocol:
        return true;
    default:
        return false;
    }
}

/// The head of a request like those that the client's calls become.
std::string lines_for_nodes(const net::Head& head) {
    std::string text = "POST / HTTP/1.1\r\nHost: weir\r\nContent-Type: application/json\r\n";
    for (const auto& field : head.fields()) {
        if (head.is_hop_by_hop(field) || stays_here(field)) continue;
        text.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    return text.append("\r\n");
}

} // namespace

HandshakeFault WsEndpoint::refusal_of(const net::ServerConnection& client) const {
    const auto& head = client.head();
    const auto& snapshot = **room_.context.snapshot();
    if (const auto fault = judge_handshake(head); fault.status != 0) return fault;
    if (!client.body_done() || client.has_more())
        return {400, "nothing may follow before the handshake has ended (RFC 6455 §4.1)", {}};
    if (draining_) return {503, "weir is shutting down", {}};
    const bool may_wait_for_stale = snapshot.config->global.serve_stale;
    if (!snapshot.el.in_service() && !may_wait_for_stale) return {503, "no fit execution node", {}};
    return {};
}

/// Who comes while the last node has just gone waits a moment for one, as calls do.
Task<> WsEndpoint::wait_for_node() {
    const auto most = (*room_.context.snapshot())->config->global.wait_for_node;
    const auto until = net::Clock::now() + most;
    for (;;) {
        const auto now = net::Clock::now();
        const auto snapshot = room_.context.snapshot();
        const auto& layer = (*snapshot)->el;
        if (layer.in_service() || (*snapshot)->config->global.serve_stale || draining_ || now >= until ||
            !layer.may_serve(now, most))
            co_return;
        co_await room_.context.change(std::min(until, *layer.lost_at + most));
    }
}

Task<> WsEndpoint::serve(net::ServerConnection& client) {
    auto& metrics = room_.context.metrics;
    client.last_request();
    co_await wait_for_node();
    auto refusal = refusal_of(client);
    const auto most = (*room_.context.snapshot())->config->global.ws_max_sessions;
    const bool full = sessions_of_all_.fetch_add(1, std::memory_order_relaxed) >= most;
    if (refusal.status == 0 && full) refusal = {503, "too many WebSocket sessions", {}};
    if (refusal.status != 0) {
        sessions_of_all_.fetch_sub(1, std::memory_order_relaxed);
        metrics.ws_sessions_refused.add();
        const auto body = error_object({}, internal_error, refusal.message);
        co_await client.answer(refusal.status, "application/json", body, refusal.header_lines);
        co_return;
    }
    const auto request = handshake_of(client.head());
    const auto lines = lines_for_nodes(client.head());
    client.take_over();
    auto session = std::make_shared<WsSession>(room_, client.stream());
    sessions_.push_back(*session);
    metrics.ws_sessions.add();
    metrics.ws_sessions_total.add();
    co_await session->run(request, lines);
    metrics.ws_sessions.sub();
    sessions_of_all_.fetch_sub(1, std::memory_order_relaxed);
    session->unlink();
}

void WsEndpoint::drain() {
    draining_ = true;
    for (auto& session : sessions_)
        session.drain();
}

void WsEndpoint::cut_off() {
    for (auto& session : sessions_)
        session.cut_off();
}

} // namespace weir::el
