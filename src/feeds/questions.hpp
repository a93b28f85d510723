// The feeds' own questions to EL nodes over HTTP: blocks that fill a gap, logs of a block. Clients never
// see them. On the control thread, with connections of its own.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "nodes/snapshot.hpp"
#include "upstream/pool.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::feeds {

class Questions {
  public:
    Questions(net::IoContext& io, net::DeadlineWheel& wheel)
        : io_(io)
        , wheel_(wheel) {}

    /// Questions to nodes that are no longer fit fail at once.
    void adopt(std::shared_ptr<const nodes::Snapshot> snapshot);
    void stop();

    const std::shared_ptr<const nodes::Snapshot>& snapshot() const { return snapshot_; }
    const nodes::NodeStatus* find(std::uint32_t node_id) const;

    /// The raw JSON of the result; nothing when the node failed or answered an error.
    net::Task<std::optional<std::string>> ask(std::uint32_t node_id, std::string method, std::string params);

  private:
    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    std::shared_ptr<const nodes::Snapshot> snapshot_;
    std::unordered_map<std::uint32_t, std::shared_ptr<upstream::Pool>> pools_;
    metrics::NodeMetrics unused_metrics_; ///< these are not clients' requests
    metrics::Gauge unused_waiters_;
    bool stopped_ = false;
};

/// Nodes to ask, in order: `first`, then the other fit ones.
std::vector<std::uint32_t> nodes_to_ask(const Questions& questions, std::optional<std::uint32_t> first);

} // namespace weir::feeds
