#include "upstream/connection.hpp"

#include "upstream/pool.hpp"

#include <boost/asio/ssl/error.hpp>

#include <charconv>
#include <utility>

namespace weir::upstream {

using net::Clock;
using net::error_code;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t max_head_bytes = 64 * 1024;
constexpr std::size_t kept_capacity = 128 * 1024;
constexpr int max_interim_answers = 16;

} // namespace

class Connection::Heard {
  public:
    using allocator_type = net::OpAllocator<char>;

    explicit Heard(ConnectionPtr connection)
        : connection_(std::move(connection))
        , memory_(&connection_->watch_memory_) {}
    Heard(Heard&&) noexcept = default;
    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;
    Heard& operator=(Heard&&) = delete;
    allocator_type get_allocator() const { return allocator_type(*memory_); }
    ~Heard() {
        // Never called: the event loop is gone. Who waits holds the connection, which holds him.
        if (connection_) std::exchange(connection_->reader_, std::nullopt).reset();
    }
    void operator()(error_code ec, std::size_t size) {
        const auto connection = std::move(connection_);
        connection->heard(ec, size);
    }

  private:
    ConnectionPtr connection_;
    net::OpMemory* memory_;
};

Connection::Connection(net::IoContext& io, net::DeadlineWheel& wheel)
    : stream_(net::Socket(io))
    , deadline_(
          wheel,
          [](void* self) {
              auto* connection = static_cast<Connection*>(self);
              if (connection->idle_) {
                  connection->pool_->drop_idle(*connection);
              } else {
                  connection->close();
              }
          },
          this) {}

Task<Failure> Connection::open(const Endpoint& endpoint, const Addresses& addresses,
                               const std::shared_ptr<net::TlsSessions>& sessions, Clock::time_point at) {
    const Dialing dialing{stream_, deadline_, interrupted_, explanation_, address_, sessions};
    co_return co_await dial(dialing, endpoint, addresses, at);
}

Failure Connection::failure_of(error_code ec) {
    // In TLS 1.3 a node judges the client's certificate when the client's handshake is over (RFC 8446
    // §4.4.2).
    if (!first_byte_seen_ && !reused_ && !deadline_.expired() && stream_.is_tls()) {
        if (!interrupted_) stream_.note_broken_tls();
        explanation_ = stream_.explain_tls(ec);
        if (!explanation_.empty()) explanation_.insert(0, "TLS: ");
    }
    return deadline_.expired() ? Failure::timed_out : Failure::reset;
}

Task<error_code> Connection::fill() {
    if (deadline_.expired()) co_return asio::error::timed_out;
    if (watch_ != Watch::off) {
        if (watch_ == Watch::on) co_await until_heard();
        watch_ = Watch::off;
        co_return watch_error_;
    }
    const auto space = in_.prepare(read_size);
    auto [ec, n] = co_await stream_.async_read_some(space, use_task);
    in_.commit(n);
    bytes_in_ += n;
    if (n > 0) first_byte_seen_ = true;
    co_return ec;
}

Task<> Connection::until_heard() {
    auto keep = [this](auto reader) { reader_.emplace(std::move(reader)); };
    constexpr asio::use_awaitable_t<net::Executor> token;
    return asio::async_initiate<const asio::use_awaitable_t<net::Executor>, void()>(std::move(keep), token);
}

void Connection::heard(error_code ec, std::size_t size) {
    watch_ = asked_ && !ec ? Watch::off : Watch::over;
    watch_error_ = ec;
    in_.commit(size);
    bytes_in_ += size;
    if (asked_ && size > 0) first_byte_seen_ = true;
    if (reader_) {
        auto reader = std::move(*reader_);
        reader_.reset();
        reader();
    } else if (idle_) {
        pool_->spoke_up(*this);
    }
}

