// The stream's life: handshake, reading, pings, closing. What messages mean is in ws_messages.cpp.
#include "el/ws_session.hpp"

#include "el/errors.hpp"
#include "el/ws_message.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/error.hpp>

#include <utility>

namespace weir::el {

using metrics::WsEnd;
using net::Clock;
using net::error_code;
using net::milliseconds;
using net::Task;
using net::use_task;
namespace asio = net::asio;
namespace websocket = net::websocket;

namespace {

/// For the client's answer to a close frame; as long again, and again, while it still takes what comes
/// before.
constexpr milliseconds farewell{2000};
/// The same where the grace of a shutdown is over: weir's end must not wait for who does not answer.
constexpr milliseconds last_farewell{250};
/// What the buffer of incoming messages keeps from one to the next.
constexpr std::size_t kept_capacity = 16 * 1024;

WsEnd end_of(error_code ec) {
    if (ec == websocket::error::closed) return WsEnd::client_closed;
    if (ec == websocket::error::message_too_big) return WsEnd::too_large;
    if (ec.category() == websocket::make_error_code(websocket::error::closed).category())
        return WsEnd::protocol_error;
    return WsEnd::client_lost;
}

} // namespace

WsSession::WsSession(WsRoom& room, net::Stream& stream)
    : room_(room)
    , stream_(stream)
    , deadline_(
          room.context.wheel, [](void* self) { static_cast<WsSession*>(self)->look_after(); }, this)
    , address_(stream.peer_address()) {}

WsSession::~WsSession() = default;

Task<bool> WsSession::open(const Handshake& request) {
    socket_.emplace(stream_);
    outbox_.emplace(*this, *socket_, metrics());
    outbox_->set_limit(limits().ws_send_queue_max_bytes);
    websocket::permessage_deflate deflate;
    deflate.server_enable = limits().ws_compression;
    socket_->set_option(deflate);
    if (deflate.server_enable) socket_->next_layer().allow_compression();
    // Time is kept by this session's own deadline.
    socket_->set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                        websocket::stream_base::none(), false});
    socket_->read_message_max(limits().ws_max_message_bytes);
    socket_->auto_fragment(false);
    socket_->text(true);
    socket_->control_callback(
        [this](websocket::frame_type, boost::beast::string_view) { liveness_.heard(); });
    socket_->set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(net::http::field::server, "weir"); }));
    deadline_.set(room_.send_timeout);
    auto [ec] = co_await socket_->async_accept(request, use_task);
    liveness_.begin(Clock::now());
    deadline_.set(patience_with_client().pause());
    co_return !ec;
}

Task<> WsSession::run(const Handshake& request, std::string_view lines) {
    net::MessageParser<true> lines_parser(client_);
    lines_parser.parse_head(lines);
    if (co_await open(request)) {
        const auto ec = co_await read_messages();
        end(end_of(ec));
    } else {
        end(WsEnd::protocol_error);
    }
    ended_ = true;
    deadline_.clear();
    leave_subscriptions();
    cancel_waits();
    if (outbox_->busy() || pinging_) stream_.close();
    while (outbox_->busy() || pinging_)
        co_await pause();
    outbox_.reset();
    socket_.reset();
}

Task<> WsSession::pause() {
    net::Timer timer(room_.context.io, Clock::time_point::max());
    pause_ = &timer;
    co_await timer.async_wait(use_task);
    pause_ = nullptr;
}

void WsSession::resume() {
    if (pause_) pause_->cancel();
}

