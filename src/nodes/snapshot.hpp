// The immutable picture of the nodes that the control thread hands to every worker whenever it
// changes: who is there, who is fit, how far each one is, and why. A worker reads it without a lock
// through the plain pointer it holds; a request keeps the one it began with alive.
#pragma once

#include "chain/layer.hpp"
#include "config/config.hpp"
#include "nodes/tier.hpp"
#include "upstream/endpoint.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::nodes {

using chain::Layer;

/// What does not change about a node while its configuration is in force.
struct Node {
    std::uint32_t id =
        0; ///< unique in the process, below max_node_ids: workers index pools and counters by it
    /// All ids that nodes of this name have had, this one too: their counters are the node's.
    std::vector<std::uint32_t> ids;
    /// The last node with this id had the same name, or there was none: what is counted goes on.
    bool continues = true;
    Layer layer = Layer::el;
    Tier tier = Tier::primary; ///< CL nodes are all primary
    std::string name;
    upstream::Endpoint http;
    std::optional<upstream::Endpoint> ws;
};

/// How good a node is to ask; the better come first.
enum class Standing : std::uint8_t {
    fit,
    held_back, ///< its answers are right
    stale,     ///< they may be wrong: only with serve_stale, and when there is nobody better
    out
};

/// One node at the moment of the snapshot.
struct NodeStatus {
    std::shared_ptr<const Node> node;
    upstream::Addresses addresses; ///< of its HTTP URL's host; null before it is resolved
    bool checked = false;          ///< some check has come to its end
    bool fit = false;
    bool held_back = false;                 ///< what it answers is right, and it is asked last
    bool silent = false;                    ///< in service, but nothing comes: who waits there goes elsewhere
    bool check_ok = false;                  ///< the last check was answered, whatever it said
    bool reachable = false;                 ///< it answers at all: what serve_stale may fall back on
    bool serves_while_syncing = false;      ///< CL health 206: used only when no other is fit
    std::string reason = "not checked yet"; ///< in words; empty when fit
    std::string note;                       ///< what people should know of it although it is fit
    std::optional<std::uint64_t> chain_id;  ///< EL
    std::optional<std::uint64_t> head;      ///< block number or slot
    std::uint64_t lag = 0;                  ///< behind the layer's head, in blocks or slots
    std::uint32_t consecutive_failures = 0;
    std::chrono::microseconds latency{0}; ///< of the last good check
    std::string client_version;           ///< as the node says it; empty when unknown
    std::chrono::system_clock::time_point last_change{};
    std::chrono::steady_clock::time_point last_heard{}; ///< the last answer to a check, or head; unset: never

    /// It is asked, first or last.
    bool in_service() const { return fit || held_back; }
    Standing standing(bool serve_stale) const {
        if (in_service()) return fit ? Standing::fit : Standing::held_back;
        return serve_stale && reachable ? Standing::stale : Standing::out;
    }
};

struct LayerView {
    std::vector<NodeStatus> nodes; ///< configured order, primaries before backups
    std::uint64_t head = 0;        ///< the layer's believable head; 0 before the first check
    bool failover_active = false;  ///< EL: see nodes/layer_service
    /// Since when nobody is in service; nothing: somebody is.
    std::optional<std::chrono::steady_clock::time_point> lost_at;

    /// There is somebody to ask.
    bool in_service() const {
        return std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.in_service(); });
    }
    /// Somebody is in service, or may be again in a moment.
    bool may_serve(std::chrono::steady_clock::time_point now, std::chrono::milliseconds wait) const {
        return !lost_at || now < *lost_at + wait;
    }
    bool all_fit() const {
        return std::all_of(nodes.begin(), nodes.end(), [](const NodeStatus& node) { return node.fit; });
    }
    bool any_fit() const {
        return std::any_of(nodes.begin(), nodes.end(), [](const NodeStatus& node) { return node.fit; });
    }
};

struct Snapshot {
    std::uint64_t version = 0;
    std::shared_ptr<const config::Config> config;
    LayerView el;
    LayerView cl;

    const LayerView& layer(Layer which) const { return which == Layer::el ? el : cl; }
};

/// Nodes at one time, those included that requests from before a reload still hold.
inline constexpr std::uint32_t max_node_ids = 256;

} // namespace weir::nodes
