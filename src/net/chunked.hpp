// The chunked transfer coding (RFC 9112 §7.1), decoded byte by byte as it comes: what cannot be right is said
// at once, not when a line that never ends has run into a deadline. Strict, since another reader of the same
// bytes must not see other chunks: no bare LF, no space around a size, no size beyond what can be counted.
//
//   size -- CRLF --> data (size bytes) -- CRLF --> size -- ... -- "0" CRLF --> trailers -- CRLF --> done
//
// Trailers are dropped, as RFC 9112 §7.1.2 allows. Some must not be there at all: see is_refused_trailer().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::net {

/// Of the fields that may never be trailers (RFC 9110 §6.5.1), those whose mere presence makes a message one
/// that two readers could take differently. In a request: whatever says where it ends, where it goes, who
/// sends it, or how it is to be treated; a reader that merges trailers into the head would obey them. In an
/// answer: what frames it.
bool is_refused_trailer(std::string_view name, bool request);

class ChunkedDecoder {
  public:
    explicit ChunkedDecoder(bool request)
        : request_(request) {}

    /// Decodes in place: what is data moves to `write`, which lies in the input at or before its first byte,
    /// and goes on behind it. How much of the input was read: all, but for what follows the message's end, or
    /// a fault.
    std::size_t decode(const char* input, std::size_t size, char*& write);
    bool done() const { return state_ == State::done; }
    bool malformed() const { return state_ == State::malformed; }
    /// Bytes of the current chunk that have not come.
    std::uint64_t announced() const { return left_; }

  private:
    enum class State : std::uint8_t {
        size_first,
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        line_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        done,
        malformed
    };
    State next(char c);
    State next_of_size(char c);
    State next_of_trailer_name(char c);
    bool line_too_long() { return ++line_ > max_line; }

    static constexpr std::size_t max_line = 16 * 1024; ///< a size with its extensions; all trailers together
    static constexpr std::size_t longest_name = 32;    ///< of fields that are refused; others need not fit

    std::uint64_t left_ = 0;
    std::size_t line_ = 0; ///< bytes of it
    std::size_t name_size_ = 0;
    std::array<char, longest_name> name_{};
    State state_ = State::size_first;
    bool request_;
};

} // namespace weir::net
