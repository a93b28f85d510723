#include "chain/error_class.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace weir::chain {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Case-insensitive; `needle` is lower case already.
bool contains(std::string_view text, std::string_view needle) {
    return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> needles) {
    return std::any_of(needles.begin(), needles.end(), [&](auto needle) { return contains(text, needle); });
}

struct Texts {
    ErrorClass error_class;
    std::initializer_list<std::string_view> needles;
};

/// In order of judgement: what speaks of the request comes before what speaks of the node.
const std::array<Texts, 10>& texts() {
    static const std::array<Texts, 10> table{{
        {ErrorClass::known_transaction,
         {"already known", "known transaction", "already imported", "already in mempool",
          "already exists in mempool", "already have transaction", "tx already in mempool",
          "transaction already exists"}},
        {ErrorClass::nonce_too_low, {"nonce too low", "nonce is too low", "nonce has already been used"}},
        {ErrorClass::nonce, {"replacement transaction underpriced", "sender is over rate limit"}},
        {ErrorClass::execution,
         {"execution reverted", "reverted", "vm execution error", "vm exception", "evm error", "out of gas",
          "gas too low", "insufficient funds", "insufficient balance", "intrinsic gas",
          "transaction fee too low", "invalid opcode"}},
        {ErrorClass::too_large,
         {"block range", "range too large", "range limit exceeded", "query returned more than",
          "too many results", "response too large", "response size should not", "exceeds max results",
          "logs over more", "try paginating", "limit the query to"}},
        {ErrorClass::missing_data,
         {"header not found",
          "block not found",
          "unknown block",
          "missing trie node",
          "pruned",
          "finalized block not found",
          "safe block not found",
          "pending block not found",
          "no historical",
          "is not available",
          "historical state unavailable",
          "4444",
          "pre-merge history",
          "could not find block",
          "cannot be found", // Nethermind: one of the blocks specified in filter …
          "block is out of range",
          "block number out of range",
          "invalid block height", // EVMs on Cosmos
          "beyond head block",    // go-ethereum, eth_feeHistory
          "height must be less than or equal",
          "invalid blockhash finalized",
          "cannot query unfinalized",
          "genesis is not traceable",
          "after last accepted block",
          "no state available",
          "trie does not",
          "greater than latest",
          "not currently canonical",
          "requested data is not available",
          "transaction not found",
          "blockoutofrange",
          "historical state"}},
        {ErrorClass::rate_limit,
         {"rate limit", "too many requests", "exceeded the quota", "monthly capacity limit",
          "request limit reached", "limit exceeded", "reached the free tier", "upgrade your tier"}},
        {ErrorClass::not_allowed,
         {"unauthorized", "invalid api key", "key is inactive", "not included in your current plan"}},
        {ErrorClass::not_ready,
         {"syncing", "node is not ready", "initial sync", "no server available", "under too much load",
          "execution timeout", "request timed out"}},
        {ErrorClass::request,
         {"invalid params", "invalid argument", "param is required", "validation errors", "invalid type",
          "malformed blocknumber", "rlp: ", "typed transaction too short", "transaction type not supported"}},
    }};
    return table;
}

bool says_no_method(std::string_view message) {
    return contains_any(message, {"method not found", "does not exist", "not supported", "is disabled",
                                  "not whitelisted", "not allowed to access"}) ||
           (contains(message, "method") && contains(message, "not available"));
}

bool says_gone_state(std::string_view message) {
    return (contains(message, "state") && contains(message, "not available")) ||
           (contains(message, "history") && contains(message, "unavailable"));
}

/// Codes that mean one thing whatever the text says (nothing: the text decides).
ErrorClass by_code(std::int64_t code) {
    switch (code) {
    case 3:
    case -32015:
        return ErrorClass::execution;
    case -32700:
    case -32600:
        return ErrorClass::request;
    case -32601:
    case -32612: // QuickNode
    case -32613:
        return ErrorClass::no_method;
    case -32614: // QuickNode
    case -32012:
        return ErrorClass::too_large;
    case -32007: // QuickNode
    case -32009:
    case -32029:
    case -32090:
    case 429:
        return ErrorClass::rate_limit;
    case -32014:
        return ErrorClass::missing_data;
    case -32002:
        return ErrorClass::not_ready;
    default:
        return ErrorClass::other;
    }
}

} // namespace

std::string_view to_string(ErrorClass error_class) {
    static constexpr std::array<std::string_view, error_class_count> names{
        "request",   "execution",  "known_transaction", "nonce_too_low", "nonce",       "missing_data",
        "not_ready", "rate_limit", "too_large",         "no_method",     "not_allowed", "internal",
        "other"};
    return names[static_cast<std::size_t>(error_class)];
}

ErrorClass classify_error(std::int64_t code, std::string_view message, std::string_view, std::string_view) {
    // A contract may revert with any text: a revert is known by its code, or by how its message begins.
    if (code == 3 || code == -32015 || contains(message.substr(0, 24), "execution reverted") ||
        contains(message.substr(0, 24), "vm exception")) {
        return ErrorClass::execution;
    }
    const ErrorClass certain = by_code(code);
    if (certain != ErrorClass::other) return certain;
    for (const auto& [error_class, needles] : texts()) {
        if (contains_any(message, needles)) return error_class;
        // Before "rate limit", which some of these texts also hold.
        if (error_class == ErrorClass::too_large && says_gone_state(message)) return ErrorClass::missing_data;
    }
    // Anvil answers -32602 over WebSocket for a method it does not know.
    if (says_no_method(message)) return ErrorClass::no_method;
    switch (code) {
    case -32602:
        return ErrorClass::request;
    case -32003:
        return ErrorClass::execution; // EIP-1474: transaction rejected
    case -32004:
        return ErrorClass::no_method; // EIP-1474: method not supported
    case -32005:
        return ErrorClass::rate_limit; // EIP-1474: limit exceeded
    case -32603:
        return ErrorClass::internal;
    default:
        return ErrorClass::other;
    }
}

} // namespace weir::chain
