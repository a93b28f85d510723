#include "chain/batch_refusal.hpp"

#include "chain/error_class.hpp"
#include "chain/json_members.hpp"
#include "chain/wording.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::chain {

namespace {

using Kind = BatchRefusal::Kind;

/// What a front writes without JSON is looked into no further than this.
constexpr std::size_t max_looked_at = 2048;

/// Of a message that names a batch: it is about how large one may be, or whether there may be one.
///   batch limit 100 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 401   Erigon
///   batch too large                                                                       go-ethereum
///   The batch request was too large (data: Exceeded max limit of 50)                    jsonrpsee, Reth
///   Batched requests are not supported by this server                                   jsonrpsee, Reth
///   Batch size limit exceeded                                                                Nethermind
///   Number of requests exceeds max batch size                                                      Besu
///   method eth_x not allowed in a batch request                                                  Erigon
///   Batch of more than 3 requests are not allowed on free tier                                     dRPC
///   batch limit exceeded (-32007)                                                             QuickNode
constexpr std::array<std::string_view, 19> about_batches{
    "limit",        "exceed",      "too large",     "too big",        "too many",       "more than",
    "max",          "size",        "at most",       "not supported",  "unsupported",    "not allowed",
    "disabled",     "not enabled", "not permitted", "cannot process", "only available", "paid",
    "not available"};

constexpr std::array<std::string_view, 3> batches{"batch", "array", "multiple requests"};

/// In other words, the number of requests.
constexpr std::array<std::string_view, 1> too_many_requests{"number of requests exceed"};

constexpr std::array<std::string_view, 8> too_large_a_body{
    "request is too big",       "request too large", "request entity too large", "body too large",
    "content length too large", "content too large", "payload too large",        "body is too large"};

/// The largest number below `calls` in the words: "max 100, got 150", "batch limit 100 exceeded".
std::optional<std::size_t> number_below(std::string_view text, std::size_t calls) {
    std::optional<std::size_t> most;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] < '0' || text[i] > '9') {
            ++i;
            continue;
        }
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), number);
        i = static_cast<std::size_t>(end - text.data());
        if (error == std::errc{} && number > 0 && number < calls) most = std::max(most.value_or(0), number);
    }
    return most;
}

/// What a front says that speaks no JSON-RPC: its message, or all of it.
std::string_view words_of(std::string_view text) {
    auto words = text.substr(0, max_looked_at);
    each_member(text, [&](std::string_view key, std::string_view value) {
        if (key != "message") return true;
        words = text_of(value);
        return false;
    });
    return words;
}

/// What the words alone say.
std::optional<BatchRefusal> by_words(std::string_view message, std::string_view data, std::size_t calls) {
    const Wording words(message);
    if (words.says_any(too_large_a_body)) return BatchRefusal{Kind::too_large, true, {}};
    if (words.says_any(too_many_requests))
        return BatchRefusal{Kind::too_many, true, number_below(message, calls)};
    const bool batch = words.says_any(batches) && words.says_any(about_batches);
    if (!batch) return std::nullopt;
    // "The batch response was too large" (jsonrpsee): by then it has run.
    if (words.says("response")) return BatchRefusal{Kind::unclear, false, {}};
    // A client can write arrays into its params.
    if (words.says("method") || !words.says("batch")) return BatchRefusal{Kind::unclear, true, {}};
    auto most = number_below(message, calls);
    if (!most) most = number_below(data, calls);
    return BatchRefusal{Kind::too_many, true, most};
}

/// Codes of JSON-RPC 2.0 §5.1 that speak of the message itself.
bool was_not_read(std::int64_t code) {
    return code == -32700 || code == -32600 || code == -32601;
}

} // namespace

std::optional<BatchRefusal> batch_refusal(int http_status, const Answer& answer, std::string_view text,
                                          std::size_t calls) {
    const bool error = answer.kind == Answer::Kind::error;
    const auto said = error ? answer.error_message : words_of(text);
    if (error || http_status >= 400) {
        if (auto refusal = by_words(said, answer.error_data, calls)) return refusal;
    }
    if (http_status == 413) return BatchRefusal{Kind::too_large, true, {}};
    if (http_status >= 401) return std::nullopt;
    if (!error)
        return http_status == 400 ? std::optional(BatchRefusal{Kind::unclear, true, {}}) : std::nullopt;
    // It says nothing of the batch: another node may take it as it is.
    if (is_about_the_node(classify_error(answer, {}))) return std::nullopt;
    return BatchRefusal{Kind::unclear, was_not_read(answer.error_code), {}};
}

bool was_crowded_out(const Answer& answer) {
    return answer.kind == Answer::Kind::error && Wording(answer.error_message).says("response too large");
}

std::optional<BatchRefusal> batch_refusal(const std::vector<BatchElement>& elements, std::size_t calls) {
    if (elements.empty() || calls < 2) return std::nullopt;
    const auto& first = elements.front().answer;
    for (const auto& element : elements) {
        const auto& answer = element.answer;
        if (answer.kind != Answer::Kind::error || answer.error_code != first.error_code ||
            answer.error_message != first.error_message)
            return std::nullopt;
    }
    if (auto refusal = by_words(first.error_message, first.error_data, calls)) return refusal;
    const auto names_nobody = [](const BatchElement& element) {
        return element.answer.id.empty() || element.answer.id == "null";
    };
    const bool nobody_named = std::all_of(elements.begin(), elements.end(), names_nobody);
    const bool unread = first.error_code == -32700 || first.error_code == -32600;
    // The first call, or nobody, gets what is said of all; or nobody does, as often as there are calls.
    const bool of_all =
        elements.size() == 1 ? unread || nobody_named : elements.size() == calls && unread && nobody_named;
    if (of_all) return batch_refusal(200, first, {}, calls);
    // Who names each call has read it. That the message could not be read is about all of them even so.
    if (elements.size() == calls && first.error_code == -32700) return BatchRefusal{Kind::unclear, false, {}};
    return std::nullopt;
}

} // namespace weir::chain
