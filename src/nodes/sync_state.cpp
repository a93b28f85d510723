#include "nodes/sync_state.hpp"

#include "chain/values.hpp"

#include <string_view>

namespace weir::nodes {

namespace json = boost::json;

namespace {

/// Hex as the specification has it, or a plain number.
std::optional<std::uint64_t> number_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (!value) return std::nullopt;
    if (value->is_string()) return chain::read_quantity(std::string_view(value->as_string()));
    json::error_code ec;
    const auto number = value->to_number<std::uint64_t>(ec);
    return ec ? std::nullopt : std::optional(number);
}

void add(std::string& out, std::string_view what) {
    if (!out.empty()) out += ", ";
    out += what;
}

} // namespace

std::optional<SyncState> read_eth_syncing(const json::value& result, std::uint64_t head) {
    const auto* object = result.if_object();
    if (!object) return std::nullopt;
    SyncState state;
    const auto highest = number_at(*object, "highestBlock");
    // Who has found no peer yet says 0.
    if (highest && *highest > 0) state.behind = *highest > head ? *highest - head : 0;
    const auto left = [&](std::string_view key, std::string_view what) {
        const auto number = number_at(*object, key);
        if (number.value_or(0) > 0) add(state.remains, std::to_string(*number) + ' ' + std::string(what));
    };
    if (state.behind.value_or(0) > 0) add(state.remains, std::to_string(*state.behind) + " blocks to go");
    left("txIndexRemainingBlocks", "blocks of transactions to index");
    left("stateIndexRemaining", "blocks of state to index");
    left("healingTrienodes", "trie nodes to heal");
    left("healingBytecode", "codes to heal");
    return state;
}

std::optional<SyncState> read_beacon_syncing(const json::value& data) {
    const auto* object = data.if_object();
    if (!object) return std::nullopt;
    const auto* syncing = object->if_contains("is_syncing");
    if (!syncing || !syncing->is_bool() || !syncing->as_bool()) return std::nullopt;
    SyncState state;
    if (const auto* distance = object->if_contains("sync_distance"); distance && distance->is_string())
        state.behind = chain::parse_decimal(std::string_view(distance->as_string()));
    if (state.behind) state.remains = std::to_string(*state.behind) + " slots to go";
    return state;
}

} // namespace weir::nodes
