#include "server/server.hpp"

#include "config/listen.hpp"
#include "feeds/hub.hpp"
#include "log/log.hpp"
#include "nodes/monitor.hpp"
#include "server/descriptors.hpp"
#include "server/listen.hpp"
#include "server/memory.hpp"
#include "server/worker.hpp"

#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <tuple>

namespace weir::server {

namespace asio = net::asio;

namespace {

/// Something else has changed than what each request is held against anew.
bool needs_restart(const config::Config& running, const config::Config& wanted) {
    auto server = wanted.server;
    server.hosts = running.server.hosts;
    server.origins = running.server.origins;
    server.allow_namespaces = running.server.allow_namespaces;
    if (!server.tls_cert.empty() && !running.server.tls_cert.empty()) { // another file, or a renewed one
        server.tls_cert = running.server.tls_cert;
        server.tls_key = running.server.tls_key;
    }
    auto admin = wanted.admin;
    admin.token = running.admin.token;
    return server != running.server || admin != running.admin || wanted.metrics != running.metrics;
}

class Server final : public forward::EvidenceSink, public el::FilterPort {
  public:
    Server(const config::Config& config, const Reload& reload)
        : config_(std::make_shared<const config::Config>(config))
        , reload_(reload)
        , hub_(control_, wheel_, *control_metrics_, config.server.workers,
               [this](std::size_t worker, auto action) { workers_[worker]->post(std::move(action)); })
        , monitor_(control_, wheel_, *control_metrics_, common_.seen_heads,
                   [this](auto snapshot) { publish(std::move(snapshot)); }) {}

    int run() {
        share_descriptors_out(*config_);
        monitor_.set_head_sink(hub_);
        if (!make_workers()) return exit_bad_configuration;
        if (!listen()) return exit_cannot_start;
        monitor_.set_head_sink(hub_);
        if (const auto applied = monitor_.apply(config_); !applied) {
            log::error("cannot start", {{"reason", applied.error()}});
            return exit_bad_configuration;
        }
        for (auto& worker : workers_)
            worker->start();
        started_ = true;
        memory_.start();
        wait_for_signal();
        control_.run();
        for (auto& worker : workers_)
            worker->join();
        log::info("weir stopped");
        return exit_clean;
    }

    bool post(std::size_t worker, std::function<void(el::Filters&)> action) override {
        if (worker >= workers_.size()) return false;
        workers_[worker]->post_to_filters(std::move(action));
        return true;
    }
    void witness(std::uint32_t node_id, nodes::Evidence evidence) override {
        monitor_.witness(node_id, evidence);
    }
    void in_trouble(std::uint32_t node_id, std::string words) override {
        monitor_.in_trouble(node_id, std::move(words));
    }

  private:
    bool make_workers() {
        const auto& server = config_->server;
        WorkerSettings settings;
        settings.limits = {server.max_header_bytes, server.header_timeout, server.body_timeout,
                           server.send_timeout, server.idle_timeout};
        settings.workers = server.workers;
        settings.max_buffered_bytes = server.max_buffered_bytes;
        settings.max_filter_bytes = server.max_filter_bytes;
        settings.layout = {.admin_apart = config_->admin.listen_port.has_value(),
                           .metrics_apart = config_->metrics.port.has_value(),
                           .metrics = config_->metrics.enabled};
        if (!server.tls_cert.empty()) {
            auto tls = net::make_server_tls(server.tls_cert, server.tls_key);
            if (!tls) {
                log::error("cannot start", {{"reason", tls.error()}});
                return false;
            }
            take_certificate(std::move(*tls));
            settings.tls = tls_;
        }
        view_.control = control_metrics_.get();
        for (std::size_t i = 0; i < server.workers; ++i) {
            metrics_.push_back(std::make_unique<metrics::WorkerMetrics>());
            view_.workers.push_back(metrics_.back().get());
            workers_.push_back(
                std::make_unique<Worker>(i, settings, *metrics_.back(), *this, hub_, *this, common_));
        }
        for (auto& worker : workers_)
            worker->set_admin_view(view_);
        return true;
    }

