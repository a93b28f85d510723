#include "chain/block_param.hpp"

#include "chain/json_members.hpp"
#include "chain/values.hpp"

namespace weir::chain {

namespace {

using Kind = BlockParam::Kind;

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

BlockParam block_hash(std::string_view raw) {
    return {Kind::hash, 0, 0, text_of(raw)};
}

BlockParam tag_or_number(std::string_view raw) {
    if (raw.size() < 2 || raw.front() != '"') return {};
    const auto text = text_of(raw);
    if (text == "latest") return {.kind = Kind::latest};
    if (text == "pending") return {.kind = Kind::pending};
    if (text == "safe") return {.kind = Kind::safe};
    if (text == "finalized") return {.kind = Kind::finalized};
    if (text == "earliest") return {.kind = Kind::earliest};
    if (const auto number = parse_quantity(text)) return {.kind = Kind::number, .number = *number};
    if (text.size() == 66 && text.starts_with("0x")) return block_hash(raw);
    return {};
}

BlockParam one_block(std::string_view raw) {
    if (raw.empty() || raw == "null") return {.kind = Kind::latest};
    if (raw.front() != '{') return tag_or_number(raw);
    // EIP-1898; stateBlockNumber: eth_callBundle, whose blockNumber is the block to come.
    std::string_view hash, number, state;
    each_member(raw, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, "blockHash")) hash = value;
        if (string_equals(key, "blockNumber")) number = value;
        if (string_equals(key, "stateBlockNumber")) state = value;
        return true;
    });
    if (!hash.empty()) return block_hash(hash);
    return tag_or_number(state.empty() ? number : state);
}

BlockParam range_end(std::string_view filter) {
    std::string_view hash, first, last;
    each_member(filter, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, "blockHash")) hash = value;
        if (string_equals(key, "fromBlock")) first = value;
        if (string_equals(key, "toBlock")) last = value;
        return true;
    });
    if (!hash.empty()) return block_hash(hash);
    auto to = one_block(last);
    const auto from = one_block(first);
    if (from.kind != Kind::number) return to.kind == Kind::number && from.kind == Kind::latest ? from : to;
    if (to.kind == Kind::number) return from.number > to.number ? from : to;
    to.from = from.number;
    return to;
}

} // namespace

BlockParam block_param(const MethodTraits& traits, std::string_view params) {
    const auto place = traits.block;
    if (place.form == BlockPlace::Form::none) return {};
    const auto value = element(params, place.position);
    if (place.form == BlockPlace::Form::range) return range_end(value);
    if (place.form == BlockPlace::Form::decimal) {
        if (const auto number = parse_decimal(value)) return {.kind = Kind::number, .number = *number};
    }
    return one_block(value);
}

} // namespace weir::chain
