#include "chain/values.hpp"

#include "chain/json_members.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weir::chain {

std::optional<std::uint64_t> parse_quantity(std::string_view text) {
    if (!text.starts_with("0x")) return std::nullopt;
    text.remove_prefix(2);
    if (text.empty() || text.size() > 16 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_quoted_quantity(std::string_view json) {
    if (json.size() < 2 || json.front() != '"' || json.back() != '"') return std::nullopt;
    return parse_quantity(json.substr(1, json.size() - 2));
}

std::string to_quantity(std::uint64_t value) {
    std::array<char, 18> text{'0', 'x'};
    const auto [end, error] = std::to_chars(text.data() + 2, text.data() + text.size(), value, 16);
    return {text.data(), end};
}

std::optional<std::uint64_t> read_quantity(std::string_view text) {
    if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return std::nullopt;
    text.remove_prefix(2);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    return parse_quantity("0x" + std::string(text));
}

std::optional<std::uint64_t> read_block_number(std::string_view text) {
    const auto number = read_quantity(text);
    return number && *number <= max_block_number ? number : std::nullopt;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

namespace {

/// Where each method keeps its block parameter (execution-apis); -1: a filter object with fromBlock and
/// toBlock.
constexpr std::array<std::pair<std::string_view, int>, 36> positions{{
    {"arbtrace_block", 0},
    {"debug_getRawBlock", 0},
    {"debug_getRawHeader", 0},
    {"debug_getRawReceipts", 0},
    {"debug_storageRangeAt", 0},
    {"debug_traceBlockByHash", 0},
    {"debug_traceBlockByNumber", 0},
    {"debug_traceCall", 1},
    {"eth_call", 1},
    {"eth_createAccessList", 1},
    {"eth_estimateGas", 1},
    {"eth_feeHistory", 1},
    {"eth_getBalance", 1},
    {"eth_getBlockByHash", 0},
    {"eth_getBlockByNumber", 0},
    {"eth_getBlockReceipts", 0},
    {"eth_getBlockTransactionCountByHash", 0},
    {"eth_getBlockTransactionCountByNumber", 0},
    {"eth_getCode", 1},
    {"eth_getHeaderByNumber", 0},
    {"eth_getLogs", -1},
    {"eth_getProof", 2},
    {"eth_getStorageAt", 2},
    {"eth_getTransactionByBlockHashAndIndex", 0},
    {"eth_getTransactionByBlockNumberAndIndex", 0},
    {"eth_getTransactionCount", 1},
    {"eth_getUncleByBlockHashAndIndex", 0},
    {"eth_getUncleByBlockNumberAndIndex", 0},
    {"eth_getUncleCountByBlockHash", 0},
    {"eth_getUncleCountByBlockNumber", 0},
    {"eth_simulateV1", 1},
    {"trace_block", 0},
    {"trace_call", 2},
    {"trace_callMany", 1},
    {"trace_filter", -1},
    {"trace_replayBlockTransactions", 0},
}};
static_assert(std::is_sorted(positions.begin(), positions.end()));

/// The n-th element of an array's text; empty when there is none.
std::string_view element(std::string_view array, int n) {
    std::string_view found;
    each_element(array, [&](std::string_view value) {
        if (n-- > 0) return true;
        found = value;
        return false;
    });
    return found;
}

/// The value of a key in an object's text; empty when absent.
std::string_view member(std::string_view object, std::string_view name) {
    std::string_view found;
    each_member(object, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, name)) found = value;
        return true;
    });
    return found;
}

BlockParam tag_or_number(std::string_view raw) {
    using Kind = BlockParam::Kind;
    if (raw.size() < 2 || raw.front() != '"') return {};
    const auto text = raw.substr(1, raw.size() - 2);
    if (text == "latest") return {Kind::latest, 0};
    if (text == "pending") return {Kind::pending, 0};
    if (text == "safe") return {Kind::safe, 0};
    if (text == "finalized") return {Kind::finalized, 0};
    if (text == "earliest") return {Kind::earliest, 0};
    if (const auto number = parse_quantity(text)) return {Kind::number, *number};
    if (text.size() == 66 && text.starts_with("0x")) return {Kind::hash, 0};
    return {};
}

BlockParam one_block(std::string_view raw) {
    if (raw.empty() || raw == "null") return {BlockParam::Kind::latest, 0};
    if (raw.front() != '{') return tag_or_number(raw);
    // EIP-1898
    if (!member(raw, "blockHash").empty()) return {BlockParam::Kind::hash, 0};
    return tag_or_number(member(raw, "blockNumber"));
}

BlockParam range_end(std::string_view filter) {
    if (!member(filter, "blockHash").empty()) return {BlockParam::Kind::hash, 0};
    const auto to = one_block(member(filter, "toBlock"));
    const auto from = one_block(member(filter, "fromBlock"));
    using Kind = BlockParam::Kind;
    if (to.kind == Kind::number && from.kind == Kind::number) return from.number > to.number ? from : to;
    return to.kind == Kind::number && from.kind == Kind::latest ? from : to;
}

} // namespace

BlockParam block_param(std::string_view method, std::string_view params) {
    const auto* found =
        std::lower_bound(positions.begin(), positions.end(), method,
                         [](const auto& entry, std::string_view name) { return entry.first < name; });
    if (found == positions.end() || found->first != method) return {};
    if (found->second < 0) return range_end(element(params, 0));
    return one_block(element(params, found->second));
}

} // namespace weir::chain
