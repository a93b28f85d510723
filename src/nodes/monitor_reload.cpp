// How the monitor takes in a configuration. What stays the same goes on as it is. A node that is changed, or
// takes another's place, is checked first, and its WebSocket opened, while the nodes that are in force serve
// on; then everything takes effect at one go. What cannot be had within health_check_timeout_ms takes effect
// as it is. A later configuration takes the place of one that still waits.
//
//            nodes to be checked            all could serve, or time is up
//   in force --------------------> waiting --------------------------------> in force
//            ^   none                 |  apply(): the later one waits instead
//            +---+                    +--+
#include "log/log.hpp"
#include "nodes/make_endpoint.hpp"
#include "nodes/watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::nodes {

using boost::system::result;
using net::Clock;
namespace asio = net::asio;

namespace {

/// How long a changed node's WebSocket is waited for once its checks are good.
constexpr std::chrono::seconds patience_with_link{1};
/// The old node's WebSocket is read until the new one has taken the subscriptions over.
constexpr std::chrono::seconds lingers{1};

upstream::LinkLimits link_limits(const config::Global& global) {
    upstream::LinkLimits limits;
    limits.connect_timeout = global.connect_timeout;
    limits.ping_interval = global.ws_ping_interval;
    limits.max_message_bytes = global.upstream_max_message_bytes;
    return limits;
}

FitnessLimits limits_of(const config::Global& global, Layer layer) {
    const bool el = layer == Layer::el;
    return {el ? global.max_el_lag_blocks : global.max_cl_lag_slots, global.health_check_max_failures,
            global.health_check_min_successes, el ? global.chain_id : std::nullopt,
            2 * global.health_check_interval};
}

} // namespace

result<Monitor::WatchPtr, std::string> Monitor::make_watch(const config::Config& config, Layer layer,
                                                           Tier tier, const config::NodeConfig& node) {
    auto described = std::make_shared<Node>();
    described->layer = layer;
    described->tier = tier;
    described->name = node.name;
    auto http = make_endpoint(node.http_url, node);
    if (!http) return http.error();
    described->http = *http;
    if (node.ws_url) {
        auto ws = make_endpoint(*node.ws_url, node);
        if (!ws) return ws.error();
        described->ws = *ws;
    }
    auto given = ids_.give(layer, node.name);
    if (!given)
        return "requests that have not ended hold too many nodes of earlier configurations: try later";
    described->id = given->id;
    described->ids = std::move(given->of_name);
    described->continues = given->continues;
    ids_.taken(described);
    if (!described->continues) {
        metrics_.nodes[described->id].reset();
        seen_heads_.forget(described->id);
    }
    if (const auto& tls = described->http.tls) note_certificate(described->id, *tls->get());
    auto watch = std::make_shared<Watch>(*this, io_, wheel_);
    watch->node = described;
    watch->config = node;
    watch->http_host = std::make_shared<HostAddresses>(io_, node.http_url, node.name, metrics_);
    watch->http_host->set_limits(config.global);
    // Checks have connections of their own: a pool that traffic has used up must not look like a dead node.
    const upstream::Pool::Settings settings{2, config.global.connect_timeout,
                                            config.global.upstream_idle_timeout,
                                            config.global.upstream_max_connection_age};
    auto checked = described->http;
    checked.probes = true;
    watch->pool = std::make_shared<upstream::Pool>(io_, wheel_, std::move(checked), settings,
                                                   watch->unused_metrics, watch->unused_waiters);
    auto keeps_none = settings;
    keeps_none.idle_timeout = net::milliseconds(0);
    watch->fresh = std::make_shared<upstream::Pool>(io_, wheel_, described->http, keeps_none,
                                                    watch->unused_metrics, watch->unused_waiters);
    if (described->ws && layer == Layer::el) {
        watch->ws_host = std::make_shared<HostAddresses>(io_, *node.ws_url, node.name, metrics_);
        watch->ws_host->set_limits(config.global);
        HeadSink& self = *this; // private to this class, not to make_shared
        watch->follower = std::make_shared<Follower>(io_, wheel_, metrics_, described, self);
        watch->follower->set_limits(link_limits(config.global));
    }
    return watch;
}

/// The layer's nodes as configured: those that stay the same, in force or waiting, and new ones.
result<Monitor::Watches, std::string> Monitor::make_watches(const config::Config& config, Layer layer) {
    const auto& in_force = layer == Layer::el ? el_->watches : cl_->watches;
    Watches watches;
    const auto add = [&](Tier tier, const config::NodeConfig& node) -> result<void, std::string> {
        const auto same = [&](const WatchPtr& watch) {
            return watch->node->layer == layer && watch->config == node && watch->node->tier == tier;
        };
        auto found = std::find_if(in_force.begin(), in_force.end(), same);
        if (found != in_force.end()) {
            watches.push_back(*found);
            return {};
        }
        if (pending_) {
            found = std::find_if(pending_->candidates.begin(), pending_->candidates.end(), same);
            if (found != pending_->candidates.end()) {
                watches.push_back(*found);
                return {};
            }
        }
        auto made = make_watch(config, layer, tier, node);
        if (!made) return made.error();
        watches.push_back(*made);
        return {};
    };
    if (layer == Layer::cl) {
        for (const auto& node : config.cl) {
            if (auto added = add(Tier::primary, node); !added) return added.error();
        }
        return watches;
    }
    for (const auto& node : config.el_primary) {
        if (auto added = add(Tier::primary, node); !added) return added.error();
    }
    for (const auto& node : config.el_backup) {
        if (auto added = add(Tier::backup, node); !added) return added.error();
    }
    return watches;
}

