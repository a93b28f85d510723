#include "nodes/monitor.hpp"

#include "log/log.hpp"
#include "nodes/make_endpoint.hpp"
#include "nodes/watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace weir::nodes {

using boost::system::result;
using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr std::chrono::seconds between_words{1};         ///< of the log on one node that stays unfit
constexpr std::chrono::milliseconds between_missed{250}; ///< while nobody of its layer is in service
constexpr std::chrono::milliseconds between_hurried{50}; ///< checks of a node of which something is amiss

upstream::LinkLimits link_limits(const config::Global& global) {
    upstream::LinkLimits limits;
    limits.connect_timeout = global.connect_timeout;
    limits.ping_interval = global.ws_ping_interval;
    limits.max_message_bytes = global.upstream_max_message_bytes;
    return limits;
}

} // namespace

Monitor::Monitor(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics,
                 SeenHeads& seen_heads, Publish publish)
    : io_(io)
    , wheel_(wheel)
    , metrics_(metrics)
    , seen_heads_(seen_heads)
    , publish_(std::move(publish))
    , el_(std::make_unique<LayerState>(io))
    , cl_(std::make_unique<LayerState>(io)) {
    cl_->layer = Layer::cl;
}

Monitor::~Monitor() = default;

result<std::shared_ptr<Monitor::Watch>, std::string>
Monitor::make_watch(const config::Config& config, Layer layer, Tier tier, const config::NodeConfig& node) {
    if (next_id_ >= max_node_ids) return "too many different nodes since the start: restart weir";
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
    described->id = next_id_++;
    auto watch = std::make_shared<Watch>(*this, io_, wheel_);
    watch->node = described;
    watch->config = node;
    watch->http_host = std::make_shared<HostAddresses>(io_, node.http_url);
    // Checks have connections of their own: a pool that traffic has used up must not look like a dead node.
    const upstream::Pool::Settings settings{2, config.global.connect_timeout,
                                            config.global.upstream_idle_timeout};
    watch->pool = std::make_shared<upstream::Pool>(io_, wheel_, described->http, settings,
                                                   watch->unused_metrics, watch->unused_waiters);
    auto keeps_none = settings;
    keeps_none.idle_timeout = net::milliseconds(0);
    watch->fresh = std::make_shared<upstream::Pool>(io_, wheel_, described->http, keeps_none,
                                                    watch->unused_metrics, watch->unused_waiters);
    if (described->ws && layer == Layer::el) {
        watch->ws_host = std::make_shared<HostAddresses>(io_, *node.ws_url);
        HeadSink& self = *this; // private to this class, not to make_shared
        watch->follower = std::make_shared<Follower>(io_, wheel_, metrics_, described, self);
    }
    return watch;
}

