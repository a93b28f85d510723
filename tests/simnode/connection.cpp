#include "connection.hpp"

#include <boost/asio/write.hpp>

#include <cstring>
#include <type_traits>

namespace simnode {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t kept_buffer = 1024 * 1024;
constexpr std::size_t pipelined_output = 256 * 1024;
constexpr std::size_t max_event_backlog = 64 * 1024 * 1024;
constexpr milliseconds closing_time{1000};
// A reset takes along what the peer has not read yet: let it read first.
constexpr milliseconds before_reset{10};

template <class Stream>
class Connection final : public Peer,
                         public EventSink,
                         public std::enable_shared_from_this<Connection<Stream>> {
  public:
    Connection(Server& server, Stream stream)
        : server_(server)
        , stream_(std::move(stream))
        , timer_(stream_.get_executor())
        , idle_(stream_.get_executor())
        , in_(read_size, '\0') {
        server_.opened(this);
    }
    ~Connection() override { server_.closed(this); }

    void start();
    void abort() override;
    void send(std::string_view event) override;

  private:
    static constexpr bool secure = std::is_same_v<Stream, TlsStream>;
    enum class Then { read, process, deliver, close };

    void read();
    void wait_for_request();
    void leave_idle();
    void process();
    bool upgrade(const Request& request);
    void respond(const Request& request);
    void flush(Then then);
    void go_on(Then then);
    void deliver();
    void begin_answer();
    void pump();
    bool refill();
    void answered();
    void add_late(const Effects::Late& late);
    void cut();
    void watch();
    void close();
    void drain();
    void after(milliseconds time, void (Connection::*step)());

    std::string_view unread() const { return {in_.data() + begin_, filled_ - begin_}; }

    Server& server_;
    Stream stream_;
    Timer timer_, idle_;
    std::string in_; // bytes begin_…filled_ are received and not yet processed
    std::size_t begin_ = 0, filled_ = 0;
    RequestParser parser_;
    std::string out_;
    std::size_t sent_ = 0; // of out_
    bool keep_ = true, closed_ = false;

    // The answer that is being delivered, when it is not a plain one.
    Answer answer_;
    std::string head_;
    std::optional<StreamReader> reader_;
    std::optional<std::uint64_t> allowed_; // bytes until it is cut
    std::string events_;
    bool pumping_ = false;
};

template <class Stream>
void Connection<Stream>::start() {
    if constexpr (secure)
        stream_.async_handshake(asio::ssl::stream_base::server,
                                [self = this->shared_from_this()](error_code error) {
                                    if (!error && !self->closed_) self->read();
                                });
    else
        read();
}

template <class Stream>
void Connection<Stream>::abort() {
    if (std::exchange(closed_, true)) return;
    server_.closed(this);
    timer_.cancel();
    idle_.cancel();
    reset_socket(tcp_of(stream_));
}

template <class Stream>
void Connection<Stream>::after(milliseconds time, void (Connection::*step)()) {
    timer_.expires_after(time);
    timer_.async_wait([self = this->shared_from_this(), step](error_code error) {
        if (!error && !self->closed_) ((*self).*step)();
    });
}

template <class Stream>
void Connection<Stream>::read() {
    if (begin_ > 0) {
        std::memmove(in_.data(), in_.data() + begin_, filled_ - begin_);
        filled_ -= std::exchange(begin_, 0);
    }
    if (filled_ == 0 && in_.size() > kept_buffer) in_ = std::string(read_size, '\0');
    if (in_.size() - filled_ < read_size / 2) in_.resize(2 * in_.size());
    if (server_.keepalive_ms() > 0 && filled_ == 0) wait_for_request();
    stream_.async_read_some(asio::buffer(in_.data() + filled_, in_.size() - filled_),
                            [self = this->shared_from_this()](error_code error, std::size_t size) {
                                if (self->closed_) return;
                                if (error) return self->close();
                                self->filled_ += size;
                                self->process();
                            });
}

template <class Stream>
void Connection<Stream>::wait_for_request() {
    idle_.expires_after(milliseconds(server_.keepalive_ms()));
    idle_.async_wait([self = this->shared_from_this()](error_code error) {
        if (!error && !self->closed_) self->leave_idle();
    });
}

/// As real nodes do: a request that is on its way now is lost.
template <class Stream>
void Connection<Stream>::leave_idle() {
    closed_ = true;
    server_.closed(this);
    error_code ignored;
    tcp_of(stream_).close(ignored);
}

template <class Stream>
void Connection<Stream>::process() {
    if (server_.keepalive_ms() > 0) idle_.cancel();
    for (;;) {
        if (begin_ == filled_) begin_ = filled_ = 0;
        auto status = parser_.parse(unread());
        if (status == RequestParser::Status::bad) {
            out_ += "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            return flush(Then::close);
        }
        if (status == RequestParser::Status::incomplete) {
            if (parser_.take_continue()) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
            return flush(Then::read);
        }
        auto& request = parser_.request();
        keep_ = request.keep_alive;
        if (upgrade(request)) return;
        bool plain = keep_ && server_.service().quick(request, out_);
        if (!plain) {
            respond(request);
            plain = answer_.plain();
        }
        begin_ += parser_.consumed();
        parser_.reset();
        if (!plain) return flush(Then::deliver);
        if (!keep_) return flush(Then::close);
        if (out_.size() > pipelined_output) return flush(Then::process);
    }
}

template <class Stream>
bool Connection<Stream>::upgrade(const Request& request) {
    if (!server_.websockets || !same_name(request.header("upgrade"), "websocket")) return false;
    closed_ = true; // for this object; the socket goes on elsewhere
    server_.closed(this);
    server_.websockets->take(std::move(stream_), std::string(unread()));
    return true;
}

template <class Stream>
void Connection<Stream>::respond(const Request& request) {
    answer_ = server_.service().answer(request);
    if (answer_.close) keep_ = false;
    if (answer_.gzip) compress(answer_, request);
    head_ = head_of(answer_, request);
    if (request.method == "HEAD") {
        answer_.body.clear();
        answer_.stream.reset();
        answer_.subscribe = nullptr;
    }
    if (answer_.verbatim) {
        head_ = *std::exchange(answer_.verbatim, std::nullopt);
        answer_.body.clear();
    }
    if (answer_.plain()) (out_ += head_) += answer_.body;
}

template <class Stream>
void Connection<Stream>::flush(Then then) {
    if (out_.empty()) return go_on(then);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = this->shared_from_this(), then](error_code error, std::size_t) {
                          if (self->closed_) return;
                          if (error) return self->abort();
                          self->out_.clear();
                          self->go_on(then);
                      });
}