result<void, std::string> Monitor::apply(std::shared_ptr<const config::Config> config, Applied applied) {
    auto el = make_watches(*config, Layer::el);
    if (!el) return el.error();
    auto cl = make_watches(*config, Layer::cl);
    if (!cl) return cl.error();
    auto renewed = renewed_tls(*el, *cl);
    if (!renewed) return renewed.error();
    for (auto& [tls, context] : *renewed)
        tls->set(std::move(context));
    if (!config_) { // the start
        config_ = config;
        pauses_.start();
    }
    auto pending = std::make_unique<Pending>(io_);
    pending->config = std::move(config);
    pending->applied = std::move(applied);
    pending->el = std::move(*el);
    pending->cl = std::move(*cl);
    auto ends = Clock::now() + config_->global.health_check_timeout;
    for (const auto* watches : {&pending->el, &pending->cl}) {
        for (const auto& watch : *watches) {
            if (watch->layer) continue;
            const auto& layer = watch->node->layer == Layer::el ? *el_ : *cl_;
            watch->predecessor = predecessor(layer, *watch);
            pending->candidates.push_back(watch);
        }
    }
    const auto before = std::exchange(pending_, std::move(pending));
    if (before) {
        ends = std::min(ends, before->timer.expiry()); // a later file does not put it off for ever
        for (const auto& watch : before->candidates) {
            if (!contains(pending_->candidates, watch)) retire(watch);
        }
        log::info("configuration read again before it took effect: the later one counts");
    }
    for (const auto& watch : pending_->candidates) {
        if (!std::exchange(watch->started, true)) start(watch);
    }
    if (!not_ready(*el_).empty() || !not_ready(*cl_).empty())
        log::info("new configuration: its nodes are checked before it takes effect");
    pending_->timer.expires_at(ends);
    pending_->timer.async_wait([this, waited = pending_.get()](net::error_code ec) {
        if (!ec && pending_.get() == waited) take_effect();
    });
    try_to_take_effect();
    return {};
}

bool Monitor::contains(const Watches& watches, const WatchPtr& watch) {
    return std::find(watches.begin(), watches.end(), watch) != watches.end();
}

/// Whose place the node takes: the one of its name, or the one that only had another name.
Monitor::WatchPtr Monitor::predecessor(const LayerState& layer, const Watch& watch) {
    const auto find = [&](auto suits) {
        const auto found = std::find_if(layer.watches.begin(), layer.watches.end(), suits);
        return found == layer.watches.end() ? nullptr : *found;
    };
    if (auto same_name = find([&](const WatchPtr& old) { return old->node->name == watch.node->name; }))
        return same_name;
    auto renamed = watch.config;
    return find([&](const WatchPtr& old) {
        renamed.name = old->node->name;
        return old->config == renamed;
    });
}

/// What is known of the nodes of a layer once the waiting configuration is in force. Who comes new and has
/// been checked well goes on where the node was whose place it takes.
LayerFitness Monitor::fitness_to_be(const LayerState& layer) const {
    const auto& watches = layer.layer == Layer::el ? pending_->el : pending_->cl;
    const auto is_good = [](const Watch& watch) {
        return watch.first_check && watch.first_check->outcome == CheckResult::Outcome::answered;
    };
    std::vector<NodeFitness> nodes;
    for (const auto& watch : watches) {
        const auto& known = watch->layer ? watch : watch->predecessor;
        const bool goes_on = known && known->layer && (watch->layer || is_good(*watch));
        nodes.push_back(goes_on ? layer.fitness.nodes()[known->index] : NodeFitness{});
        nodes.back().tier = watch->node->tier;
        if (!watch->layer) nodes.back().holds.clear(); // of the old one's connections
    }
    const auto now = Clock::now();
    auto fitness = layer.fitness;
    fitness.replace(std::move(nodes), limits_of(pending_->config->global, layer.layer), now);
    for (std::size_t i = 0; i < watches.size(); ++i) {
        if (!watches[i]->layer && watches[i]->first_check) fitness.checked(i, *watches[i]->first_check, now);
    }
    return fitness;
}

