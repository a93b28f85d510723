#include "net/server_connection.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>

namespace weir::net {

namespace {

constexpr std::size_t read_size = 16 * 1024;       // one read of a head or of a small body
constexpr std::size_t large_read_size = 64 * 1024; // one read of a body that is known to be large
constexpr std::size_t kept_capacity = 64 * 1024;   // what a connection keeps between two requests

} // namespace

void append_piece(std::string& body, std::string_view piece, std::uint64_t most) {
    const auto needed = body.size() + piece.size();
    if (needed > body.capacity()) {
        std::uint64_t room = std::max(needed, 8 * body.capacity());
        if (most != 0) room = std::min(room, most + piece.size());
        body.reserve(static_cast<std::size_t>(room));
    }
    body.append(piece);
}

std::string_view reason_phrase(unsigned status) {
    // Beast knows no status beyond these, and says so in the phrase.
    if (http::int_to_status(status) == http::status::unknown) return {};
    const auto phrase = http::obsolete_reason(static_cast<http::status>(status));
    return {phrase.data(), phrase.size()};
}

ServerConnection::ServerConnection(Socket socket, DeadlineWheel& wheel, const ServerLimits& limits)
    : limits_(&limits)
    , stream_(std::move(socket))
    , deadline_(
          wheel, [](void* self) { static_cast<ServerConnection*>(self)->stream_.cancel(); }, this) {}

Task<error_code> ServerConnection::fill(std::size_t at_most) {
    if (deadline_.expired()) co_return asio::error::timed_out;
    const auto space = in_.prepare(at_most);
    auto [ec, n] = co_await stream_.async_read_some(space, use_task);
    in_.commit(n);
    bytes_in_ += n;
    co_return deadline_.expired() ? error_code(asio::error::timed_out) : ec;
}

Task<ServerConnection::Arrival> ServerConnection::read_head() {
    refusal_ = Refusal::none;
    idle_ = in_.size() == 0;
    deadline_.set(idle_ ? limits_->idle_timeout : limits_->header_timeout);
    if (!idle_) head_began_ = Clock::now();
    for (;;) {
        const std::string_view text(static_cast<const char*>(in_.data().data()), in_.size());
        if (!text.empty()) {
            std::size_t skipped = 0;
            const auto end = find_head_end(text, skipped);
            if (!end) {
                refusal_ = Refusal::malformed;
                co_return Arrival::refused;
            }
            if (*end > limits_->max_header_bytes || (*end == 0 && text.size() > limits_->max_header_bytes)) {
                refusal_ = Refusal::too_large;
                co_return Arrival::refused;
            }
            if (*end > 0) {
                parser_.emplace(head_);
                refusal_ = parser_->parse_head(text.substr(skipped, *end - skipped));
                in_.consume(*end);
                break;
            }
            const auto begun = text.substr(skipped);
            if (begun.find('\n') != std::string_view::npos) refusal_ = refusal_of_first_line(begun);
            if (refusal_ != Refusal::none) co_return Arrival::refused;
        }
        const auto ec = co_await fill(read_size);
        if (ec == asio::error::timed_out) co_return idle_ ? Arrival::closed : Arrival::timed_out;
        if (ec) co_return Arrival::closed;
        if (idle_) {
            idle_ = false;
            // Most heads come whole with their first byte: only those that do not need a new deadline.
            std::size_t skipped = 0;
            const std::string_view now(static_cast<const char*>(in_.data().data()), in_.size());
            if (find_head_end(now, skipped) == std::size_t{0}) {
                deadline_.set(limits_->header_timeout);
                head_began_ = Clock::now();
            }
        }
    }
    if (refusal_ != Refusal::none) co_return Arrival::refused;
    pieces_ = 0;
    body_done_ = head_.framing == Framing::none;
    keep_alive_ = keep_alive_ && head_.keep_alive;
    invited_ = !head_.expect_continue || head_.version < 11;
    co_return Arrival::request;
}

Task<bool> ServerConnection::invite_body() {
    // Not when the body has begun to come anyway (RFC 9110 §10.1.1).
    if (!invited_ && in_.size() == 0) {
        static constexpr std::string_view words = "HTTP/1.1 100 Continue\r\n\r\n";
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(words)};
        if (!co_await send(buffers)) co_return false;
    }
    invited_ = true;
    co_return true;
}

Task<ServerConnection::BodyResult> ServerConnection::read_body(std::uint64_t limit, ByteBudget& budget,
                                                               std::string_view& body) {
    body = {};
    if (body_done_) co_return BodyResult::ok;
    charge_ = ByteBudget::Charge(budget);
    if (head_.framing == Framing::length) {
        // The usual case needs no wait and no copy: the body came with its head.
        if (in_.size() < head_.content_length || (limit != 0 && head_.content_length > limit)) {
            const auto result = co_await read_sized_body(limit);
            if (result != BodyResult::ok) co_return result;
        }
        held_ = static_cast<std::size_t>(head_.content_length);
        body = {static_cast<const char*>(in_.data().data()), held_};
    } else {
        const auto result = co_await read_chunked_body(limit);
        if (result != BodyResult::ok) co_return result;
        body = decoded_;
    }
    body_done_ = true;
    deadline_.clear();
    co_return BodyResult::ok;
}