result<std::vector<std::shared_ptr<Monitor::Watch>>, std::string>
Monitor::make_watches(const config::Config& config, Layer layer, const LayerState& old) {
    std::vector<std::shared_ptr<Watch>> watches;
    const auto add = [&](Tier tier, const config::NodeConfig& node) -> result<void, std::string> {
        const auto same = std::find_if(old.watches.begin(), old.watches.end(), [&](const auto& watch) {
            return watch->config == node && watch->node->tier == tier;
        });
        if (same != old.watches.end()) {
            watches.push_back(*same);
            return {};
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

result<void, std::string> Monitor::apply(std::shared_ptr<const config::Config> config) {
    auto el = make_watches(*config, Layer::el, *el_);
    if (!el) return el.error();
    auto cl = make_watches(*config, Layer::cl, *cl_);
    if (!cl) return cl.error();
    config_ = std::move(config);
    const auto& global = config_->global;
    replace(*el_, std::move(*el),
            {global.max_el_lag_blocks, global.health_check_max_failures, global.health_check_min_successes,
             global.chain_id});
    replace(*cl_, std::move(*cl),
            {global.max_cl_lag_slots, global.health_check_max_failures, global.health_check_min_successes,
             std::nullopt});
    record_changes(*el_);
    record_changes(*cl_);
    publish();
    return {};
}

void Monitor::replace(LayerState& layer, std::vector<std::shared_ptr<Watch>> watches, FitnessLimits limits) {
    std::vector<NodeFitness> fitness;
    std::vector<std::shared_ptr<Watch>> started;
    for (std::size_t i = 0; i < watches.size(); ++i) {
        auto& watch = watches[i];
        if (watch->layer) {
            fitness.push_back(layer.fitness.nodes()[watch->index]);
        } else {
            fitness.emplace_back().tier = watch->node->tier;
            watch->layer = &layer;
            started.push_back(watch);
        }
    }
    for (const auto& old : layer.watches) {
        if (std::find(watches.begin(), watches.end(), old) == watches.end()) retire(*old);
    }
    for (std::size_t i = 0; i < watches.size(); ++i)
        watches[i]->index = i;
    layer.watches = std::move(watches);
    layer.fitness.replace(std::move(fitness), limits, Clock::now());
    for (const auto& watch : layer.watches) {
        if (watch->follower) watch->follower->set_limits(link_limits(config_->global));
    }
    for (const auto& watch : started)
        start(watch);
}

void Monitor::start(const std::shared_ptr<Watch>& watch) {
    watch->http_host->start([this, watch] {
        watch->wake.cancel(); // its check waits for nothing but this, or should see who is there now
        publish();
    });
    asio::co_spawn(io_, check_loop(watch), asio::detached);
    if (!watch->follower) return;
    watch->follower->set_addresses(watch->ws_host->get());
    watch->ws_host->start([watch] { watch->follower->set_addresses(watch->ws_host->get()); });
    watch->follower->start();
}

void Monitor::retire(Watch& watch) {
    watch.retired = true;
    watch.wake.cancel();
    watch.http_host->stop();
    watch.overdue.clear();
    watch.between_looks.cancel();
    watch.pool->close_all();
    watch.fresh->close_all();
    if (!watch.follower) return;
    watch.ws_host->stop();
    watch.follower->stop();
}

Task<> Monitor::check_loop(std::shared_ptr<Watch> watch) {
    while (!watch->retired) {
        const auto begin = Clock::now();
        const auto deadline = begin + config_->global.health_check_timeout;
        const bool hurried = std::exchange(watch->hurry, false);
        if (!watch->http_host->get()) {
            watch->wake.expires_at(deadline); // its address cuts this short
            co_await watch->wake.async_wait(use_task);
        }
        watch->asked_at = Clock::now();
        watch->had_last_chance = false;
        watch->overdue.set(watch->vigil.patience());
        CheckResult result;
        if (watch->node->layer == Layer::el) {
            result = co_await check_el(*watch->pool, watch->http_host->get(), watch->acquaintance, deadline);
        } else {
            result = co_await check_cl(*watch->pool, watch->http_host->get(), watch->acquaintance, deadline);
        }
        if (watch->retired) co_return;
        if (result.outcome == CheckResult::Outcome::refused && co_await was_chance(*watch, result)) {
            watch->wake.expires_after(between_hurried);
            co_await watch->wake.async_wait(use_task);
            continue;
        }
        if (watch->retired) co_return;
        result.asked_at = begin;
        const auto now = Clock::now();
        auto& counters = metrics_.nodes[watch->node->id];
        counters.checks.add();
        if (result.outcome != CheckResult::Outcome::answered) counters.failed_checks.add();
        counters.check_duration.observe(now - begin);
        watch->layer->fitness.checked(watch->index, result, now);
        heard_by_check(*watch, result, begin, now);
        if (result.network.known()) watch->gate->ask_again();
        if (result.head && watch->node->layer == Layer::el) note_head(*watch, *result.head);
        changed(*watch->layer);
        if (watch->retired) co_return; // whoever was told may have had enough
        if (watch->hurry) continue;
        // A process that ends loses its sockets one by one: what the first check after that met may not be
        // the last word.
        watch->hurry = hurried && result.outcome != CheckResult::Outcome::answered &&
                       watch->layer->fitness.nodes()[watch->index].fit();
        const bool soon = watch->hurry || watch->vigil.is_to_prove_itself_soon();
        auto next = soon ? now + between_hurried : begin + config_->global.health_check_interval;
        if (nobody_is_there(*watch->layer)) next = std::min<Clock::time_point>(next, now + between_missed);
        watch->wake.expires_at(std::max(next, now));
        co_await watch->wake.async_wait(use_task);
    }
}

void Monitor::note_head(Watch& watch, std::uint64_t head) {
    const auto told = seen_heads_.told_by(watch.node->id);
    if (told > head && told > watch.checked_head) seen_heads_.went_back(watch.node->id, head);
    watch.checked_head = head;
    seen_heads_.layer_is_at(watch.layer->fitness.head(), Clock::now());
}

Monitor::Watch* Monitor::find(std::uint32_t node_id) {
    for (auto* layer : {el_.get(), cl_.get()}) {
        for (const auto& watch : layer->watches) {
            if (watch->node->id == node_id && !watch->retired) return watch.get();
        }
    }
    return nullptr;
}

void Monitor::changed(LayerState& layer) {
    watch_heads(layer, Clock::now());
    record_changes(layer);
    publish();
    open_gates(layer);
}

void Monitor::record_changes(LayerState& layer) {
    record_network(layer);
    for (const auto& watch : layer.watches)
        record_change(*watch);
}

/// One line for each change of a node's standing. Of a reason that changes while the node is out, not more
/// than one a second.
void Monitor::record_change(Watch& watch) {
    using State = NodeFitness::State;
    const auto& fitness = watch.layer->fitness.nodes()[watch.index];
    const bool same_state = fitness.state == watch.logged;
    const auto now = Clock::now();
    if (same_state && (fitness.state != State::unfit || fitness.reason.same_matter(watch.logged_reason) ||
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
        say(log::Level::info, "node is still unfit");
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
    bool primary_fit = false, backup_fit = false, primaries_checked = true;
    for (const auto& watch : layer.watches) {
        const auto& fitness = layer.fitness.nodes()[watch->index];
        NodeStatus status;
        status.node = watch->node;
        status.addresses = watch->http_host->get();
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
        status.head = fitness.head;
        status.lag = fitness.lag;
        status.consecutive_failures = fitness.consecutive_failures;
        status.latency = fitness.latency;
        status.client_version = fitness.client_version;
        status.last_change = watch->last_change;
        const bool primary = watch->node->tier == Tier::primary;
        (primary ? primary_fit : backup_fit) |= status.fit;
        primaries_checked &= !primary || status.checked;
        view.nodes.push_back(std::move(status));
    }
    // At the start a backup's first check may end before a primary's: nothing has failed over then.
    view.failover_active = layer.layer == Layer::el && backup_fit && !primary_fit && primaries_checked;
    return view;
}

void Monitor::publish() {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->version = ++version_;
    snapshot->config = config_;
    snapshot->el = view(*el_);
    snapshot->cl = view(*cl_);
    if (snapshot->el.failover_active != failover_) {
        failover_ = snapshot->el.failover_active;
        if (failover_) metrics_.failovers.add();
        log::warn(failover_ ? "no primary is fit: backups serve" : "primaries serve again",
                  {{"layer", "el"}});
    }
    publish_(std::move(snapshot));
}

void Monitor::stop() {
    for (auto* layer : {el_.get(), cl_.get()}) {
        for (const auto& watch : layer->watches)
            retire(*watch);
        layer->patience.cancel();
    }
}

} // namespace weir::nodes
