// Counters of the control thread: checks, fitness changes, failovers, reloads. Single writer (the
// control thread), read by whoever serves /metrics.
#pragma once

#include "metrics/worker_metrics.hpp"

namespace weir::metrics {

/// Bounded classes of the reasons in words that a node's status carries.
enum class ChangeReason : std::uint8_t { became_fit, lag, check_failed, refused, wrong_chain, syncing, suspect, traffic, other, count };

struct ControlMetrics {
    struct PerNode {
        std::array<Counter, static_cast<std::size_t>(ChangeReason::count)> changes;
        Counter checks, failed_checks;
        Histogram check_duration;
    };
    std::array<PerNode, WorkerMetrics::max_nodes> nodes; ///< by Node::id
    Counter failovers;        ///< EL: times that backups took over from the primaries
    Counter reloads, failed_reloads;
};

} // namespace weir::metrics
