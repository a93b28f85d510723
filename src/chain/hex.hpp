// Hex strings of a fixed length: hashes, addresses, topics, blooms.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::chain {

/// `text` in lower case when it is "0x" and exactly that many hex digits; otherwise empty.
inline std::string hex_of(std::string_view text, std::size_t digits) {
    if (text.size() != digits + 2 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return {};
    std::string out = "0x";
    out.reserve(text.size());
    for (const char c : text.substr(2)) {
        const bool lower = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (!lower && (c < 'A' || c > 'F')) return {};
        out += lower ? c : static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// 0 to 15; `digit` is a lower-case hex digit.
constexpr unsigned hex_value(char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

} // namespace weir::chain
