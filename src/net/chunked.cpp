#include "net/chunked.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cstring>

namespace weir::net {

namespace {

/// Beyond this a size is no length of anything, and sums of it could wrap around.
constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 62;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Anything that a line may hold (RFC 9110 §5.5).
bool is_text(char c) {
    return static_cast<unsigned char>(c) >= ' ' ? c != 127 : c == '\t';
}

/// RFC 9110 §5.6.2
bool is_token(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr std::string_view framing[] = {"content-length", "transfer-encoding"};
constexpr std::string_view never_in_requests[] = {
    // routing, and the connection
    "host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings",
    // controls, conditions
    "expect", "max-forwards", "cache-control", "pragma", "range", "if-match", "if-none-match",
    "if-modified-since", "if-unmodified-since", "if-range",
    // who asks
    "authorization", "proxy-authorization", "cookie", "origin", "forwarded",
    // what the content is
    "content-encoding", "content-type", "content-range"};

} // namespace

bool is_refused_trailer(std::string_view name, bool request) {
    const auto is_it = [&](std::string_view word) {
        return boost::beast::iequals({name.data(), name.size()}, {word.data(), word.size()});
    };
    return std::any_of(std::begin(framing), std::end(framing), is_it) ||
           (request && std::any_of(std::begin(never_in_requests), std::end(never_in_requests), is_it));
}

std::size_t ChunkedDecoder::decode(const char* input, std::size_t size, char*& write) {
    std::size_t at = 0;
    while (at < size && state_ != State::done && state_ != State::malformed) {
        if (state_ != State::data) {
            state_ = next(input[at++]);
            continue;
        }
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size - at));
        if (write != input + at) std::memmove(write, input + at, n);
        write += n;
        at += n;
        left_ -= n;
        if (left_ == 0) state_ = State::data_cr;
    }
    return at;
}

ChunkedDecoder::State ChunkedDecoder::next(char c) {
    switch (state_) {
    case State::size_first:
    case State::size:
        return next_of_size(c);
    case State::extension:
        if (c == '\r') return State::size_lf;
        return is_text(c) && !line_too_long() ? State::extension : State::malformed;
    case State::size_lf:
        line_ = 0;
        if (c != '\n') return State::malformed;
        return left_ > 0 ? State::data : State::line_start;
    case State::data_cr:
        return c == '\r' ? State::data_lf : State::malformed;
    case State::data_lf:
        return c == '\n' ? State::size_first : State::malformed;
    case State::line_start:
        if (c == '\r') return State::last_lf;
        name_size_ = 0;
        return c == ':' ? State::malformed : next_of_trailer_name(c);
    case State::trailer_name:
        return next_of_trailer_name(c);
    case State::trailer_value:
        if (c == '\r') return State::trailer_lf;
        return is_text(c) && !line_too_long() ? State::trailer_value : State::malformed;
    case State::trailer_lf:
        return c == '\n' ? State::line_start : State::malformed;
    case State::last_lf:
        return c == '\n' ? State::done : State::malformed;
    case State::data:
    case State::done:
    case State::malformed:
        break;
    }
    return State::malformed;
}

ChunkedDecoder::State ChunkedDecoder::next_of_size(char c) {
    if (const int digit = hex_value(c); digit >= 0) {
        if (state_ == State::size_first) left_ = 0;
        if (left_ > largest_chunk / 16 || line_too_long()) return State::malformed;
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return left_ <= largest_chunk ? State::size : State::malformed;
    }
    if (state_ == State::size_first) return State::malformed;
    if (c == '\r') return State::size_lf;
    return c == ';' ? State::extension : State::malformed;
}

ChunkedDecoder::State ChunkedDecoder::next_of_trailer_name(char c) {
    if (line_too_long()) return State::malformed;
    if (c != ':') {
        if (name_size_ < longest_name) name_[name_size_] = c;
        ++name_size_;
        return is_token(c) ? State::trailer_name : State::malformed;
    }
    const bool refused =
        name_size_ <= longest_name && is_refused_trailer({name_.data(), name_size_}, request_);
    return refused ? State::malformed : State::trailer_value;
}

} // namespace weir::net
