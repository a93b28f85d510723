#include "ws_session.hpp"

#include "ws_host.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <deque>

namespace simnode {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t max_message = 256 * 1024 * 1024;
constexpr std::size_t max_backlog = 1024 * 1024 * 1024; // tests let clients stop reading
constexpr std::uint32_t max_head = 256 * 1024;
constexpr milliseconds before_reset{10};

/// A message to send, and what a fault does to it on the way.
struct Outgoing {
    std::string text;
    std::optional<Effects::Drip> drip;
    std::optional<std::size_t> reset_after; // bytes
};

template <class Stream>
class Session final : public Subscriber,
                      public SessionMethods,
                      public std::enable_shared_from_this<Session<Stream>> {
  public:
    Session(WsHost& host, Stream stream)
        : host_(host)
        , ws_(std::move(stream))
        , timer_(ws_.get_executor()) {
        host_.opened(this);
    }
    ~Session() override { host_.closed(this); }

    void start(const std::string& received);
    void abort() override;
    void notify(const std::string& message) override { send({message, {}, {}}); }
    void mute() override;
    std::optional<std::string> call(const Call& call) override { return host_.call(*this, call); }

  private:
    void accept();
    void decline(const Effects::Status& status);
    void hold();
    void read();
    void received();
    void answer(Reply reply);
    void send(Outgoing message);
    void write();
    void written(std::size_t size, bool whole);

    WsHost& host_;
    websocket::stream<Stream> ws_;
    beast::http::request_parser<beast::http::string_body> parser_;
    beast::flat_buffer in_;
    std::deque<Outgoing> out_;
    std::size_t backlog_ = 0;
    std::size_t sent_ = 0; // of the first message
    std::string declined_;
    std::shared_ptr<Session> self_; // while it is mute
    Timer timer_;
    bool closed_ = false, mute_ = false;
};

template <class Stream>
void Session<Stream>::start(const std::string& text) {
    error_code error;
    parser_.eager(true);
    parser_.header_limit(max_head);
    parser_.put(asio::buffer(text), error);
    // A fault with a count is used up by the upgrade only if it can do something to it.
    auto effects = host_.faults().look(Layer::el_websocket, "upgrade");
    if (effects.hang || effects.reset_before_answer || effects.status || effects.delay_ms > 0)
        effects = host_.faults().take(Layer::el_websocket, "upgrade");
    if (error || effects.reset_before_answer || host_.faults().refuses(Layer::el_websocket)) return abort();
    if (effects.hang) return hold();
    if (effects.status) return decline(*effects.status);
    timer_.expires_after(milliseconds(effects.delay_ms));
    timer_.async_wait([self = this->shared_from_this()](error_code cancelled) {
        if (!cancelled && !self->closed_) self->accept();
    });
}

template <class Stream>
void Session<Stream>::accept() {
    websocket::permessage_deflate deflate;
    deflate.server_enable = true; // if the client offers it
    ws_.set_option(deflate);
    ws_.set_option(
        websocket::stream_base::timeout{std::chrono::seconds(30), websocket::stream_base::none(), false});
    ws_.read_message_max(max_message);
    ws_.auto_fragment(false);
    ws_.text(true);
    ws_.control_callback([this](websocket::frame_type kind, beast::string_view) {
        if (kind == websocket::frame_type::ping) ++host_.stats().websockets.pings;
    });
    ws_.async_accept(parser_.get(), [self = this->shared_from_this()](error_code error) {
        if (self->closed_) return;
        if (error) return self->abort();
        if (self->host_.faults().look(Layer::el_websocket, "upgrade").deaf) return self->mute();
        self->read();
        self->write(); // what was published since
    });
}

template <class Stream>
void Session<Stream>::decline(const Effects::Status& status) {
    declined_ = "HTTP/1.1 " + std::to_string(status.status) +
                " No\r\nConnection: close\r\nContent-Length: " + std::to_string(status.body.size()) + "\r\n";
    for (auto& [name, value] : status.headers)
        declined_ += name + ": " + value + "\r\n";
    declined_ += "\r\n" + status.body;
    asio::async_write(ws_.next_layer(), asio::buffer(declined_),
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                          if (self->closed_) return;
                          if (error) return self->abort();
                          error_code ignored;
                          tcp_of(self->ws_.next_layer()).shutdown(Socket::shutdown_send, ignored);
                          self->hold();
                      });
}

