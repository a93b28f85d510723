// JSON-RPC errors of weir's own (JSON-RPC 2.0 §5.1): the request's id, a code, and a message that
// says what happened without naming URLs.
#pragma once

#include "chain/json_rpc.hpp"

#include <string>
#include <string_view>

namespace weir::el {

inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int limit_exceeded = -32005; ///< EIP-1474
inline constexpr int not_found = -32000;      ///< what go-ethereum says of an unknown subscription or filter
inline constexpr std::string_view shutting_down = "weir is shutting down";

/// `id` is raw JSON; empty becomes null.
std::string error_object(std::string_view id, int code, std::string_view message);
/// The same with a whole error object in raw JSON.
std::string error_answer(std::string_view id, std::string_view error);
/// A successful answer; `result` is raw JSON.
std::string result_answer(std::string_view id, std::string_view result);
/// A successful answer with a string result.
std::string string_result(std::string_view id, std::string_view result);
/// What is said of a message that is no request.
std::string scan_error_object(chain::ScanError error, std::size_t max_batch_items);

} // namespace weir::el
