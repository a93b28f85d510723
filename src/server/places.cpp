#include "server/places.hpp"

#include "log/log.hpp"
#include "server/error_body.hpp"
#include "server/worker.hpp"

#include <array>

namespace weir::server {

using metrics::TurnedAway;
using net::Task;

namespace {

/// Who has just come, or has just been answered, is about to ask: to end that connection would cost a
/// request.
constexpr net::milliseconds settled{250};

constexpr std::string_view crowded = "too many client connections";
constexpr std::string_view json_type = "application/json";

std::size_t index_of(Purpose purpose) {
    return static_cast<std::size_t>(purpose);
}

} // namespace

void Waiting::has_come(Session& session) {
    session.waiting.unlink();
    session.waiting_since = net::Clock::now();
    idle.push_back(session);
}

void Waiting::has_begun(Session& session) {
    session.waiting_since = net::Clock::now();
    slow.push_back(session);
}

bool Waiting::end_longest(net::Clock::time_point now) {
    while (!idle.empty() && now - idle.front().waiting_since >= settled) {
        auto& session = idle.front();
        idle.pop_front();
        auto& connection = session.connection;
        if (!connection.idle() || connection.stream().has_unread()) {
            session.waiting_since = connection.idle() ? now : connection.head_began();
            slow.push_back(session);
            continue;
        }
        connection.stream().close();
        return true;
    }
    if (slow.empty() || now - slow.front().waiting_since < spare_patience) return false;
    slow.front().connection.stream().close();
    slow.pop_front();
    return true;
}

/// Nothing: not even a spare one.
std::optional<Place> Worker::place_for(Purpose purpose) {
    const auto& limits = common_.places;
    const std::size_t most = purpose == Purpose::clients ? limits.clients : limits.own;
    if (taken_[index_of(purpose)] < most) return Place::regular;
    if (spares_taken_ >= limits.spare) {
        // Whoever needs one is done with it in no time; who sits in the oldest has been answered, or has
        // nothing to ask. Where all are being answered, none goes.
        if (spares_.empty()) return std::nullopt;
        auto& oldest = spares_.front();
        spares_.pop_front();
        oldest.connection.stream().close();
    }
    return Place::spare;
}

/// A spare place's one request has come. False when there is nothing for it but a 503.
bool Worker::settle(Session& session, Purpose purpose) {
    const auto route = route_of(session.connection.head().target);
    const bool for_nodes = route == Route::el || route == Route::el_websocket || route == Route::cl;
    if (!for_nodes || purpose != Purpose::clients) {
        session.connection.last_request();
        return true;
    }
    const bool free = taken_[index_of(purpose)] < common_.places.clients;
    if (!free && !waiting_.end_longest(net::Clock::now())) return false;
    if (!free) context_.metrics.client_connections_evicted.add();
    session.place = Place::regular;
    --spares_taken_;
    ++taken_[index_of(purpose)];
    session.connection.use(settings_.limits);
    return true;
}

Task<> Worker::refuse_crowd(net::ServerConnection& client) {
    note_turned_away();
    client.last_request();
    const auto body = error_body(503, crowded);
    co_await client.answer(503, json_type, body);
}

/// There is no place to read its request in.
void Worker::turn_back(net::Socket socket, const Listener& listener) {
    note_turned_away();
    if (listener.door.tls) return;
    const auto body = error_body(503, crowded);
    std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: ";
    text.append(std::to_string(body.size())).append("\r\n").append(net::retry_after_line);
    text.append("Connection: close\r\n\r\n").append(body);
    net::error_code ignored;
    socket.write_some(net::asio::buffer(text), ignored);
    // Unread, a request that has come already would make a reset of the end, and the reset could destroy the
    // answer.
    std::array<char, 4096> unread;
    socket.read_some(net::asio::buffer(unread), ignored);
    socket.shutdown(net::Socket::shutdown_both, ignored);
}

void Worker::note_turned_away() {
    const bool by_descriptors = common_.places.by_descriptors;
    const auto why = by_descriptors ? TurnedAway::descriptors : TurnedAway::limit;
    context_.metrics.client_connections_refused[static_cast<std::size_t>(why)].add();
    if (const auto count = common_.turned_away.add(net::Clock::now())) {
        log::warn("clients are turned away: every place is taken",
                  {{"count", std::to_string(*count)},
                   {"limit", by_descriptors ? "file descriptors" : "max_connections"},
                   {"places", std::to_string(common_.places.clients * settings_.workers)}});
    }
}

} // namespace weir::server
