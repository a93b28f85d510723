// The monitor's side of what the nodes say of their network: links that are used, what the log says.
#include "log/log.hpp"
#include "nodes/watch.hpp"

#include <utility>

namespace weir::nodes {

using net::Clock;

void Monitor::link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) {
    auto* watch = find(node_id);
    if (!watch) return;
    watch->gate->link_up(std::move(link), [this, node_id] {
        if (auto* said = find(node_id)) open_gates(*said->layer);
    });
}

void Monitor::link_down(std::uint32_t node_id, std::string_view why) {
    auto* watch = find(node_id);
    if (!watch) return;
    const bool was_open = watch->gate->is_open;
    watch->gate->link_down();
    if (was_open && sink_) sink_->link_down(node_id, why);
    // Its HTTP side may have gone the same way: do not wait for the next check to find out.
    watch->hurry = true;
    watch->wake.cancel();
}

void Monitor::head_announced(std::uint32_t node_id, chain::HeaderPtr header) {
    auto* watch = find(node_id);
    if (!watch) return;
    watch->vigil.heard(Clock::now());
    if (!watch->gate->is_open) {
        watch->gate->held = std::move(header);
        return;
    }
    // Routing first: who hears of the block may ask for it at once.
    seen_heads_.blocks.saw(header->hash, header->number);
    if (watch->layer->fitness.announced(watch->index, header->number, Clock::now())) changed(*watch->layer);
    if (sink_) sink_->head_announced(node_id, std::move(header));
}

/// Why the feeds must not read from it; empty: they may.
std::string Monitor::closed_because(const Watch& watch) const {
    const auto& fitness = watch.layer->fitness;
    const auto& node = fitness.nodes()[watch.index];
    if (!node.foreign.empty()) return node.foreign;
    if (!watch.gate->said() || !node.network.known() || node.early) return "its chain is not known yet";
    auto why = difference(*watch.gate->said(), fitness.network().expected());
    // The checks may ask another node than the one behind ws_url.
    return why.empty() ? difference(*watch.gate->said(), node.network) : why;
}

void Monitor::open_gates(LayerState& layer) {
    const auto watches = layer.watches; // who is told may change them
    for (const auto& watch : watches) {
        auto& gate = *watch->gate;
        if (!gate.link() || watch->retired) continue;
        const auto why = closed_because(*watch);
        const auto& node = layer.fitness.nodes()[watch->index];
        const bool judged = gate.said() && node.network.known() && !node.early;
        if (judged && why != gate.complaint) {
            gate.complaint = why;
            if (!why.empty())
                log::warn("WebSocket to node is not used", {{"node", watch->node->name}, {"reason", why}});
        }
        if (why.empty() == gate.is_open) continue;
        gate.is_open = why.empty();
        if (!sink_) continue;
        if (!gate.is_open) {
            sink_->link_down(watch->node->id, why);
            continue;
        }
        sink_->link_up(watch->node->id, gate.link());
        if (auto held = std::exchange(gate.held, nullptr)) head_announced(watch->node->id, std::move(held));
    }
}

void Monitor::record_network(LayerState& layer) {
    const auto& network = layer.fitness.network();
    const std::string name(chain::to_string(layer.layer));
    if (network.pinned() && !std::exchange(layer.pinned, true)) {
        log::info("chain learned: it is expected of every node from now on",
                  {{"layer", name}, {"chain", describe(network.expected())}});
    }
    layer.pinned = network.pinned();
    if (network.disputed() && !layer.disputed) {
        std::string who;
        for (const auto& watch : layer.watches) {
            const auto& said = layer.fitness.nodes()[watch->index].network;
            if (said.known()) who += (who.empty() ? "" : "; ") + watch->node->name + ": " + describe(said);
        }
        log::error("nodes are of different chains: none of them is used until they agree or chain_id decides",
                   {{"layer", name}, {"nodes", who}});
    }
    layer.disputed = network.disputed();
    const auto ends = network.patience_ends();
    if (!ends) {
        layer.patience.cancel();
        return;
    }
    layer.patience.expires_at(*ends);
    layer.patience.async_wait([this, &layer](net::error_code ec) {
        if (ec) return;
        layer.fitness.patience_ended(Clock::now());
        changed(layer);
    });
}

} // namespace weir::nodes
