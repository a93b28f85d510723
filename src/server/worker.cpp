#include "server/worker.hpp"

#include "log/log.hpp"
#include "server/error_body.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

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

} // namespace

Worker::Worker(std::size_t index, WorkerSettings settings, metrics::WorkerMetrics& metrics,
               forward::EvidenceSink& evidence, feeds::HubPort& hub, el::FilterPort& filters, Common& common)
    : settings_(std::move(settings))
    , spare_limits_(settings_.limits)
    , common_(common)
    , context_(io_, wheel_, metrics, evidence, common.seen_heads, settings_.workers,
               settings_.max_buffered_bytes)
    , board_(hub, index)
    , ids_(index)
    , kept_(settings_.max_filter_bytes / settings_.workers, metrics.filter_bytes.cell())
    , filters_(context_, board_, ids_, filters, index, common.filters, kept_)
    , websockets_(context_, board_, ids_, filters_, kept_, common.subscriptions, common.ws_sessions,
                  settings_.limits.send_timeout) {
    context_.share(common.node_connections);
    spare_limits_.idle_timeout = std::min(spare_limits_.idle_timeout, spare_patience);
    spare_limits_.header_timeout = std::min(spare_limits_.header_timeout, spare_patience);
}

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
            constexpr auto why = static_cast<std::size_t>(metrics::TurnedAway::accept);
            context_.metrics.client_connections_refused[why].add();
            if (const auto count = common_.not_accepted.add(net::Clock::now())) {
                log::warn("cannot accept connections",
                          {{"reason", ec.message()}, {"count", std::to_string(*count)}});
            }
            pause.expires_after(accept_pause);
            co_await pause.async_wait(use_task);
            continue;
        }
        net::error_code ignored;
        socket.set_option(net::tcp::no_delay(true), ignored);
        socket.non_blocking(true, ignored);
        const auto place = place_for(listener.purpose);
        if (!place) {
            turn_back(std::move(socket), listener);
            continue;
        }
        auto session = serve(std::move(socket), listener, *place);
        asio::co_spawn(io_, std::move(session), asio::detached);
    }
}

Task<> Worker::serve(net::Socket socket, const Listener& listener, Place place) {
    const bool spare = place == Place::spare;
    Session session(std::move(socket), wheel_, spare ? spare_limits_ : settings_.limits, place);
    sessions_.push_back(session);
    if (spare) spares_.push_back(session);
    ++(spare ? spares_taken_ : taken_[static_cast<std::size_t>(listener.purpose)]);
    auto& metrics = context_.metrics;
    metrics.client_connections.add();
    metrics.client_connections_total.add();
    auto& client = session.connection;
    bool ready = true;
    if (listener.door.tls) {
        net::Deadline handshake(
            wheel_, [](void* self) { static_cast<net::Stream*>(self)->close(); }, &client.stream());
        if (!spare && listener.purpose == Purpose::clients) waiting_.has_begun(session);
        handshake.set(spare ? spare_patience : settings_.limits.header_timeout);
        const auto present = settings_.tls->get();
        ready = !co_await client.stream().tls_accept(*present);
    }
    if (ready) co_await serve_requests(session, listener);
    client.stream().close();
    metrics.client_connections.sub();
    session.waiting.unlink();
    session.unlink();
    --(session.place == Place::spare ? spares_taken_ : taken_[static_cast<std::size_t>(listener.purpose)]);
    end_if_idle();
}

Task<> Worker::serve_requests(Session& session, const Listener& listener) {
    auto& metrics = context_.metrics;
    auto& client = session.connection;
    for (;;) {
        if (session.place == Place::regular && listener.purpose == Purpose::clients) {
            waiting_.has_come(session);
        }
        const Arrival arrival = co_await client.read_head();
        session.waiting.unlink(); // a spare one that has asked is let be until it is answered
        if (arrival == Arrival::closed) co_return;
        if (draining_) client.last_request();
        if (arrival == Arrival::request) {
            if (session.place == Place::regular || settle(session, listener.purpose)) {
                co_await dispatch(client, listener);
            } else {
                co_await refuse_crowd(client);
            }
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
            if (session.place == Place::spare) spares_.push_front(session); // it has what it came for
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
