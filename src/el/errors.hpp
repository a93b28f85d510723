// JSON-RPC errors of weir's own (JSON-RPC 2.0 §5.1): the request's id, a code, and a message that
// says what happened without naming URLs.
#pragma once

#include <string>
#include <string_view>

namespace weir::el {

inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int internal_error = -32603;

/// `id` is raw JSON; empty becomes null.
std::string error_object(std::string_view id, int code, std::string_view message);
/// A successful answer with a string result.
std::string string_result(std::string_view id, std::string_view result);

} // namespace weir::el