template <class Stream>
void Connection<Stream>::go_on(Then then) {
    switch (then) {
    case Then::read:
        return read();
    case Then::process:
        return process();
    case Then::deliver:
        return deliver();
    case Then::close:
        return close();
    }
}

template <class Stream>
void Connection<Stream>::deliver() {
    if (answer_.hang) return watch();
    if (answer_.delay_ms > 0) return after(milliseconds(answer_.delay_ms), &Connection::begin_answer);
    begin_answer();
}

template <class Stream>
void Connection<Stream>::begin_answer() {
    if (answer_.reset) return abort();
    auto size = answer_.stream ? answer_.stream->size() : answer_.body.size();
    if (answer_.reset_after) allowed_ = head_.size() + *answer_.reset_after;
    if (answer_.truncate) allowed_ = head_.size() + size * *answer_.truncate / 100;
    out_ = head_ + answer_.body;
    if (answer_.stream) reader_.emplace(*std::exchange(answer_.stream, std::nullopt));
    if (answer_.subscribe) {
        answer_.subscribe(this->weak_from_this());
        watch();
    }
    pump();
}

/// Puts the next bytes into the empty out_; false when there are none.
template <class Stream>
bool Connection<Stream>::refill() {
    out_.clear();
    sent_ = 0;
    if (reader_) return reader_->read(out_);
    out_.swap(events_);
    return !out_.empty();
}

