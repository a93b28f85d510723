// Counters of the control thread: checks, fitness changes, failovers, reloads. Single writer (the
// control thread), read by whoever serves /metrics.
#pragma once

#include "metrics/worker_metrics.hpp"

namespace weir::metrics {

/// Bounded classes of the reasons in words that a node's status carries.
enum class ChangeReason : std::uint8_t {
    became_fit,
    lag,
    check_failed,
    refused,
    wrong_chain,
    syncing,
    suspect,
    minority_fork,
    health,
    traffic,
    recovering,
    rate_limited,
    silent,
    other,
    count
};

struct ControlMetrics {
    struct PerNode {
        std::array<Counter, static_cast<std::size_t>(ChangeReason::count)> changes;
        Counter checks, failed_checks;
        Histogram check_duration;
        Gauge feeds_read_from;           ///< EL: 1 while subscriptions are read from it
        Gauge client_certificate_expiry; ///< Unix time; 0: none is shown to the node
        Counter address_changes;         ///< its name came to stand for something else
        Gauge link_open;                 ///< EL: 1 while its WebSocket is open and follows its heads

        /// The id has another node from now on.
        void reset() {
            for (auto& change : changes)
                change.reset();
            checks.reset();
            failed_checks.reset();
            address_changes.reset();
            check_duration.reset();
        }
    };
    std::array<PerNode, WorkerMetrics::max_nodes> nodes; ///< by Node::id
    Counter failovers; ///< EL: times that backups took over from the primaries
    Counter reloads, failed_reloads;
    Gauge certificate_expiry; ///< of the listeners' certificate, Unix time; 0: none
    Counter name_lookups, failed_name_lookups;
    Counter links_opened, links_failed; ///< attempts to open a WebSocket to a node
    Counter links_reopened;             ///< of links_opened: after one to the same node had been lost
    Counter link_messages_in, link_messages_out;
    Counter feed_switches;      ///< the feeds went over to another node
    Counter backfilled_blocks;  ///< fetched to fill a gap
    Counter dropped_duplicates; ///< events that clients had been told already
    Counter ended_feeds;        ///< that could not go on without a loss
    Counter left_out_events;    ///< best effort ones, while a worker was far behind
    Gauge descriptor_limit, descriptors_for_clients, descriptors_for_nodes; ///< see server/descriptors.hpp
    Gauge feeds;
    Gauge upstream_subscriptions; ///< of clients' feeds; the heads' own are not counted
};

} // namespace weir::metrics