Task<ServerConnection::BodyResult> ServerConnection::read_sized_body(std::uint64_t limit) {
    if (limit != 0 && head_.content_length > limit) co_return BodyResult::too_large;
    if (!co_await invite_body()) co_return BodyResult::closed;
    while (in_.size() < head_.content_length) {
        deadline_.set(limits_->body_timeout);
        // Grows with what really comes, not with what a length claims.
        if (!charge_.raise_to(in_.size() + large_read_size)) co_return BodyResult::no_memory;
        const auto missing = head_.content_length - in_.size();
        const auto ec =
            co_await fill(static_cast<std::size_t>(std::min<std::uint64_t>(missing, large_read_size)));
        if (ec == asio::error::timed_out) co_return BodyResult::timed_out;
        if (ec) co_return BodyResult::closed;
    }
    co_return BodyResult::ok;
}

Task<ServerConnection::BodyResult> ServerConnection::read_chunked_body(std::uint64_t limit) {
    decoded_.clear();
    for (;;) {
        std::string_view piece;
        const auto result = co_await read_body_piece(limit, piece);
        if (result != BodyResult::ok) co_return result;
        if (piece.empty()) co_return BodyResult::ok;
        if (!charge_.raise_to(decoded_.size() + piece.size())) co_return BodyResult::no_memory;
        append_piece(decoded_, piece, limit);
    }
}

Task<ServerConnection::BodyResult> ServerConnection::read_body_piece(std::uint64_t limit,
                                                                     std::string_view& piece) {
    piece = {};
    in_.consume(std::exchange(held_, 0));
    if (body_done_) co_return BodyResult::ok;
    if (limit != 0 && head_.framing == Framing::length && head_.content_length > limit)
        co_return BodyResult::too_large;
    if (!co_await invite_body()) co_return BodyResult::closed;
    for (;;) {
        if (in_.size() > 0) {
            const auto decoded = parser_->decode(static_cast<char*>(in_.data().data()), in_.size());
            if (decoded.malformed) co_return BodyResult::malformed;
            pieces_ += decoded.data.size();
            if (limit != 0 && pieces_ + parser_->announced() > limit) co_return BodyResult::too_large;
            if (parser_->done()) body_done_ = true;
            if (!decoded.data.empty() || body_done_) {
                piece = decoded.data;
                held_ = decoded.consumed;
                deadline_.clear();
                co_return BodyResult::ok;
            }
            in_.consume(decoded.consumed);
        }
        deadline_.set(limits_->body_timeout);
        const auto ec = co_await fill(large_read_size);
        if (ec == asio::error::timed_out) co_return BodyResult::timed_out;
        if (ec) co_return BodyResult::closed;
    }
}

Task<bool> ServerConnection::send(std::span<const asio::const_buffer> buffers) {
    error_code ec;
    const auto done = stream_.write_now(buffers, ec);
    if (!ec && done < asio::buffer_size(buffers))
        ec = co_await stream_.write_rest(buffers, done, &deadline_, limits_->send_timeout);
    deadline_.clear();
    if (ec) {
        // Part of an answer may be out, and what waits in the socket's buffer nobody reads: nothing can
        // follow.
        keep_alive_ = false;
        stream_.reset_on_close();
        stream_.close();
        co_return false;
    }
    bytes_out_ += asio::buffer_size(buffers);
    co_return true;
}

std::string_view ServerConnection::connection_header() const {
    if (!keep_alive()) return "Connection: close\r\n";
    return head_.version < 11 ? "Connection: keep-alive\r\n" : "";
}

Task<bool> ServerConnection::answer(unsigned status, std::string_view content_type, std::string_view body,
                                    std::string_view extra) {
    std::string head = "HTTP/1.1 " + std::to_string(status) + ' ';
    head.append(reason_phrase(status)).append("\r\n");
    if (!content_type.empty()) head.append("Content-Type: ").append(content_type).append("\r\n");
    // RFC 9110 §8.6: a 204 has none.
    if (status != 204) head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    if (status == 503) head.append(retry_after_line);
    head.append(connection_header()).append(extra).append(policy_lines_).append("\r\n");
    const bool head_only = head_.method == "HEAD";
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head),
                                                    asio::buffer(body.data(), head_only ? 0 : body.size())};
    co_return co_await send(buffers);
}

void ServerConnection::take_over() {
    deadline_.clear();
    in_ = {};
    parser_.reset();
    head_ = {};
    keep_alive_ = false;
    taken_over_ = true;
}

void ServerConnection::end_request() {
    in_.consume(std::exchange(held_, 0));
    if (in_.size() == 0 && in_.capacity() > kept_capacity) in_ = {};
    if (decoded_.capacity() > kept_capacity) std::string().swap(decoded_);
    charge_ = {};
    policy_lines_.clear();
    deadline_.clear();
    parser_.reset();
}

} // namespace weir::net
