// JSON-RPC 2.0 as text: where the members of a request stand, and what answers look like around them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simnode {

/// Spans of the request's own bytes. An id goes back as it came: 20 digits do not fit any number type.
struct Call {
    std::string_view id = "null";
    std::string_view method; // without quotes
    std::string_view params = "[]";
    bool has_id = false;
    bool valid = false; // an object with a method that is a string
};

/// `json` must be known to be valid JSON.
Call parse_call(std::string_view json);
/// The elements of an array; nothing if `json` is none.
std::optional<std::vector<std::string_view>> elements(std::string_view json);

/// Of a request written as every client writes it, `{"jsonrpc":…,"method":…,"params":[],"id":…}` in any
/// order and without nesting: found by search alone, at a tenth of the cost of parsing.
std::optional<Call> parse_simple_call(std::string_view json);

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// "0x1" becomes "0x01".
void pad_quantities(std::string& json);

std::string result_text(std::string_view id, std::string_view result, bool id_last = false);
std::string error_text(std::string_view id, std::int64_t code, std::string_view message,
                       const std::optional<std::string>& data = std::nullopt);
/// `text` as a JSON string, with its quotes.
std::string quoted(std::string_view text);

} // namespace simnode
