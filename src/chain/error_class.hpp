// Whose fault is a JSON-RPC error? Codes and texts of the clients and providers, gathered in
// facts.md; matched on the code first, then case-insensitively by substring, never inside revert reasons.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::chain {

enum class ErrorClass : std::uint8_t {
    request,           ///< the request is wrong: to the client
    execution,         ///< reverted, out of gas, insufficient funds …: to the client
    known_transaction, ///< on a retry of the same bytes: success
    nonce_too_low,     ///< on a retry of the same bytes: success if the hash is known
    nonce,             ///< replacement underpriced and the like: to the client
    missing_data,      ///< this node has not the data: next node
    not_ready,         ///< syncing, overloaded, timed out: next node
    rate_limit,        ///< next node; this one rests
    too_large,         ///< range or result too large: to the client
    no_method,         ///< next node; remembered per node and method
    not_allowed,       ///< key invalid or plan too small: next node
    internal,          ///< -32603 and nothing better known: next node
    other,             ///< unknown: to the client
};
inline constexpr std::size_t error_class_count = 13;

std::string_view to_string(ErrorClass error_class);

/// `software` is the node's web3_clientVersion or empty. `data` is the error's raw data.
ErrorClass classify_error(std::int64_t code, std::string_view message, std::string_view data,
                          std::string_view software);

} // namespace weir::chain
