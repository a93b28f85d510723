#include "server/worker.hpp"

#include "log/log.hpp"
#include "server/error_body.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace weir::server {

using net::Task;
using net::use_task;
namespace asio = net::asio;
using Arrival = net::ServerConnection::Arrival;

namespace {

/// How long a client may take to see our goodbye before the connection is dropped.
constexpr net::milliseconds farewell{2000};
/// After accept() failed for want of descriptors or memory.
constexpr net::milliseconds accept_pause{100};

constexpr std::string_view overloaded =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 51\r\n"
    "Retry-After: 1\r\nConnection: close\r\n\r\n"
    "{\"code\":503,\"message\":\"too many client connections\"}";

} // namespace

Worker::Worker(std::size_t index, WorkerSettings settings, metrics::WorkerMetrics& metrics,
               forward::EvidenceSink& evidence, feeds::HubPort& hub, el::FilterPort& filters, Common& common)
    : settings_(std::move(settings))
    , context_(io_, wheel_, metrics, evidence, common.seen_heads, settings_.workers,
               settings_.max_buffered_bytes)
    , board_(hub, index)
    , ids_(index)
    , kept_(settings_.max_filter_bytes / settings_.workers, metrics.filter_bytes.cell())
    , filters_(context_, board_, ids_, filters, index, common.filters, kept_)
    , websockets_(context_, board_, ids_, filters_, kept_, common.subscriptions, common.ws_sessions,
                  settings_.limits.send_timeout) {}

Worker::~Worker() = default;

void Worker::listen(int descriptor, bool ipv6, Purpose purpose, Door door) {
    listeners_.push_back(std::make_unique<Listener>(io_, ipv6 ? net::tcp::v6() : net::tcp::v4(), descriptor,
                                                    purpose, std::move(door)));
}

void Worker::start() {
    for (auto& listener : listeners_)
        asio::co_spawn(io_, accept_loop(*listener), asio::detached);
    context_.pauses.start();
    thread_ = std::thread([this] { io_.run(); });
}

void Worker::join() {
    if (thread_.joinable()) thread_.join();
}

void Worker::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    asio::post(io_,
               [this, snapshot = std::move(snapshot)]() mutable { context_.adopt(std::move(snapshot)); });
}

void Worker::post(std::function<void(feeds::Board&)> action) {
    asio::post(io_, [this, action = std::move(action)]() mutable {
        for_board_.push_back(std::move(action));
        if (for_board_.size() == 1) run_board();
    });
}

void Worker::run_board() {
    while (!for_board_.empty()) {
        if (board_.unfinished()) {
            board_.go_on();
        } else {
            for_board_.front()(board_);
        }
        if (board_.unfinished()) {
            asio::post(io_, [this] { run_board(); });
            return;
        }
        for_board_.pop_front();
    }
}

void Worker::post_to_filters(std::function<void(el::Filters&)> action) {
    asio::post(io_, [this, action = std::move(action)] { action(filters_); });
}

Task<> Worker::accept_loop(Listener& listener) {
    net::Timer pause(io_);
    while (!draining_) {
        auto [ec, socket] = co_await listener.acceptor.async_accept(use_task);
        if (draining_ || ec == asio::error::operation_aborted) co_return;
        if (ec) {
            // A client that left before it was taken costs nothing; out of descriptors needs a pause.
            if (ec == asio::error::connection_aborted) continue;
            context_.metrics.client_connections_refused.add();
            log::warn("cannot accept a connection", {{"reason", ec.message()}});
            pause.expires_after(accept_pause);
            co_await pause.async_wait(use_task);
            continue;
        }
        net::error_code ignored;
        socket.set_option(net::tcp::no_delay(true), ignored);
        socket.non_blocking(true, ignored);
        if (listener.sessions >= settings_.max_connections) {
            context_.metrics.client_connections_refused.add();
            if (!listener.door.tls) socket.write_some(asio::buffer(overloaded), ignored);
            socket.shutdown(net::Socket::shutdown_both, ignored);
            continue;
        }
        auto session = serve(std::move(socket), listener);
        asio::co_spawn(io_, std::move(session), asio::detached);
    }
}

Task<> Worker::serve(net::Socket socket, Listener& listener) {
    Session session(std::move(socket), wheel_, settings_.limits);
    sessions_.push_back(session);
    ++listener.sessions;
    auto& metrics = context_.metrics;
    metrics.client_connections.add();
    metrics.client_connections_total.add();
    auto& client = session.connection;
    bool ready = true;
    if (listener.door.tls) {
        net::Deadline handshake(
            wheel_, [](void* self) { static_cast<net::Stream*>(self)->close(); }, &client.stream());
        handshake.set(settings_.limits.header_timeout);
        const auto present = settings_.tls->get();
        ready = !co_await client.stream().tls_accept(*present);
    }
    if (ready) co_await serve_requests(client, listener);
    client.stream().close();
    metrics.client_connections.sub();
    session.unlink();
    --listener.sessions;
    end_if_idle();
}

Task<> Worker::serve_requests(net::ServerConnection& client, const Listener& listener) {
    auto& metrics = context_.metrics;
    for (;;) {
        const Arrival arrival = co_await client.read_head();
        if (arrival == Arrival::closed) co_return;
        if (draining_) client.last_request();
        if (arrival == Arrival::request) {
            co_await dispatch(client, listener);
        } else if (arrival == Arrival::timed_out) {
            metrics.requests_rejected.add();
            client.last_request();
            const auto body = error_body(408, "request head did not arrive in time");
            co_await client.answer(408, "application/json", body);
        } else {
            co_await refuse(client);
        }
        metrics.bytes_from_clients.add(client.take_bytes_in());
        metrics.bytes_to_clients.add(client.take_bytes_out());
        if (!client.keep_alive() || draining_) {
            co_await client.stream().finish(farewell);
            co_return;
        }
        client.end_request();
    }
}

Task<> Worker::refuse(net::ServerConnection& client) {
    context_.metrics.requests_rejected.add();
    client.last_request();
    const auto status = net::status_of(client.refusal());
    const auto body = error_body(status, net::words_of(client.refusal()));
    co_await client.answer(status, "application/json", body);
}

void Worker::drain(net::milliseconds grace) {
    asio::post(io_, [this, grace] {
        draining_ = true;
        for (auto& listener : listeners_) {
            net::error_code ignored;
            listener->acceptor.close(ignored);
        }
        for (auto& session : sessions_) {
            if (session.connection.idle()) session.connection.stream().close();
        }
        filters_.drain();
        websockets_.drain();
        grace_.expires_after(grace);
        grace_.async_wait([this](net::error_code ec) {
            if (!ec) cut_off();
        });
        end_if_idle();
    });
}

void Worker::end_if_idle() {
    if (!draining_ || !sessions_.empty()) return;
    // Nothing is left to serve: with its last work the event loop ends.
    grace_.cancel();
    filters_.stop();
    context_.close_pools();
    context_.pauses.stop();
    wheel_.stop();
}

void Worker::cut_off() {
    websockets_.cut_off(); // they say goodbye within a time of their own
    for (auto& session : sessions_) {
        if (!session.connection.taken_over()) session.connection.stream().close();
    }
    filters_.stop();
    context_.close_pools();
}

} // namespace weir::server
