#include "nodes/monitor.hpp"

#include "log/log.hpp"
#include "net/base64.hpp"
#include "net/tls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace weir::nodes {

using boost::system::result;
using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr std::chrono::seconds resolve_interval{30};
constexpr std::chrono::seconds resolve_retry_interval{2};

metrics::ChangeReason reason_class(const NodeFitness& node) {
    const auto says = [&](std::string_view words) { return node.reason.find(words) != std::string::npos; };
    if (node.fit()) return metrics::ChangeReason::became_fit;
    if (says("refused")) return metrics::ChangeReason::refused;
    if (says("requests in a row")) return metrics::ChangeReason::traffic;
    if (!node.check_ok) return metrics::ChangeReason::check_failed;
    if (says("lag ")) return metrics::ChangeReason::lag;
    if (says("wrong chain")) return metrics::ChangeReason::wrong_chain;
    if (says("syncing")) return metrics::ChangeReason::syncing;
    if (says("suspect")) return metrics::ChangeReason::suspect;
    return metrics::ChangeReason::other;
}

upstream::Addresses literal_address(const net::Url& url) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(url.host, ec);
    if (ec) return nullptr;
    return std::make_shared<const std::vector<net::tcp::endpoint>>(1, net::tcp::endpoint(address, url.port));
}

} // namespace

/// One node under watch.
struct Monitor::Watch {
    Watch(net::IoContext& io) : wake(io), resolver(io), resolve_wake(io) {}

    std::shared_ptr<const Node> node;
    config::NodeConfig config;
    std::shared_ptr<upstream::Pool> pool;
    metrics::NodeMetrics unused_metrics; ///< health checks are not traffic
    metrics::Gauge unused_waiters;
    upstream::Addresses addresses;
    Acquaintance acquaintance;
    net::Timer wake;
    asio::ip::basic_resolver<net::tcp, net::Executor> resolver;
    net::Timer resolve_wake;
    LayerState* layer = nullptr;
    std::size_t index = 0; ///< in its layer; valid while watched
    bool retired = false;
    NodeFitness::State logged = NodeFitness::State::untested;
    std::chrono::system_clock::time_point last_change = std::chrono::system_clock::now();
};

struct Monitor::LayerState {
    Layer layer = Layer::el;
    std::vector<std::shared_ptr<Watch>> watches;
    LayerFitness fitness{{}, {}};
};

Monitor::Monitor(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics, Publish publish)
    : io_(io)
    , wheel_(wheel)
    , metrics_(metrics)
    , publish_(std::move(publish))
    , el_(std::make_unique<LayerState>())
    , cl_(std::make_unique<LayerState>()) {
    cl_->layer = Layer::cl;
}

Monitor::~Monitor() = default;

result<upstream::Endpoint, std::string> make_endpoint(const net::Url& url, const config::NodeConfig& node) {
    upstream::Endpoint endpoint;
    endpoint.url = url;
    endpoint.host_header = url.host_header();
    endpoint.headers = node.headers;
    const bool authorized = std::any_of(node.headers.begin(), node.headers.end(), [](const auto& header) {
        return net::same_field_name(header.first, "Authorization");
    });
    if (!url.basic_auth.empty() && !authorized) {
        endpoint.headers.emplace_back("Authorization", "Basic " + net::base64(url.basic_auth));
    }
    endpoint.max_connections = node.max_connections;
    if (url.is_tls()) {
        auto tls = net::make_client_tls(node.ca_file, !node.insecure_skip_verify);
        if (!tls) return "node " + node.name + ": " + tls.error();
        endpoint.tls = *tls;
    }
    return endpoint;
}

result<std::shared_ptr<Monitor::Watch>, std::string> Monitor::make_watch(const config::Config& config, Layer layer,
                                                                         Tier tier, const config::NodeConfig& node) {
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
    auto watch = std::make_shared<Watch>(io_);
    watch->node = described;
    watch->config = node;
    watch->addresses = literal_address(node.http_url);
    // Checks have connections of their own: a pool that traffic has used up must not look like a dead node.
    const upstream::Pool::Settings settings{2, config.global.connect_timeout, config.global.upstream_idle_timeout};
    watch->pool = std::make_shared<upstream::Pool>(io_, wheel_, described->http, settings, watch->unused_metrics,
                                                   watch->unused_waiters);
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
            fitness.emplace_back();
            watch->layer = &layer;
            started.push_back(watch);
        }
    }
    for (const auto& old : layer.watches) {
        if (std::find(watches.begin(), watches.end(), old) == watches.end()) retire(*old);
    }
    for (std::size_t i = 0; i < watches.size(); ++i) watches[i]->index = i;
    layer.watches = std::move(watches);
    layer.fitness = LayerFitness(std::move(fitness), limits);
    for (const auto& watch : started) {
        if (!watch->addresses) asio::co_spawn(io_, resolve_loop(watch), asio::detached);
        asio::co_spawn(io_, check_loop(watch), asio::detached);
    }
}

