// What a client subscribes to, in canonical form: two requests for the same thing have the same key,
// however they are written. Source: execution-apis eth_subscribe, go-ethereum's filters.
#pragma once

#include "chain/log_criteria.hpp"

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
    std::string params; ///< raw JSON array as it goes to a node: canonical, except with Kind::other
    bool whole = false;
    LogFilter filter; ///< with Kind::logs
    BlockRange range; ///< likewise: a condition of whoever listens, so that the feed is one for all ranges
    std::string key;  ///< equal for equal requests, ranges aside

    /// What weir itself says to it (-32602); empty when it is taken.
    std::string refusal;
    /// With Kind::other: what weir would say to it if no node can be asked for its own words; empty when it
    /// may be a kind that weir does not know.
    std::string mistake;

    /// "eth" of "eth_subscribe"
    std::string_view ns() const { return std::string_view(method).substr(0, method.find('_')); }
};

/// "<ns>_subscribe" / "<ns>_unsubscribe"
bool is_subscribe(std::string_view method);
bool is_unsubscribe(std::string_view method);

/// `params` is raw JSON or empty.
SubscriptionRequest read_subscription(std::string_view method, std::string_view params);
/// The same as eth_subscribe logs, from criteria that have been read.
SubscriptionRequest logs_subscription(LogCriteria criteria);

} // namespace weir::chain
