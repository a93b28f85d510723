#include "chain/error_class.hpp"

#include "chain/error_words.hpp"
#include "chain/json_rpc.hpp"
#include "chain/wording.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace weir::chain {

namespace {

/// Codes that say "reverted", with the reason elsewhere or in the text. zkSync refuses transactions with 3,
/// too; proxyd's -32015 is a gateway.
bool is_revert_by_code(std::int64_t code, const Wording& words, const MethodTraits& method) {
    if (code == -32015) return !words.says("gateway timeout");
    return code == 3 && method.safety != Safety::raw_transaction;
}

/// Where a text begins to quote a contract, as Lotus does far behind ("…, revert reason: Error(rate limit)"):
/// the reason is the contract's. What the node says stands before it.
/// A node's own "failed to revert to snapshot" is none.
std::size_t reason_begins(std::string_view message) {
    constexpr std::string_view word = "revert", of_the_node = " to ";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    const auto* begin = message.begin();
    for (;;) {
        const auto* found = std::search(begin, message.end(), word.begin(), word.end(),
                                        [&](char a, char b) { return lower(a) == b; });
        const auto at = static_cast<std::size_t>(found - message.begin());
        if (found == message.end() || !message.substr(at + word.size()).starts_with(of_the_node)) return at;
        begin = found + word.size();
    }
}

bool says_gone_state(const Wording& message) {
    return (message.says("state") && message.says("not available")) ||
           (message.says("history") && message.says("unavailable"));
}

/// Codes that mean one thing whatever the text says (nothing: the text decides).
ErrorClass by_code(std::int64_t code) {
    switch (code) {
    case -32700:
        return ErrorClass::request;
    case -32601:
    case -32612: // QuickNode
    case -32613:
        return ErrorClass::no_method;
    default:
        return ErrorClass::other;
    }
}

/// Codes of a rate, unless the text says that it is about the size (jsonrpsee's -32007).
bool is_rate(std::int64_t code) {
    return code == -32007 || code == -32009 || code == -32029 || code == -32090 || code == 429;
}

ErrorClass by_code_alone(std::int64_t code, bool unbounded) {
    switch (code) {
    case -32600:
    case -32602:
        return ErrorClass::request;
    case 3:
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
    case 4444: // EIP-4444
        return ErrorClass::missing_data;
    case 401: // a gateway's HTTP status
    case 403:
        return ErrorClass::not_allowed;
    case 402:
        return ErrorClass::rate_limit;
    case 500: // a gateway's HTTP status
    case 502:
    case 503:
    case 504:
    case -32011: // QuickNode: network error; proxyd: no backend
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

namespace {

bool says(const Wording& words, const ErrorWords& row) {
    return words.says_any(row.phrases) && (row.with.empty() || words.says_any(row.with));
}

/// Only its caller bounds what it returns: "limit exceeded" speaks of that (bsc-dataseed on eth_getLogs).
bool is_unbounded(const MethodTraits& method) {
    return method.block.form == BlockPlace::Form::range;
}

std::optional<ErrorClass> by_words(std::int64_t code, std::string_view text, const MethodTraits& method) {
    const Wording words(text);
    for (const auto& row : words_of_execution()) {
        if (says(words, row)) return row.error_class;
    }
    if (const auto certain = by_code(code); certain != ErrorClass::other) return certain;
    // What a decoder says of params quotes them: no client may call for a rest with what it wrote there.
    if (code == -32602 && words.says_any(words_of_params())) return ErrorClass::request;
    for (const auto& row : words_of_size()) {
        if (says(words, row)) return row.error_class;
    }
    if (is_rate(code)) return ErrorClass::rate_limit;
    if (says_gone_state(words)) return ErrorClass::missing_data;
    for (const auto& row : words_of_the_rest()) {
        if (!says(words, row)) continue;
        const bool of_size = row.of_size_too && is_unbounded(method) &&
                             (code == -32005 || row.error_class == ErrorClass::rate_limit);
        return of_size ? ErrorClass::too_large : row.error_class;
    }
    if (method.safety == Safety::raw_transaction) return std::nullopt;
    if (words.says_any(words_of_an_eof())) return ErrorClass::trouble;
    if (words.says_any(words_of_keeping_out())) return ErrorClass::not_allowed;
    return std::nullopt;
}

/// What fronts and wrappers put before whatever went wrong behind them: "Internal error: …", "rpc error: code
/// = Internal desc = …", "upstream request failed: …".
bool may_be_a_wrapper(ErrorClass error_class) {
    return error_class == ErrorClass::internal || error_class == ErrorClass::trouble ||
           error_class == ErrorClass::not_ready;
}

/// Judges what stands before a contract's reason, if there is one.
std::optional<ErrorClass> by_text(std::int64_t code, std::string_view text, const MethodTraits& method) {
    const auto reason = reason_begins(text);
    const auto found = by_words(code, text.substr(0, reason), method);
    if (reason < text.size() && (!found || may_be_a_wrapper(*found))) return ErrorClass::execution;
    // Params that are not understood are the client's, whatever is said of a timeout in them.
    if (code == -32602 && found && may_be_a_wrapper(*found)) return ErrorClass::request;
    return found;
}

} // namespace

ErrorClass classify_error(std::int64_t code, std::string_view message, const MethodTraits& method,
                          std::string_view data) {
    if (is_revert_by_code(code, Wording(message), method)) return ErrorClass::execution;
    const auto said = by_text(code, message, method);
    if (said && *said != ErrorClass::internal) return *said;
    // "Internal error", "Invalid parameters: tx": what it is stands in the data (CometBFT, Conflux,
    // Nethermind).
    const bool bytes = data.starts_with("\"0x");
    if (!data.empty() && !bytes) {
        if (const auto found = by_text(0, data, method)) return *found;
    }
    return said ? *said : by_code_alone(code, is_unbounded(method));
}

ErrorClass classify_error(const Answer& answer, const MethodTraits& method) {
    return classify_error(answer.error_code, answer.error_message, method, answer.error_data);
}

} // namespace weir::chain
