// What a node says of its own syncing. Nodes say so in many cases in which they serve: while they only index
// old transactions, heal their state, or are a block behind. Its heads decide; the rest is for people.
// Sources: execution-apis eth_syncing; go-ethereum's SyncProgress; Beacon API node/syncing.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace weir::nodes {

struct SyncState {
    std::optional<std::uint64_t> behind; ///< by its own word: blocks or slots; nothing: it does not say
    std::string remains;                 ///< in words
};

/// What eth_syncing gave: nothing when it is no object. `head`: what eth_blockNumber gave, which is what the
/// node serves.
std::optional<SyncState> read_eth_syncing(const boost::json::value& result, std::uint64_t head);
/// "data" of /eth/v1/node/syncing: nothing when it does not sync.
std::optional<SyncState> read_beacon_syncing(const boost::json::value& data);

} // namespace weir::nodes
