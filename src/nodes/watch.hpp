// What the monitor keeps of one node and of one layer. Private to the monitor.
#pragma once

#include "nodes/follower.hpp"
#include "nodes/host_addresses.hpp"
#include "nodes/layer_service.hpp"
#include "nodes/link_gate.hpp"
#include "nodes/monitor.hpp"
#include "nodes/vigil.hpp"

namespace weir::nodes {

/// One node under watch.
struct Monitor::Watch : std::enable_shared_from_this<Watch> {
    Watch(Monitor& owner, net::IoContext& io, net::DeadlineWheel& wheel)
        : monitor(owner)
        , wake(io)
        , between_looks(io)
        , overdue(
              wheel,
              [](void* self) {
                  auto& watch = *static_cast<Watch*>(self);
                  watch.monitor.overdue(watch);
              },
              this) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    Monitor& monitor;
    std::shared_ptr<const Node> node;
    config::NodeConfig config;
    std::shared_ptr<upstream::Pool> pool, fresh; ///< of the checks; of second looks, which keeps none
    metrics::NodeMetrics unused_metrics;         ///< health checks are not traffic
    metrics::Gauge unused_waiters;
    std::shared_ptr<HostAddresses> http_host, ws_host;
    upstream::Addresses addresses;      ///< where requests go: those of http_host, or the ones before them
    bool introducing = false;           ///< the new ones are being checked
    std::shared_ptr<Follower> follower; ///< EL nodes with a WebSocket URL; so is ws_host
    std::shared_ptr<LinkGate> gate = std::make_shared<LinkGate>();
    Acquaintance acquaintance;
    net::Timer wake;
    Vigil vigil;
    net::Timer between_looks;
    net::Deadline overdue;              ///< of the check under way
    net::Clock::time_point asked_at{};  ///< when it began, or was last found to be no silence
    net::Clock::time_point proved_at{}; ///< when the last question that was answered was asked
    net::Clock::time_point looked_at{}, head_moved_at{};
    std::uint64_t seen_head = 0;
    bool had_last_chance = false, looking = false;
    std::uint64_t checked_head = 0; ///< what the last check found
    bool hurry = false;             ///< something happened that no check has made clear yet
    LayerState* layer = nullptr;    ///< null: it waits with its configuration
    std::size_t index = 0;          ///< in its layer; valid while watched
    // While it waits:
    std::optional<CheckResult> first_check; ///< what its checks have found, the last word of each
    net::Clock::time_point good_since;      ///< of its first good one
    WatchPtr predecessor;                   ///< whose place it takes
    bool started = false;
    bool retired = false;
    bool was_found = false;                 ///< its name has stood for an address
    bool not_allowed = false;               ///< it has turned a request away for its key or plan
    net::Clock::time_point trouble_again{}; ///< words of trouble are not logged before then
    NodeFitness::State logged = NodeFitness::State::untested; ///< what the log knows of it
    Reason logged_reason;
    net::Clock::time_point logged_at;
    std::chrono::system_clock::time_point last_change = std::chrono::system_clock::now();
};

/// A configuration whose new nodes are being checked.
struct Monitor::Pending {
    explicit Pending(net::IoContext& io)
        : timer(io) {}

    std::shared_ptr<const config::Config> config;
    Applied applied;
    Watches el, cl;     ///< all nodes that it has, in order
    Watches candidates; ///< those of them that are not in force
    net::Timer timer;   ///< then it takes effect in any case
};

struct Monitor::LayerState {
    explicit LayerState(net::IoContext& io)
        : patience(io) {}

    Layer layer = Layer::el;
    std::vector<std::shared_ptr<Watch>> watches;
    LayerFitness fitness{{}, {}};
    LayerService service{net::Clock::now()};
    net::Timer patience;                   ///< with nodes that have not had their first word on the chain
    bool disputed = false, pinned = false; ///< what the log knows of the network
};

} // namespace weir::nodes