void Monitor::retire(Watch& watch) {
    watch.retired = true;
    watch.wake.cancel();
    watch.resolve_wake.cancel();
    watch.resolver.cancel();
    watch.pool->close_all();
}

Task<> Monitor::resolve_loop(std::shared_ptr<Watch> watch) {
    const auto& url = watch->node->http.url;
    while (!watch->retired) {
        const std::string port = std::to_string(url.port);
        auto [ec, found] = co_await watch->resolver.async_resolve(url.host, port, use_task);
        if (watch->retired) co_return;
        if (!ec && !found.empty()) {
            auto addresses = std::make_shared<std::vector<net::tcp::endpoint>>();
            for (const auto& entry : found) addresses->push_back(entry.endpoint());
            const bool first = !watch->addresses;
            const bool moved = !first && *watch->addresses != *addresses;
            watch->addresses = std::move(addresses);
            if (first) watch->wake.cancel(); // its check waits for nothing but this
            if (first || moved) publish();
        }
        watch->resolve_wake.expires_after(ec ? resolve_retry_interval : resolve_interval);
        co_await watch->resolve_wake.async_wait(use_task);
    }
}

Task<> Monitor::check_loop(std::shared_ptr<Watch> watch) {
    while (!watch->retired) {
        const auto begin = Clock::now();
        const auto deadline = begin + config_->global.health_check_timeout;
        if (!watch->addresses) {
            watch->wake.expires_at(deadline); // resolve_loop() cuts this short
            co_await watch->wake.async_wait(use_task);
        }
        CheckResult result;
        if (watch->node->layer == Layer::el) {
            result = co_await check_el(*watch->pool, watch->addresses, watch->acquaintance, deadline);
        } else {
            result = co_await check_cl(*watch->pool, watch->addresses, watch->acquaintance, deadline);
        }
        if (watch->retired) co_return;
        const auto now = Clock::now();
        auto& counters = metrics_.nodes[watch->node->id];
        counters.checks.add();
        if (result.outcome != CheckResult::Outcome::answered) counters.failed_checks.add();
        counters.check_duration.observe(now - begin);
        watch->layer->fitness.checked(watch->index, result, now);
        changed(*watch->layer);
        if (watch->retired) co_return; // whoever was told may have had enough
        watch->wake.expires_at(std::max(begin + config_->global.health_check_interval, now));
        co_await watch->wake.async_wait(use_task);
    }
}

void Monitor::witness(std::uint32_t node_id, Evidence evidence) {
    asio::post(io_, [this, node_id, evidence] {
        if (stopped_) return;
        for (auto* layer : {el_.get(), cl_.get()}) {
            for (const auto& watch : layer->watches) {
                if (watch->node->id != node_id) continue;
                const bool was_fit = layer->fitness.nodes()[watch->index].fit();
                layer->fitness.witnessed(watch->index, evidence, Clock::now());
                if (was_fit != layer->fitness.nodes()[watch->index].fit()) changed(*layer);
                return;
            }
        }
    });
}

void Monitor::changed(LayerState& layer) {
    record_changes(layer);
    publish();
}

void Monitor::record_changes(LayerState& layer) {
    for (const auto& watch : layer.watches) {
        const auto& fitness = layer.fitness.nodes()[watch->index];
        if (fitness.state == watch->logged) continue;
        watch->logged = fitness.state;
        watch->last_change = std::chrono::system_clock::now();
        metrics_.nodes[watch->node->id].changes[static_cast<std::size_t>(reason_class(fitness))].add();
        const auto head = fitness.head ? std::to_string(*fitness.head) : "unknown";
        if (fitness.fit()) {
            log::info("node became fit", {{"layer", std::string(chain::to_string(layer.layer))},
                                          {"node", watch->node->name},
                                          {"head", head}});
        } else {
            log::warn("node became unfit", {{"layer", std::string(chain::to_string(layer.layer))},
                                            {"node", watch->node->name},
                                            {"reason", fitness.reason},
                                            {"head", head}});
        }
    }
}

LayerView Monitor::view(const LayerState& layer) const {
    LayerView view;
    view.head = layer.fitness.head();
    bool primary_fit = false, backup_fit = false, primaries_checked = true;
    for (const auto& watch : layer.watches) {
        const auto& fitness = layer.fitness.nodes()[watch->index];
        NodeStatus status;
        status.node = watch->node;
        status.addresses = watch->addresses;
        status.checked = fitness.state != NodeFitness::State::untested;
        status.fit = fitness.fit();
        status.chain_id = fitness.chain_id;
        status.check_ok = fitness.check_ok;
        status.reachable = fitness.reachable;
        status.serves_while_syncing = fitness.serves_while_syncing;
        status.reason = fitness.reason;
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
        log::warn(failover_ ? "no primary is fit: backups serve" : "primaries serve again", {{"layer", "el"}});
    }
    publish_(std::move(snapshot));
}

void Monitor::stop() {
    stopped_ = true;
    for (auto* layer : {el_.get(), cl_.get()}) {
        for (const auto& watch : layer->watches) retire(*watch);
    }
}

} // namespace weir::nodes