template <class Stream>
void Connection<Stream>::pump() {
    pumping_ = true;
    if (sent_ == out_.size()) {
        if (reader_ && reader_->record()) {
            reader_->record()->bytes = reader_->content_read();
            reader_->record()->complete = reader_->content_read() == reader_->content_size();
        }
        if (!refill()) {
            pumping_ = false;
            if (!answer_.subscribe) answered();
            return;
        }
    }
    auto size = out_.size() - sent_;
    if (answer_.drip) size = std::min<std::uint64_t>(size, answer_.drip->bytes);
    if (allowed_) size = std::min<std::uint64_t>(size, *allowed_);
    if (size == 0) return cut();
    asio::async_write(stream_, asio::buffer(out_.data() + sent_, size),
                      [self = this->shared_from_this()](error_code error, std::size_t written) {
                          if (self->closed_) return;
                          if (error) return self->abort();
                          self->sent_ += written;
                          if (self->allowed_) *self->allowed_ -= written;
                          if (self->answer_.drip)
                              self->after(milliseconds(self->answer_.drip->ms), &Connection::pump);
                          else
                              self->pump();
                      });
}

template <class Stream>
void Connection<Stream>::send(std::string_view event) {
    if (closed_) return;
    if (events_.size() > max_event_backlog) return abort();
    events_ += chunk(event);
    if (!pumping_) pump();
}

/// In one go: whatever is said next must not come between.
template <class Stream>
void Connection<Stream>::add_late(const Effects::Late& late) {
    auto timer = std::make_shared<Timer>(stream_.get_executor(), milliseconds(late.ms));
    timer->async_wait([self = this->shared_from_this(), timer, bytes = late.bytes](error_code) {
        error_code ignored;
        if (!self->closed_) asio::write(self->stream_, asio::buffer(bytes), ignored);
    });
}

template <class Stream>
void Connection<Stream>::answered() {
    if (answer_.late) add_late(*std::exchange(answer_.late, std::nullopt));
    out_.clear();
    sent_ = 0;
    reader_.reset();
    allowed_.reset();
    if (keep_)
        process();
    else
        close();
}

template <class Stream>
void Connection<Stream>::cut() {
    if (answer_.reset_after)
        after(before_reset, &Connection::abort);
    else
        close();
}

/// Notices that the client leaves while it is owed an answer.
template <class Stream>
void Connection<Stream>::watch() {
    if (in_.size() - filled_ < read_size / 2) in_.resize(2 * in_.size());
    stream_.async_read_some(asio::buffer(in_.data() + filled_, in_.size() - filled_),
                            [self = this->shared_from_this()](error_code error, std::size_t size) {
                                if (self->closed_) return;
                                if (error) return self->abort();
                                self->filled_ += size;
                                self->watch();
                            });
}

/// Says that nothing follows and waits for the peer to say so too: closing over unread bytes would
/// send a reset, which destroys the answer on its way.
template <class Stream>
void Connection<Stream>::close() {
    server_.closed(this);
    idle_.cancel();
    after(closing_time, &Connection::abort);
    if constexpr (secure) {
        stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->abort(); });
    } else {
        error_code ignored;
        stream_.shutdown(Socket::shutdown_send, ignored);
        drain();
    }
}

template <class Stream>
void Connection<Stream>::drain() {
    stream_.async_read_some(asio::buffer(in_),
                            [self = this->shared_from_this()](error_code error, std::size_t) {
                                if (self->closed_) return;
                                if (error) return self->abort();
                                self->drain();
                            });
}

} // namespace

void start_connection(Server& server, Socket socket) {
    std::make_shared<Connection<Socket>>(server, std::move(socket))->start();
}

void start_connection(Server& server, TlsStream stream) {
    std::make_shared<Connection<TlsStream>>(server, std::move(stream))->start();
}

} // namespace simnode
