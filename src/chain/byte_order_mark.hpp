// What some servers on Windows put in front of their JSON. Nobody must (RFC 8259 §8.1), and a reader may pass
// over it: Go's does not, so neither weir nor its clients are given it.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::chain {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How many bytes of it are in front of `text`: all of them, or none.
inline std::size_t mark_before(std::string_view text) {
    return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}
inline std::string_view without_mark(std::string_view text) {
    return text.substr(mark_before(text));
}
/// The same of a text that may still be growing: half a mark is nothing yet.
inline std::string_view without_mark(std::string_view text, bool complete) {
    return !complete && byte_order_mark.starts_with(text) ? std::string_view() : without_mark(text);
}

} // namespace weir::chain