/// Why the layer's nodes are not ready to take over; empty: they are.
std::string Monitor::not_ready(const LayerState& layer) const {
    const auto& watches = layer.layer == Layer::el ? pending_->el : pending_->cl;
    const bool nothing_goes = std::all_of(layer.watches.begin(), layer.watches.end(),
                                          [&](const WatchPtr& old) { return contains(watches, old); });
    if (nothing_goes) return {}; // whoever is added may as well be checked in service
    const auto fitness = fitness_to_be(layer);
    std::string missing;
    for (std::size_t i = 0; i < watches.size(); ++i) {
        const auto& watch = *watches[i];
        if (watch.layer) continue;
        const auto& node = fitness.nodes()[i];
        const auto& old = watch.predecessor;
        // There is nothing to lose where the old node does not serve either.
        const bool idle = old && old->layer && !layer.fitness.nodes()[old->index].in_service();
        if (!node.in_service() && !(idle && watch.first_check))
            missing += (missing.empty() ? "" : "; ") + watch.node->name + ": " + words(node.reason);
        else if (watch.follower && old && old->gate->is_open && !watch.gate->said() &&
                 Clock::now() < watch.good_since + patience_with_link)
            missing += (missing.empty() ? "" : "; ") + watch.node->name + ": no WebSocket yet";
    }
    return missing;
}

void Monitor::try_to_take_effect() {
    if (!pending_) return;
    if (not_ready(*el_).empty() && not_ready(*cl_).empty()) take_effect();
}

void Monitor::take_effect() {
    auto missing = not_ready(*el_);
    if (auto of_cl = not_ready(*cl_); !of_cl.empty()) missing += (missing.empty() ? "" : "; ") + of_cl;
    auto el = fitness_to_be(*el_), cl = fitness_to_be(*cl_);
    const auto pending = std::exchange(pending_, nullptr);
    pending->timer.cancel();
    config_ = pending->config;
    const auto gone_el = replace(*el_, std::move(pending->el), std::move(el));
    const auto gone_cl = replace(*cl_, std::move(pending->cl), std::move(cl));
    record_changes(*el_);
    record_changes(*cl_);
    open_gates(*el_); // before the feeds hear that the old nodes are gone
    publish();
    for (const auto* gone : {&gone_el, &gone_cl}) {
        for (const auto& watch : *gone)
            retire(watch, lingers);
    }
    if (pending->applied) pending->applied(missing);
}

/// Gives the layer its new nodes, and those that it has no more.
Monitor::Watches Monitor::replace(LayerState& layer, Watches watches, LayerFitness fitness) {
    Watches gone;
    for (const auto& old : layer.watches) {
        if (!contains(watches, old)) gone.push_back(old);
    }
    for (std::size_t i = 0; i < watches.size(); ++i) {
        auto& watch = *watches[i];
        watch.index = i;
        watch.http_host->set_limits(config_->global);
        if (watch.follower) {
            watch.ws_host->set_limits(config_->global);
            watch.follower->set_limits(link_limits(config_->global));
        }
        if (watch.layer) continue;
        watch.layer = &layer;
        if (const auto old = std::exchange(watch.predecessor, nullptr)) {
            watch.logged = old->logged; // what the log says of the name goes on
            watch.logged_reason = old->logged_reason;
            watch.last_change = old->last_change;
        }
    }
    layer.watches = std::move(watches);
    layer.fitness = std::move(fitness);
    return gone;
}

void Monitor::start(const WatchPtr& watch) {
    watch->addresses = watch->http_host->get();
    watch->http_host->start([this, watch] { moved(watch); });
    asio::co_spawn(io_, check_loop(watch), asio::detached);
    if (!watch->follower) return;
    watch->follower->set_addresses(watch->ws_host->get());
    watch->ws_host->start([watch] { watch->follower->set_addresses(watch->ws_host->get()); });
    watch->follower->on_unreachable([host = watch->ws_host] { host->ask_again(); });
    watch->follower->start();
}

/// Its WebSocket goes on for a while.
void Monitor::retire(const WatchPtr& watch, std::chrono::milliseconds lingering) {
    watch->retired = true;
    watch->wake.cancel();
    watch->http_host->stop();
    watch->overdue.clear();
    watch->between_looks.cancel();
    watch->pool->close_all();
    watch->fresh->close_all();
    if (!watch->follower) return;
    watch->ws_host->stop();
    if (!watch->gate->is_open || lingering.count() == 0) {
        end_link(watch);
        return;
    }
    leaving_.push_back(watch);
    watch->wake.expires_after(lingering);
    watch->wake.async_wait([this, watch](net::error_code) {
        if (std::erase(leaving_, watch) > 0) end_link(watch);
    });
}

void Monitor::end_link(const WatchPtr& watch) {
    watch->follower->stop();
    // Nobody finds it by its id any more: the feeds are told from here.
    if (std::exchange(watch->gate->is_open, false) && sink_)
        sink_->link_down(watch->node->id, "the configuration has it no more");
    watch->gate->link_down();
}

} // namespace weir::nodes
