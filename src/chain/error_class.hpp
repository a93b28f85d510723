// Whose fault is a JSON-RPC error? By codes and words of the clients and providers (chain/error_words), never
// by those inside a revert reason.
#pragma once

#include "chain/methods.hpp"

#include <cstdint>
#include <string_view>

namespace weir::chain {

struct Answer;

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
    store_gone,        ///< its database is closed, full or broken: next node, held against this one; logged
    trouble,           ///< something in it failed, a record or a deadline: next node; logged
    other,             ///< unknown: to the client, unless the HTTP status says that the node failed
};
inline constexpr std::size_t error_class_count = 15;

std::string_view to_string(ErrorClass error_class);

/// It says nothing of the request: another node may do better. Of no_method see what was asked.
bool is_about_the_node(ErrorClass error_class);

/// `message` as it stands between the quotes. `method`: what was called; a call whose result has no bounds
/// but the caller's is refused for its size by what is a rate limit for others. `data`: the error's member,
/// raw; it is looked into where the message says nothing.
ErrorClass classify_error(std::int64_t code, std::string_view message, const MethodTraits& method,
                          std::string_view data = {});
/// `answer` is an error.
ErrorClass classify_error(const Answer& answer, const MethodTraits& method);

} // namespace weir::chain
