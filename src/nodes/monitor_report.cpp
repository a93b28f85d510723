// What the monitor tells: the log and the metrics of changes, the workers and the feeds of how things are.
#include "log/log.hpp"
#include "nodes/watch.hpp"

#include <utility>

namespace weir::nodes {

using net::Clock;

namespace {

constexpr std::chrono::seconds between_words{1}; ///< of the log on one node that stays unfit

} // namespace

void Monitor::record_changes(LayerState& layer) {
    record_network(layer);
    for (const auto& watch : layer.watches)
        record_change(*watch);
}

/// One line for each change of a node's standing. Of a reason that changes while the node is out or held
/// back, not more than one a second.
void Monitor::record_change(Watch& watch) {
    using State = NodeFitness::State;
    const auto& fitness = watch.layer->fitness.nodes()[watch.index];
    const bool same_state = fitness.state == watch.logged;
    const auto now = Clock::now();
    const bool has_reason = fitness.state == State::unfit || fitness.held();
    if (same_state && (!has_reason || fitness.reason.same_matter(watch.logged_reason) ||
                       now < watch.logged_at + between_words))
        return;
    const auto before = std::exchange(watch.logged, fitness.state);
    watch.logged_reason = fitness.reason;
    watch.logged_at = now;
    const auto say = [&](log::Level level, std::string_view what) {
        const log::Field layer{"layer", std::string(chain::to_string(watch.layer->layer))};
        const log::Field node{"node", watch.node->name};
        const log::Field head{"head", fitness.head ? std::to_string(*fitness.head) : "unknown"};
        if (fitness.fit())
            log::event(level, what, {layer, node, head});
        else
            log::event(level, what, {layer, node, {"reason", words(fitness.reason)}, head});
    };
    if (same_state) {
        say(log::Level::info, fitness.held() ? "node is still held back" : "node is still unfit");
        return;
    }
    watch.last_change = std::chrono::system_clock::now();
    metrics_.nodes[watch.node->id]
        .changes[static_cast<std::size_t>(metrics_label(fitness.reason.kind))]
        .add();
    if (fitness.fit())
        say(log::Level::info, "node became fit");
    else if (!fitness.held())
        say(log::Level::warn, "node became unfit");
    else if (before == State::fit)
        say(log::Level::warn, "node is held back: it is asked last");
    else
        say(log::Level::info, "node answers again, and is asked last for now");
}

LayerView Monitor::view(const LayerState& layer) const {
    LayerView view;
    view.head = layer.fitness.head();
    for (const auto& watch : layer.watches) {
        const auto& fitness = layer.fitness.nodes()[watch->index];
        NodeStatus status;
        status.node = watch->node;
        status.addresses = watch->addresses;
        status.checked = fitness.state != NodeFitness::State::untested;
        status.fit = fitness.fit();
        status.held_back = fitness.held();
        status.silent = fitness.in_service() && watch->vigil.is_silent();
        status.last_heard = watch->vigil.heard_at();
        status.chain_id = fitness.network.chain_id;
        status.check_ok = fitness.check_ok;
        status.reachable = fitness.reachable && fitness.at_home();
        status.serves_while_syncing = fitness.serves_while_syncing && fitness.at_home();
        status.reason = words(fitness.reason);
        status.note = fitness.note();
        status.head = fitness.head;
        status.lag = fitness.fit() ? fitness.lag : fitness.distance;
        status.consecutive_failures = fitness.consecutive_failures;
        status.latency = fitness.latency;
        status.client_version = fitness.client_version;
        status.last_change = watch->last_change;
        view.nodes.push_back(std::move(status));
    }
    return view;
}

void Monitor::publish() {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->version = ++version_;
    snapshot->config = config_;
    snapshot->el = view(*el_);
    snapshot->cl = view(*cl_);
    record_service(*el_, snapshot->el);
    record_service(*cl_, snapshot->cl);
    publish_(std::move(snapshot));
}

/// Tells who serves the layer from now on.
void Monitor::record_service(LayerState& layer, LayerView& view) {
    using Event = LayerService::Event;
    auto& service = layer.service;
    const std::string name = layer.layer == Layer::el ? "EL" : "CL";
    const log::Field field{"layer", std::string(chain::to_string(layer.layer))};
    for (const auto event : service.look(view, Clock::now())) {
        switch (event) {
        case Event::lost:
            log::error("no " + name + " node is fit", {field});
            hurry_all(layer);
            break;
        case Event::back:
            log::warn(name + " serves again after " + in_words(service.outage()),
                      {field, {"tier", std::string(to_string(service.tier()))}});
            break;
        case Event::failed_over:
            metrics_.failovers.add();
            log::warn("no primary is fit: backups serve", {field});
            break;
        case Event::failed_back:
            log::warn("primaries serve again", {field});
        }
    }
    view.failover_active = layer.layer == Layer::el && service.failover_active();
    view.lost_at = service.lost_at();
}

} // namespace weir::nodes
