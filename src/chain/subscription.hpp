// What a client subscribes to, in canonical form: two requests for the same thing have the same key,
// however they are written. Source: execution-apis eth_subscribe, go-ethereum's filters.
#pragma once

#include "chain/log_filter.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::chain {

struct SubscriptionRequest {
    enum class Kind : std::uint8_t {
        new_heads,
        logs,
        pending_transactions, ///< hashes, or whole transactions: see `whole`
        syncing,
        other, ///< a kind that weir does not know, or parameters that it does not understand: the node
               ///< decides
    };
    Kind kind = Kind::other;
    std::string method; ///< "<ns>_subscribe"
    std::string params; ///< raw JSON array as it goes to a node
    bool whole = false;
    LogFilter filter; ///< with Kind::logs
    std::string key;  ///< equal for equal requests

    /// It asks for more than weir takes: what the client is told then; empty when all is well.
    std::string too_large() const;

    /// "eth" of "eth_subscribe"
    std::string_view ns() const { return std::string_view(method).substr(0, method.find('_')); }
};

/// "<ns>_subscribe" / "<ns>_unsubscribe"
bool is_subscribe(std::string_view method);
bool is_unsubscribe(std::string_view method);

/// `params` is raw JSON or empty.
SubscriptionRequest read_subscription(std::string_view method, std::string_view params);

} // namespace weir::chain