    /// What the system grants, shared out anew: at the start, and when the nodes have become others.
    void share_descriptors_out(config::Config config) {
        config.server = config_->server; // a reload takes in the nodes alone
        config.admin = config_->admin;
        config.metrics = config_->metrics;
        // Each address may be two sockets.
        const auto listeners = 2 * config_->server.listen.size();
        const auto needed = share_descriptors(0, config, listeners).needed;
        const auto limit = raise_descriptor_limit(needed);
        const auto shares = share_descriptors(limit, config, listeners);
        const auto workers = config_->server.workers;
        auto& places = common_.places;
        places.clients = std::max<std::size_t>(1, shares.clients / workers);
        places.own = std::max<std::size_t>(1, shares.own); // those are one worker's
        places.spare = std::max<std::size_t>(1, shares.spare / workers);
        places.by_descriptors = shares.clients < config_->server.max_connections;
        common_.node_connections.set_limit(static_cast<std::int64_t>(shares.nodes));
        control_metrics_->descriptor_limit.set(static_cast<std::int64_t>(limit));
        control_metrics_->descriptors_for_clients.set(static_cast<std::int64_t>(shares.clients));
        control_metrics_->descriptors_for_nodes.set(static_cast<std::int64_t>(shares.nodes));
        const std::array<std::uint64_t, 4> numbers{limit, needed, shares.clients, shares.nodes};
        if (std::exchange(told_descriptors_, numbers) == numbers || limit >= needed) return; // known already
        log::warn("fewer file descriptors than this configuration can use; clients and nodes share them",
                  {{"limit", std::to_string(limit)},
                   {"usable", std::to_string(needed)},
                   {"clients", std::to_string(shares.clients)},
                   {"nodes", std::to_string(shares.nodes)}});
    }

    /// Opens the sockets of one address, each `count` times, for as many workers.
    bool open(const config::ListenAddress& where, std::size_t count, Purpose purpose, bool tls,
              std::string_view what) {
        const auto& listens = config_->server.listen;
        const bool ipv6_alone = purpose == Purpose::clients && config::is_ipv6_alone(where, listens);
        const auto opened = listen_on(where, count, ipv6_alone);
        if (!opened) {
            log::error("cannot start", {{"reason", opened.error()}});
            return false;
        }
        for (const auto& listening : *opened) {
            const auto& address = listening.address;
            const bool loopback = is_loopback(address.address());
            const Door door{where.host == "*" ? std::string() : where.host, loopback,
                            tls && (purpose == Purpose::clients || !loopback)};
            for (std::size_t i = 0; i < count; ++i)
                workers_[i]->listen(listening.descriptors[i], listening.ipv6, purpose, door);
            log::info(what, {{"address", text_of(address)},
                             {"tls", door.tls ? "yes" : "no"},
                             {"workers", std::to_string(count)},
                             {"version", WEIR_VERSION}});
            reachable_ = reachable_ || (purpose == Purpose::clients && !loopback);
        }
        return true;
    }

    bool listen() {
        const auto& [server, admin, metrics] = std::tie(config_->server, config_->admin, config_->metrics);
        const bool tls = !server.tls_cert.empty();
        // The clients' last: whoever reads that line in the log finds all others open.
        if (metrics.enabled && metrics.port) {
            const auto& host = metrics.host.empty() ? server.listen.front().host : metrics.host;
            if (!open({host, *metrics.port}, 1, Purpose::metrics, false, "metrics on a port of their own"))
                return false;
        }
        if (admin.listen_port && !open({admin.listen_host, *admin.listen_port}, 1, Purpose::admin, tls,
                                       "admin pages on an address of their own"))
            return false;
        for (const auto& address : server.listen) {
            if (!open(address, workers_.size(), Purpose::clients, tls, "weir listens")) return false;
        }
        if (reachable_ && !admin.listen_port && admin.token.empty())
            log::warn(
                "every client can read /status, /metrics and /ready; [admin] listen moves them elsewhere");
        return true;
    }

