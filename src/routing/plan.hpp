// Who gets a request, in which order, and how long each attempt may take. Pure: a snapshot and a
// few numbers in, a list out.
#pragma once

#include "config/config.hpp"
#include "nodes/seen_heads.hpp"
#include "nodes/snapshot.hpp"

#include <boost/container/static_vector.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace weir::routing {

/// Indexes into LayerView::nodes, best first.
using Candidates = boost::container::static_vector<std::uint16_t, config::max_nodes_per_layer>;

struct PlanInput {
    const nodes::LayerView& layer;
    config::Policy policy = config::Policy::priority;
    bool serve_stale = false;
    std::uint32_t rotation = 0;                ///< round_robin: grows by one per request
    std::span<const std::uint32_t> latency_us; ///< least_latency: EWMA by Node::id; 0 = unknown, tried first
    std::optional<std::uint64_t> wanted_head;  ///< nodes at or above it come first within their tier
    bool wanted_strictly = false;              ///< those below it are left out altogether
    std::uint64_t named_block = 0; ///< that the call asks for: those that have it come first; 0: none
    /// The heads that the call asks for by name, a bit by HeadTag each: nodes that have told of one as high
    /// as `told` come first.
    std::uint8_t wanted_tags = 0;
    chain::ToldHeads told{};
    const nodes::SeenHeads* seen = nullptr; ///< what nodes have told beyond the snapshot; null: nothing
    std::optional<std::uint32_t> sticky;    ///< Node::id that comes first among its like
    std::span<const std::uint8_t> resting;  ///< by Node::id; nonzero: rate limited, comes last among its like
};

/// Fit primaries, then fit backups (which a retry may reach), then the primaries and the backups that are
/// held back, each lot by policy; empty although there are such only with `wanted_strictly`. When there are
/// none: CL nodes that serve while syncing (206), lowest lag first; else, with serve_stale, the reachable
/// ones, primaries first and then by lag; else empty.
Candidates plan(const PlanInput& input);

/// How long the next attempt may take: never all that remains while another candidate waits.
/// `waiting` counts the candidates after this one that could still be tried.
std::chrono::milliseconds attempt_budget(std::chrono::milliseconds remaining, std::size_t waiting);

} // namespace weir::routing