Task<Failure> Connection::send(std::span<const asio::const_buffer> buffers) {
    if (deadline_.expired()) co_return Failure::timed_out;
    if (!asked_ && watch_ == Watch::over) co_return Failure::reset; // spoken before it was asked, or gone
    asked_ = true;
    net::error_code ec;
    const auto done = stream_.write_now(buffers, ec);
    if (!ec && done < asio::buffer_size(buffers)) ec = co_await stream_.write_rest(buffers, done);
    if (ec) co_return failure_of(ec);
    bytes_out_ += asio::buffer_size(buffers);
    co_return Failure::none;
}

Task<Failure> Connection::read_head(bool bodyless) {
    for (int interim = 0; interim < max_interim_answers;) {
        const std::string_view text(static_cast<const char*>(in_.data().data()), in_.size());
        std::size_t skipped = 0;
        const auto end = net::find_head_end(text, skipped);
        if (!end || (*end == 0 ? text.size() : *end) > max_head_bytes) co_return Failure::bad_answer;
        if (*end == 0) {
            const auto ec = co_await fill();
            if (ec) co_return failure_of(ec);
            continue;
        }
        parser_.emplace(head_, bodyless);
        if (parser_->parse_head(text.substr(skipped, *end - skipped)) != net::Refusal::none) {
            co_return Failure::bad_answer;
        }
        in_.consume(*end);
        if (head_.status == 101) co_return Failure::bad_answer; // nobody asked for an upgrade
        if (head_.status >= 200) co_return Failure::none;
        parser_.reset(); // whole, but not the answer
        ++interim;
    }
    co_return Failure::bad_answer;
}

Failure Connection::take_piece(std::string_view& piece) {
    piece = {};
    in_.consume(std::exchange(held_, 0));
    if (parser_->done() || in_.size() == 0) return Failure::none;
    const auto decoded = parser_->decode(static_cast<char*>(in_.data().data()), in_.size());
    if (decoded.malformed) return Failure::bad_answer;
    piece = decoded.data;
    held_ = decoded.consumed;
    return Failure::none;
}

Task<Failure> Connection::read_piece(std::string_view& piece) {
    for (;;) {
        if (const auto failure = take_piece(piece); failure != Failure::none) co_return failure;
        if (!piece.empty() || parser_->done()) co_return Failure::none;
        // A chunk's size line never needs as much as this.
        if (in_.size() - held_ >= read_size) co_return Failure::bad_answer;
        in_.consume(std::exchange(held_, 0));
        const auto ec = co_await fill();
        if (ec == asio::error::eof || ec == asio::ssl::error::stream_errors::stream_truncated) {
            co_return parser_->end_of_stream() ? Failure::none : Failure::reset;
        }
        if (ec) co_return failure_of(ec);
    }
}

bool Connection::reusable() const {
    return stream_.is_open() && body_done() && head_.keep_alive &&
           head_.framing != net::Framing::until_close && !overfull() && watch_ == Watch::off &&
           !deadline_.expired();
}

std::optional<net::milliseconds> Connection::announced_idle_timeout() const {
    const auto value = head_.find(net::http::field::keep_alive);
    if (!value) return std::nullopt;
    const auto at = value->find("timeout=");
    if (at == std::string_view::npos) return std::nullopt;
    unsigned seconds = 0;
    const char* begin = value->data() + at + 8;
    const auto [end, error] = std::from_chars(begin, value->data() + value->size(), seconds);
    if (error != std::errc{} || seconds > 3600) return std::nullopt;
    return net::milliseconds(seconds * 1000);
}

void Connection::part() {
    close();
    deadline_.clear();
    unlink();
    idle_ = false;
    pool_ = nullptr;
}

bool Connection::rest() {
    in_.consume(std::exchange(held_, 0));
    if (in_.capacity() > kept_capacity) in_ = {};
    request_body.clear();
    if (request_body.capacity() > kept_capacity) request_body = {};
    parser_.reset();
    first_byte_seen_ = false;
    interruptible_ = false;
    asked_ = false;
    bytes_in_ = bytes_out_ = 0;
    watch_ = Watch::on;
    return stream_.watch(in_.prepare(read_size), Heard(ConnectionPtr(this)));
}

} // namespace weir::upstream