Task<error_code> WsSession::read_messages() {
    boost::beast::flat_buffer in;
    net::ByteBudget::Charge charge(room_.context.body_budget);
    for (;;) {
        while (calls_ >= limits().ws_max_calls_in_flight && !closing_) {
            paused_ = true;
            co_await pause();
        }
        paused_ = false;
        // Piece by piece: one that takes long to arrive is a sign of life, and its memory is counted as it
        // comes.
        auto [ec, size] = co_await socket_->async_read_some(in, 0, use_task);
        if (ec) co_return ec;
        liveness_.heard();
        metrics().bytes_from_clients.add(size);
        if (!charge.raise_to(in.size())) {
            close(CloseCode::try_again_later, "too many messages in memory", WsEnd::too_large);
        }
        if (!socket_->is_message_done() && !closing_) continue;
        if (!closing_) {
            metrics().ws_messages_in.add();
            take({static_cast<const char*>(in.data().data()), in.size()}, std::move(charge));
        }
        charge = net::ByteBudget::Charge(room_.context.body_budget);
        in.consume(in.size());
        if (in.capacity() > kept_capacity) in = {};
    }
}

void WsSession::end(WsEnd why) {
    if (why_ended_) return;
    why_ended_ = why;
    metrics().ws_ends[static_cast<std::size_t>(why)].add();
}

void WsSession::close(CloseCode code, std::string_view reason, WsEnd why) {
    if (closing_ || ended_) return;
    closing_ = true;
    end(why);
    // The close frame can only follow what is under way, and one who does not read gets time to take that.
    patience_ = why == WsEnd::slow_client ? room_.send_timeout : cut_off_ ? last_farewell : farewell;
    progress_ = stream_.acknowledged_bytes();
    deadline_.set(patience_);
    outbox_->close({code, boost::beast::string_view(reason.data(), reason.size())});
    // Not at once: this may be called by one of them.
    asio::post(room_.context.io, [self = shared_from_this()] { self->leave_subscriptions(); });
    cancel_waits();
    resume();
}

void WsSession::overflowed() {
    outbox_->drop_waiting();
    close(CloseCode::policy_error, "client reads too slowly", WsEnd::slow_client);
}

void WsSession::feed_ended(feeds::FeedEnd why) {
    close(CloseCode::try_again_later, feeds::to_string(why), WsEnd::feed_ended);
}

void WsSession::wrote(error_code ec) {
    if (ended_) {
        resume();
    } else if (ec) {
        end(closing_ ? WsEnd::client_closed : WsEnd::client_lost);
        stream_.close();
    }
}

void WsSession::look_after() {
    if (closing_ && still_takes()) {
        deadline_.set(patience_);
        return;
    }
    if (closing_ || !socket_->is_open()) {
        stream_.close();
        return;
    }
    const auto patience = patience_with_client();
    Liveness::Sight sight{outbox_->writing(), paused_, outbox_->written_messages(), 0};
    if (liveness_.wants_bytes(sight.writing, sight.written))
        sight.acknowledged = stream_.acknowledged_bytes();
    switch (liveness_.look(sight, patience, Clock::now())) {
    case Liveness::Finding::slow:
        end(WsEnd::slow_client);
        stream_.close();
        return;
    case Liveness::Finding::lost:
        end(WsEnd::ping_timeout);
        stream_.close();
        return;
    case Liveness::Finding::ping:
        ping();
        break;
    case Liveness::Finding::alive:
        break;
    }
    deadline_.set(patience.pause());
}

void WsSession::ping() {
    if (std::exchange(pinging_, true)) return;
    socket_->async_ping({}, [self = shared_from_this()](error_code ec) {
        self->pinging_ = false;
        self->wrote(ec);
    });
}

/// Since the last look: a client that reads gets what is queued for it and the close frame, however long it
/// is.
bool WsSession::still_takes() {
    const auto taken = stream_.acknowledged_bytes();
    return !cut_off_ && std::exchange(progress_, taken) != taken;
}

void WsSession::drain() {
    if (!std::exchange(draining_, true)) cancel_waits(); // the feeds have ended: no subscription will be made
    if (calls_ == 0) close(CloseCode::going_away, shutting_down, WsEnd::shutdown);
}

void WsSession::cut_off() {
    cut_off_ = true;
    if (closing_) stream_.close(); // it has had the whole grace for its goodbye
    close(CloseCode::going_away, shutting_down, WsEnd::shutdown);
}

} // namespace weir::el
