#include "chain/error_class.hpp"

#include "chain/error_words.hpp"
#include "chain/wording.hpp"

#include <array>

namespace weir::chain {

namespace {

/// By its code or its first words, so that no revert reason is judged. zkSync refuses transactions with 3,
/// too.
bool is_revert(std::int64_t code, std::string_view message, const MethodTraits& method) {
    constexpr std::size_t prelude = 24; // "VM Exception while …", "err: execution reverted"
    if ((code == 3 || code == -32015) && method.safety != Safety::raw_transaction) return true;
    const Wording beginning(message.substr(0, prelude));
    return beginning.says("execution reverted") || beginning.says("VM exception");
}

bool says_no_method(const Wording& message) {
    return message.says_any(words_of_no_method()) ||
           (message.says("method") && message.says("not available"));
}

bool says_gone_state(const Wording& message) {
    return (message.says("state") && message.says("not available")) ||
           (message.says("history") && message.says("unavailable"));
}

/// Codes that mean one thing whatever the text says (nothing: the text decides).
ErrorClass by_code(std::int64_t code) {
    switch (code) {
    case 3:
    case -32015:
        return ErrorClass::execution;
    case -32700:
        return ErrorClass::request;
    case -32601:
    case -32612: // QuickNode
    case -32613:
        return ErrorClass::no_method;
    case -32007: // QuickNode
    case -32009:
    case -32029:
    case -32090:
    case 429:
        return ErrorClass::rate_limit;
    default:
        return ErrorClass::other;
    }
}

ErrorClass by_code_alone(std::int64_t code, bool unbounded) {
    switch (code) {
    case -32600:
    case -32602:
        return ErrorClass::request;
    case -32003:
        return ErrorClass::execution; // EIP-1474: transaction rejected
    case -32004:
        return ErrorClass::no_method; // EIP-1474: method not supported
    case -32005:                      // EIP-1474: limit exceeded
        return unbounded ? ErrorClass::too_large : ErrorClass::rate_limit;
    case -32012:
    case -32614: // QuickNode
        return ErrorClass::too_large;
    case -32014:
        return ErrorClass::missing_data;
    case -32002: // EIP-1474: resource unavailable
        return ErrorClass::not_ready;
    case -32603:
        return ErrorClass::internal;
    default:
        return ErrorClass::other;
    }
}

} // namespace

std::string_view to_string(ErrorClass error_class) {
    static constexpr std::array<std::string_view, error_class_count> names{
        "request",      "execution", "known_transaction", "nonce_too_low", "nonce",
        "missing_data", "not_ready", "rate_limit",        "too_large",     "no_method",
        "not_allowed",  "internal",  "store_gone",        "trouble",       "other"};
    return names[static_cast<std::size_t>(error_class)];
}

bool is_about_the_node(ErrorClass error_class) {
    switch (error_class) {
    case ErrorClass::missing_data:
    case ErrorClass::not_ready:
    case ErrorClass::rate_limit:
    case ErrorClass::not_allowed:
    case ErrorClass::internal:
    case ErrorClass::store_gone:
    case ErrorClass::trouble:
        return true;
    default:
        return false;
    }
}

ErrorClass classify_error(std::int64_t code, std::string_view message, const MethodTraits& method) {
    if (is_revert(code, message, method)) return ErrorClass::execution;
    const Wording words(message);
    for (const auto& [error_class, phrases] : words_of_execution()) {
        if (words.says_any(phrases)) return error_class;
    }
    if (const auto certain = by_code(code); certain != ErrorClass::other) return certain;
    if (words.says_any(words_of_rate())) return ErrorClass::rate_limit;
    // Only its caller bounds what it returns: "limit exceeded" speaks of that (bsc-dataseed on eth_getLogs).
    const bool unbounded = method.block.form == BlockPlace::Form::range;
    for (const auto& [error_class, phrases] : words_of_the_rest()) {
        if (words.says_any(phrases)) {
            return unbounded && error_class == ErrorClass::rate_limit ? ErrorClass::too_large : error_class;
        }
        if (error_class == ErrorClass::missing_data && says_gone_state(words)) return error_class;
    }
    // Anvil answers -32602 over WebSocket for a method it does not know.
    if (says_no_method(words)) return ErrorClass::no_method;
    if (method.safety != Safety::raw_transaction && words.says_any(words_of_an_eof()))
        return ErrorClass::trouble;
    return by_code_alone(code, unbounded);
}

} // namespace weir::chain
