// The grammar of RFC 8259 as a cursor over text that may be cut off: skips one value at a time, without
// recursion, copy or allocation. Private to chain/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::chain {

enum class Skip : std::uint8_t { ok, incomplete, bad, too_deep };

class JsonCursor {
  public:
    explicit JsonCursor(std::string_view text)
        : at_(text.data())
        , end_(text.data() + text.size()) {}

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
    }
    bool done() const { return at_ == end_; }
    char peek() const { return *at_; } ///< not at the end
    const char* position() const { return at_; }
    /// Steps over `c` if it is next.
    bool take(char c) {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }
    /// The value that begins here, with everything in it, itself `level` deep in the text. On `incomplete`
    /// the text ended inside it.
    Skip skip_value(std::size_t level = 0);
    /// A string that begins here; `inner` is what stands between the quotes.
    Skip skip_string(std::string_view& inner);

  private:
    Skip skip_scalar();
    Skip skip_number();
    Skip skip_literal(std::string_view word);

    const char* at_;
    const char* end_;
};

/// Compares what stands between a JSON string's quotes with plain ASCII text, escapes resolved.
bool string_equals(std::string_view inner, std::string_view plain);
/// The same without regard to case: how Go's encoding/json finds the field for a key.
bool string_equals_any_case(std::string_view inner, std::string_view plain);
/// What stands between the quotes, with the escapes of ASCII characters resolved; others stay as they are.
std::string unescaped(std::string_view inner);

} // namespace weir::chain
