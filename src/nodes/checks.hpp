// One health check of one node: a handful of small questions over one kept connection, within one
// deadline. It holds nothing while it waits. Sources: execution-apis (eth_blockNumber, eth_syncing,
// eth_chainId), Beacon API (node/health, beacon/headers/head, node/syncing).
#pragma once

#include "chain/layer.hpp"
#include "nodes/fitness.hpp"
#include "upstream/ask.hpp"

namespace weir::nodes {

/// What is not asked each time: the network and the version on each new connection, behind which there may be
/// another node, and once a minute on a standing one; a beacon node's finality when its head has moved some
/// way on.
struct Acquaintance {
    static constexpr std::chrono::seconds good_for{60};
    std::optional<net::Clock::time_point> made_at; ///< nothing: it is to be made anew
    bool is_due(net::Clock::time_point now) const { return !made_at || now - *made_at >= good_for; }
    std::optional<std::uint64_t> finality_asked_at; ///< its head then
};

net::Task<CheckResult> check(chain::Layer layer, upstream::Pool& pool, upstream::Addresses addresses,
                             Acquaintance& acquaintance, net::Clock::time_point at);

} // namespace weir::nodes
