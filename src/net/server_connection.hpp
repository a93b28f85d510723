// One client's HTTP/1.1 connection: reads requests one after the other, bodies whole or piece by
// piece, and writes answers. Every wait has a deadline; every buffer has a bound. It knows nothing
// of what the requests mean.
#pragma once

#include "net/byte_budget.hpp"
#include "net/deadline.hpp"
#include "net/http_head.hpp"
#include "net/stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::net {

struct ServerLimits {
    std::size_t max_header_bytes = 64 * 1024;
    milliseconds header_timeout{10'000};
    milliseconds body_timeout{30'000};
    milliseconds send_timeout{30'000};
    milliseconds idle_timeout{75'000};
};

/// Goes with every 503 of weir's own: what is wrong is over in a moment, or worth asking about then (RFC 9110
/// §10.2.3).
inline constexpr std::string_view retry_after_line = "Retry-After: 1\r\n";

/// Appends to a body whose length nobody told, of which `most` bytes (0: any number) and one more piece may
/// come. Room is taken in large steps: doubling would leave as much again in outgrown copies, while room that
/// is not used yet is not resident.
void append_piece(std::string& body, std::string_view piece, std::uint64_t most);

class ServerConnection {
  public:
    ServerConnection(Socket socket, DeadlineWheel& wheel, const ServerLimits& limits);

    /// From the next wait on.
    void use(const ServerLimits& limits) { limits_ = &limits; }

    enum class Arrival : std::uint8_t { request, closed, timed_out, refused };
    /// Waits for the next request's head. After `refused`, refusal() says why.
    Task<Arrival> read_head();
    const Head& head() const { return head_; }
    Refusal refusal() const { return refusal_; }

    enum class BodyResult : std::uint8_t { ok, too_large, no_memory, timed_out, malformed, closed };
    /// The whole body, at most `limit` bytes (0: unlimited), charged to `budget` until end_request().
    Task<BodyResult> read_body(std::uint64_t limit, ByteBudget& budget, std::string_view& body);
    /// The next piece of at most `limit` bytes in all (0: unlimited); empty at the end. Valid until the next
    /// call.
    Task<BodyResult> read_body_piece(std::uint64_t limit, std::string_view& piece);
    /// True when nothing of the body is left unread.
    bool body_done() const { return body_done_; }

    /// Writes; false when the client is gone or takes nothing for send_timeout.
    Task<bool> send(std::span<const asio::const_buffer> buffers);
    /// A whole small answer of weir's own; with 503 it says when to come again. `extra`: further header
    /// lines, each with CRLF.
    Task<bool> answer(unsigned status, std::string_view content_type, std::string_view body,
                      std::string_view extra = {});

    /// What the next answer's Connection header will be: false once the client, an error or the
    /// shutdown says that this request is the last.
    bool keep_alive() const { return keep_alive_ && body_done_; }
    void last_request() { keep_alive_ = false; }
    /// "Connection: close\r\n", "Connection: keep-alive\r\n" for HTTP/1.0, or nothing.
    std::string_view connection_header() const;

    /// Header lines that go with every answer to this request, whoever makes it.
    void set_policy_lines(std::string lines) { policy_lines_ = std::move(lines); }
    std::string_view policy_lines() const { return policy_lines_; }

    /// More than the current request has come already.
    bool has_more() const { return in_.size() > held_; }
    /// Another protocol takes the stream over after this request: buffers and head are given back, and no
    /// deadline is set any more.
    void take_over();
    bool taken_over() const { return taken_over_; }

    /// Between two requests: gives back memory. Call once after each answer.
    void end_request();
    /// Idle between two requests: nothing read of a next one.
    bool idle() const { return idle_; }
    /// When that came, as long as it is not whole.
    Clock::time_point head_began() const { return head_began_; }

    Stream& stream() { return stream_; }
    std::uint64_t take_bytes_in() { return std::exchange(bytes_in_, 0); }
    std::uint64_t take_bytes_out() { return std::exchange(bytes_out_, 0); }

  private:
    Task<error_code> fill(std::size_t at_most);
    Task<bool> invite_body();
    Task<BodyResult> read_chunked_body(std::uint64_t limit);
    Task<BodyResult> read_sized_body(std::uint64_t limit);

    const ServerLimits* limits_;
    Stream stream_;
    Deadline deadline_;
    boost::beast::flat_buffer in_;
    Head head_;
    std::optional<MessageParser<true>> parser_;
    Refusal refusal_ = Refusal::none;
    std::string policy_lines_;
    std::string decoded_;      ///< a chunked body, whole
    std::size_t held_ = 0;     ///< body bytes at the front of in_, consumed by end_request()
    std::uint64_t pieces_ = 0; ///< bytes of the body that were given out in pieces
    ByteBudget::Charge charge_;
    bool invited_ = false;
    bool body_done_ = true;
    bool keep_alive_ = true;
    bool idle_ = true;
    bool taken_over_ = false;
    Clock::time_point head_began_{};
    std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
};

/// "404 Not Found"
std::string_view reason_phrase(unsigned status);

} // namespace weir::net