    void publish(const std::shared_ptr<const nodes::Snapshot>& snapshot) {
        hub_.adopt(snapshot);
        for (auto& worker : workers_) {
            if (started_)
                worker->adopt(snapshot);
            else
                worker->adopt_now(snapshot);
        }
    }

    void wait_for_signal() {
        signals_.async_wait([this](net::error_code ec, int signal) {
            if (ec) return;
            if (signal == SIGHUP) {
                reload();
                wait_for_signal();
            } else {
                stop(signal);
            }
        });
    }

    void reload() {
        auto reading = reload_();
        for (const auto& mistake : reading.mistakes) {
            log::error("configuration not reloaded", {{"mistake", config::to_string(mistake)}});
        }
        if (!reading.mistakes.empty()) {
            control_metrics_->failed_reloads.add();
            return;
        }
        if (needs_restart(*config_, reading.config)) {
            log::warn(
                "changes of [server], [admin] and [metrics] take effect after a restart, but for hosts, "
                "origins, allow_namespaces and token");
        }
        auto config = std::make_shared<const config::Config>(std::move(reading.config));
        const auto refuse = [&](const std::string& mistake) {
            control_metrics_->failed_reloads.add();
            log::error("configuration not reloaded", {{"mistake", mistake}});
        };
        net::TlsContext certificate;
        if (const auto& server = config->server; tls_ && !server.tls_cert.empty()) {
            auto renewed = net::make_server_tls(server.tls_cert, server.tls_key);
            if (!renewed) return refuse(renewed.error());
            certificate = std::move(*renewed);
        }
        const auto took_effect = [this](const std::string& missing) {
            control_metrics_->reloads.add();
            if (missing.empty())
                log::info("configuration reloaded");
            else
                log::warn("configuration reloaded", {{"not in service yet", missing}});
        };
        if (const auto applied = monitor_.apply(config, took_effect); !applied)
            return refuse(applied.error());
        if (certificate) take_certificate(std::move(certificate));
        share_descriptors_out(*config);
    }

    /// For the handshakes from now on; connections that there are keep theirs.
    void take_certificate(net::TlsContext context) {
        control_metrics_->certificate_expiry.set(
            std::chrono::system_clock::to_time_t(net::expiry_of(*context)));
        if (tls_)
            tls_->set(std::move(context));
        else
            tls_ = std::make_shared<net::RenewableTls>(std::move(context));
    }

    void stop(int signal) {
        log::info("weir is stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
        hub_.stop(); // first: it need not hear of every link's end
        monitor_.stop();
        wheel_.stop();
        memory_.stop();
        for (auto& worker : workers_)
            worker->drain(config_->server.shutdown_grace);
    }

    std::shared_ptr<const config::Config> config_; ///< the one weir was started with
    const Reload& reload_;
    std::unique_ptr<metrics::ControlMetrics> control_metrics_ = std::make_unique<metrics::ControlMetrics>();
    std::vector<std::unique_ptr<metrics::WorkerMetrics>> metrics_;
    admin::View view_;
    std::shared_ptr<net::RenewableTls> tls_; ///< null: weir serves plain HTTP
    net::IoContext control_;
    net::DeadlineWheel wheel_{control_};
    asio::basic_signal_set<net::Executor> signals_{control_, SIGINT, SIGTERM, SIGHUP};
    Common common_;
    std::vector<std::unique_ptr<Worker>> workers_;
    feeds::Hub hub_;
    nodes::Monitor monitor_;
    MemoryKeeper memory_{control_};
    std::array<std::uint64_t, 4> told_descriptors_{}; ///< the log has said these of them
    bool started_ = false;
    bool reachable_ = false; ///< clients of other machines can come in
};

/// Those that would end the program and have no meaning here. SIGPIPE: a write to who has gone says so
/// itself.
void ignore_signals() {
    for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXFSZ})
        std::signal(signal, SIG_IGN);
}

} // namespace

int run(const config::Config& config, const Reload& reload) {
    ignore_signals();
    return Server(config, reload).run();
}

} // namespace weir::server