/// Waits for the client to leave.
template <class Stream>
void Session<Stream>::hold() {
    ws_.next_layer().async_read_some(in_.prepare(1024),
                                     [self = this->shared_from_this()](error_code error, std::size_t) {
                                         if (self->closed_) return;
                                         if (error) return self->abort();
                                         self->hold();
                                     });
}

template <class Stream>
void Session<Stream>::abort() {
    if (std::exchange(closed_, true)) return;
    host_.closed(this);
    timer_.cancel();
    auto last = std::move(self_);
    reset_socket(tcp_of(ws_.next_layer()));
}

template <class Stream>
void Session<Stream>::mute() {
    if (std::exchange(mute_, true)) return;
    self_ = this->shared_from_this(); // nothing else may hold it any more
    error_code ignored;
    tcp_of(ws_.next_layer()).cancel(ignored);
}

template <class Stream>
void Session<Stream>::read() {
    if (mute_) return;
    ws_.async_read(in_, [self = this->shared_from_this()](error_code error, std::size_t) {
        if (self->closed_ || self->mute_) return;
        if (error) return self->abort(); // also after a close frame, which Beast has answered by now
        self->received();
        if (!self->closed_) self->read();
    });
}

template <class Stream>
void Session<Stream>::received() {
    ++host_.stats().websockets.messages;
    std::string_view text(static_cast<const char*>(in_.data().data()), in_.size());
    auto reply = host_.service().reply(text, Layer::el_websocket, nullptr, this);
    in_.consume(in_.size());
    auto& effects = reply.effects;
    if (effects.reset_before_answer || effects.executes_then_resets || effects.status) return abort();
    if (effects.hang) return;
    if (effects.delay_ms == 0) return answer(std::move(reply));
    auto timer = std::make_shared<Timer>(ws_.get_executor(), milliseconds(effects.delay_ms));
    timer->async_wait([self = this->shared_from_this(), timer, reply = std::move(reply)](error_code) mutable {
        if (!self->closed_) self->answer(std::move(reply));
    });
}

template <class Stream>
void Session<Stream>::answer(Reply reply) {
    auto& effects = reply.effects;
    if (effects.not_json) reply.text = *effects.not_json;
    if (effects.marked) reply.text.insert(0, byte_order_mark);
    if (reply.text.empty()) return;
    Outgoing message{std::move(reply.text), effects.drip, {}};
    auto size = message.text.size();
    if (effects.reset_after) message.reset_after = std::min<std::uint64_t>(*effects.reset_after, size - 1);
    if (effects.truncate)
        message.reset_after = (size - 1) * std::min<std::uint64_t>(*effects.truncate, 100) / 100;
    send(std::move(message));
}

template <class Stream>
void Session<Stream>::send(Outgoing message) {
    if (closed_ || mute_) return;
    backlog_ += message.text.size();
    if (backlog_ > max_backlog) return abort();
    out_.push_back(std::move(message));
    if (out_.size() == 1 && ws_.is_open()) write();
}

template <class Stream>
void Session<Stream>::write() {
    if (out_.empty()) return;
    auto& message = out_.front();
    auto size = message.text.size() - sent_;
    if (message.drip) size = std::min<std::size_t>(size, message.drip->bytes);
    if (message.reset_after) size = std::min(size, *message.reset_after - sent_);
    auto whole = sent_ + size == message.text.size();
    ws_.async_write_some(whole, asio::buffer(message.text.data() + sent_, size),
                         [self = this->shared_from_this(), size, whole](error_code error, std::size_t) {
                             if (self->closed_ || self->mute_) return;
                             if (error) return self->abort();
                             self->written(size, whole);
                         });
}

template <class Stream>
void Session<Stream>::written(std::size_t size, bool whole) {
    auto& message = out_.front();
    sent_ += size;
    auto cut = message.reset_after && sent_ == *message.reset_after;
    if (cut || (message.drip && !whole)) {
        timer_.expires_after(cut ? before_reset : milliseconds(message.drip->ms));
        timer_.async_wait([self = this->shared_from_this(), cut](error_code error) {
            if (error || self->closed_) return;
            cut ? self->abort() : self->write();
        });
        return;
    }
    if (whole) {
        backlog_ -= message.text.size();
        out_.pop_front();
        sent_ = 0;
    }
    write();
}

} // namespace

void start_session(WsHost& host, Socket socket, std::string received) {
    std::make_shared<Session<Socket>>(host, std::move(socket))->start(received);
}

void start_session(WsHost& host, TlsStream stream, std::string received) {
    std::make_shared<Session<TlsStream>>(host, std::move(stream))->start(received);
}

} // namespace simnode
