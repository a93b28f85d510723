// GET /metrics: every worker's counters added up, in Prometheus' text format.
#include "admin/families.hpp"
#include "admin/process.hpp"
#include "admin/sums.hpp"
#include "admin/view.hpp"
#include "admin/websocket_metrics.hpp"
#include "chain/error_class.hpp"
#include "chain/methods.hpp"
#include "log/log.hpp"

#include <prometheus/text_serializer.h>

#include <array>

namespace weir::admin {

namespace {

using nodes::LayerView;
using nodes::NodeStatus;
using weir::metrics::ChangeReason;
using weir::metrics::NodeMetrics;
using weir::metrics::Refused;
using weir::metrics::RetryReason;
using weir::metrics::TurnedAway;
using weir::metrics::WorkerMetrics;

constexpr std::array<std::string_view, static_cast<std::size_t>(RetryReason::count)> retry_names{
    "connect_refused", "connect_failed", "reset",    "timed_out",    "bad_answer", "no_connection",
    "http_429",        "http_4xx",       "http_5xx", "missing_data", "not_ready",  "rate_limit",
    "no_method",       "not_allowed",    "internal", "null_result",  "not_found",  "behind",
    "wrong_id",        "trouble",        "hedge",    "other"};
constexpr std::array<std::string_view, static_cast<std::size_t>(ChangeReason::count)> change_names{
    "fit",           "lag",    "check_failed", "refused",    "wrong_chain",  "syncing", "suspect",
    "minority_fork", "health", "traffic",      "recovering", "rate_limited", "silent",  "other"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Refused::count)> refused_names{
    "host", "origin", "method", "token", "page", "namespace"};
constexpr std::array<std::string_view, static_cast<std::size_t>(TurnedAway::count)> turned_away_names{
    "limit", "descriptors", "accept"};
constexpr std::array<std::string_view, 6> status_names{"cut_off", "1xx", "2xx", "3xx", "4xx", "5xx"};

Labels labels_of(const NodeStatus& node) {
    Labels labels{{"node", node.node->name}};
    if (node.node->layer == nodes::Layer::el)
        labels.push_back({"tier", std::string(to_string(node.node->tier))});
    return labels;
}

class Page {
  public:
    Page(const nodes::Snapshot& snapshot, const View& view)
        : snapshot_(snapshot)
        , view_(view)
        , out_(snapshot.config->metrics.prefix) {}

    std::string text() {
        layer(snapshot_.el, true);
        layer(snapshot_.cl, false);
        el_only();
        clients();
        add_websocket_metrics(out_, snapshot_, view_);
        control();
        process();
        return prometheus::TextSerializer().Serialize(out_.take());
    }

  private:
    template <class Value>
    void per_node(const LayerView& layer, Value value) {
        for (const auto& node : layer.nodes)
            out_.add(value(node), labels_of(node));
    }

    void layer(const LayerView& layer, bool el) {
        const auto name = [&](const char* for_el, const char* for_cl) { return el ? for_el : for_cl; };
        out_.counter(name("el_requests_total", "cl_requests_total"), "Attempts sent to a node.");
        per_node(layer, [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::requests); });
        out_.histogram(name("el_request_duration_seconds", "cl_request_duration_seconds"),
                       "Time of one attempt until its answer was judged.");
        for (const auto& node : layer.nodes) {
            std::vector<const weir::metrics::Histogram*> parts;
            for (const auto id : ids_of(*node.node)) {
                for (const auto* worker : view_.workers)
                    parts.push_back(&worker->nodes[id].duration);
            }
            out_.add(parts, labels_of(node));
        }
        out_.gauge(name("el_node_block_number", "cl_node_slot"), "The node's head.");
        per_node(layer, [](const auto& n) { return static_cast<double>(n.head.value_or(0)); });
        out_.gauge(name("el_node_lag_blocks", "cl_node_lag_slots"),
                   "How far the node is behind the layer's head.");
        per_node(layer, [](const auto& n) { return static_cast<double>(n.lag); });
        out_.gauge(name("el_node_healthy", "cl_node_healthy"), "1 when the node is fit to serve.");
        per_node(layer, [](const auto& n) { return n.fit ? 1.0 : 0.0; });
        out_.gauge(name("el_chain_head", "cl_chain_head"), "The layer's highest believable head.")
            .add(static_cast<double>(layer.head));
        out_.gauge(name("el_node_held_back", "cl_node_held_back"),
                   "1 when the node's answers are right, but it is asked last.");
        per_node(layer, [](const auto& n) { return n.held_back ? 1.0 : 0.0; });
        double fit = 0;
        for (const auto& node : layer.nodes)
            fit += node.fit ? 1 : 0;
        out_.gauge(name("el_healthy_nodes", "cl_healthy_nodes"), "Nodes that are fit to serve.").add(fit);
        out_.gauge(name("el_node_in_flight", "cl_node_in_flight"), "Attempts under way at the node.");
        per_node(layer, [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::in_flight); });
        out_.gauge(name("el_node_connections", "cl_node_connections"), "Open HTTP connections to the node.");
        per_node(layer, [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::connections); });
        out_.counter(name("el_node_sent_bytes_total", "cl_node_sent_bytes_total"), "Bytes sent to the node.");
        per_node(layer, [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::bytes_sent); });
        out_.counter(name("el_node_received_bytes_total", "cl_node_received_bytes_total"),
                     "Bytes received from the node.");
        per_node(layer,
                 [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::bytes_received); });
        out_.counter(name("el_node_unasked_answers_total", "cl_node_unasked_answers_total"),
                     "Connections ended because the node sent bytes that nobody had asked for.");
        per_node(layer,
                 [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::unasked_answers); });
        out_.counter(
            name("el_node_connections_retired_total", "cl_node_connections_retired_total"),
            "Connections to the node that were used no more: it is elsewhere now, or they were old.");
        for (const auto& node : layer.nodes) {
            out_.add(sum_node(view_, *node.node, &NodeMetrics::retired_withdrawn),
                     with(labels_of(node), "reason", "withdrawn"));
            out_.add(sum_node(view_, *node.node, &NodeMetrics::retired_old),
                     with(labels_of(node), "reason", "age"));
        }
        out_.counter(name("el_node_address_changes_total", "cl_node_address_changes_total"),
                     "Times that the node's host name came to stand for other addresses.");
        per_node(layer, [&](const auto& n) {
            return static_cast<double>(view_.control->nodes[n.node->id].address_changes.value());
        });
        out_.counter(name("el_node_tls_handshakes_total", "cl_node_tls_handshakes_total"),
                     "TLS handshakes with the node, by whether they went on from an earlier session.");
        for (const auto& node : layer.nodes) {
            const double resumed = sum_node(view_, *node.node, &NodeMetrics::tls_resumed);
            const double all = sum_node(view_, *node.node, &NodeMetrics::tls_handshakes);
            out_.add(resumed, with(labels_of(node), "resumed", "true"));
            out_.add(all - resumed, with(labels_of(node), "resumed", "false"));
        }
        out_.gauge(
            name("el_node_client_certificate_expiry_seconds", "cl_node_client_certificate_expiry_seconds"),
            "Unix time at which the certificate that weir shows to the node expires.");
        for (const auto& node : layer.nodes) {
            if (const auto expiry = view_.control->nodes[node.node->id].client_certificate_expiry.value())
                out_.add(static_cast<double>(expiry), labels_of(node));
        }
        out_.counter(name("el_retries_total", "cl_retries_total"),
                     "Requests that moved on to another node, by reason.");
        for (std::size_t i = 0; i < retry_names.size(); ++i) {
            const double n =
                el ? sum(view_, &WorkerMetrics::retries_el, i) : sum(view_, &WorkerMetrics::retries_cl, i);
            out_.add(n, with({}, "reason", retry_names[i]));
        }
        out_.counter(name("el_responses_total", "cl_responses_total"),
                     "Answers to clients, by HTTP status class.");
        for (std::size_t i = 0; i < status_names.size(); ++i) {
            const double n = el ? sum(view_, &WorkerMetrics::responses_el, i)
                                : sum(view_, &WorkerMetrics::responses_cl, i);
            out_.add(n, with({}, "status", status_names[i]));
        }
        out_.counter(name("el_waits_total", "cl_waits_total"),
                     "Calls that waited for a node, or for one that has what they ask for.")
            .add(sum(view_, el ? &WorkerMetrics::el_waits : &WorkerMetrics::cl_waits));
        out_.counter(name("el_node_state_changes_total", "cl_node_state_changes_total"),
                     "Changes of a node's fitness, by reason.");
        for (const auto& node : layer.nodes) {
            for (std::size_t i = 0; i < change_names.size(); ++i) {
                double changes = 0;
                for (const auto id : ids_of(*node.node))
                    changes += static_cast<double>(view_.control->nodes[id].changes[i].value());
                out_.add(changes, with(labels_of(node), "reason", change_names[i]));
            }
        }
        out_.histogram(name("el_health_check_duration_seconds", "cl_health_check_duration_seconds"),
                       "Time of one health check.");
        for (const auto& node : layer.nodes) {
            std::vector<const weir::metrics::Histogram*> parts;
            for (const auto id : ids_of(*node.node))
                parts.push_back(&view_.control->nodes[id].check_duration);
            out_.add(parts, labels_of(node));
        }
    }

    void el_only() {
        out_.gauge("el_failover_active",
                   "1 from when a backup serves because no primary is fit until a primary serves again.")
            .add(snapshot_.el.failover_active ? 1 : 0);
        out_.counter("el_failovers_total", "Times that backups took over from the primaries.")
            .add(static_cast<double>(view_.control->failovers.value()));
        out_.counter("el_calls_total", "JSON-RPC calls by method; those unknown to weir are \"other\".");
        const auto known = chain::known_methods();
        for (std::size_t i = 0; i <= known.size(); ++i) {
            const double n = sum(view_, &WorkerMetrics::methods, i);
            if (n > 0)
                out_.add(n, with({}, "method", i < known.size() ? known[i] : std::string_view("other")));
        }
        out_.counter("el_errors_total", "JSON-RPC errors of nodes that reached clients, by class.");
        for (std::size_t i = 0; i < chain::error_class_count; ++i) {
            out_.add(sum(view_, &WorkerMetrics::el_errors, i),
                     with({}, "class", chain::to_string(static_cast<chain::ErrorClass>(i))));
        }
        out_.counter("el_own_errors_total", "Errors that weir itself answered.")
            .add(sum(view_, &WorkerMetrics::el_own_errors));
        out_.counter("el_batches_total", "JSON-RPC batches.").add(sum(view_, &WorkerMetrics::el_batches));
        out_.counter("el_batch_calls_total", "Calls within batches.")
            .add(sum(view_, &WorkerMetrics::el_batch_items));
        out_.counter("el_split_batches_total",
                     "Batches sent in parts, as their node does not take them whole.")
            .add(sum(view_, &WorkerMetrics::el_split_batches));
        out_.counter("el_node_refused_batches_total", "Batches that the node would not take whole.");
        per_node(snapshot_.el,
                 [&](const auto& n) { return sum_node(view_, *n.node, &NodeMetrics::refused_batches); });
        out_.counter("el_published_to_all_total", "Raw transactions sent to every fit node at once.")
            .add(sum(view_, &WorkerMetrics::el_published_to_all));
    }

    void clients() {
        out_.gauge("client_connections", "Open client connections.")
            .add(sum(view_, &WorkerMetrics::client_connections));
        out_.counter("client_connections_total", "Client connections taken.")
            .add(sum(view_, &WorkerMetrics::client_connections_total));
        out_.counter("client_connections_refused_total", "Client connections turned away, by reason.");
        for (std::size_t i = 0; i < turned_away_names.size(); ++i) {
            out_.add(sum(view_, &WorkerMetrics::client_connections_refused, i),
                     with({}, "reason", turned_away_names[i]));
        }
        out_.counter("client_connections_evicted_total",
                     "Idle client connections closed to make room for a request.")
            .add(sum(view_, &WorkerMetrics::client_connections_evicted));
        out_.counter("requests_rejected_total",
                     "Requests refused before they were forwarded: malformed, too large, too slow.")
            .add(sum(view_, &WorkerMetrics::requests_rejected));
        out_.counter("requests_refused_total", "Requests and calls that were not let through, by reason.");
        for (std::size_t i = 0; i < refused_names.size(); ++i)
            out_.add(sum(view_, &WorkerMetrics::refused, i), with({}, "reason", refused_names[i]));
        out_.counter("client_aborts_total", "Clients that left before their answer was whole.")
            .add(sum(view_, &WorkerMetrics::client_aborts));
        out_.counter("client_received_bytes_total", "Bytes received from clients.")
            .add(sum(view_, &WorkerMetrics::bytes_from_clients));
        out_.counter("client_sent_bytes_total", "Bytes sent to clients.")
            .add(sum(view_, &WorkerMetrics::bytes_to_clients));
        out_.gauge("buffered_bytes", "Held for clients: request bodies, and answers held back for judgement.")
            .add(sum(view_, &WorkerMetrics::buffered_bytes));
        out_.gauge("pool_waiting_requests", "Requests that wait for a connection to a node.")
            .add(sum(view_, &WorkerMetrics::pool_waiters));
        out_.counter("stale_reconnects_total", "Idle connections found closed by the node when used again.")
            .add(sum(view_, &WorkerMetrics::stale_reconnects));
        out_.counter("hedges_won_total",
                     "Requests sent to a second node for slowness that it answered first.")
            .add(sum(view_, &WorkerMetrics::hedges_won));
        out_.counter("hedges_withheld_total",
                     "Slow requests that were not sent to a second node, as hedge_max_percent was used up.")
            .add(sum(view_, &WorkerMetrics::hedges_withheld));
    }

    void control() {
        out_.counter("reloads_total", "Configuration reloads.");
        out_.add(static_cast<double>(view_.control->reloads.value()), with({}, "status", "success"));
        out_.add(static_cast<double>(view_.control->failed_reloads.value()), with({}, "status", "failure"));
        if (const auto expiry = view_.control->certificate_expiry.value())
            out_.gauge("tls_certificate_expiry_seconds",
                       "Unix time at which the certificate of [server] tls_cert expires.")
                .add(static_cast<double>(expiry));
        out_.counter("name_lookups_total", "Lookups of the nodes' host names.");
        const auto failed = view_.control->failed_name_lookups.value();
        out_.add(static_cast<double>(view_.control->name_lookups.value() - failed),
                 with({}, "status", "success"));
        out_.add(static_cast<double>(failed), with({}, "status", "failure"));
        out_.gauge("descriptors",
                   "File descriptors, by what they are for: clients' and pooled nodes' connections.");
        out_.add(static_cast<double>(view_.control->descriptors_for_clients.value()),
                 with({}, "for", "clients"));
        out_.add(static_cast<double>(view_.control->descriptors_for_nodes.value()), with({}, "for", "nodes"));
        out_.counter("log_lines_dropped_total", "Log lines that nobody read in time.")
            .add(static_cast<double>(log::dropped()));
        out_.gauge("build_info", "Always 1; the version is its label.")
            .add(1, with({}, "version", WEIR_VERSION));
    }

    void process() {
        const auto facts = process_facts();
        using prometheus::MetricType;
        out_.process("process_cpu_seconds_total", "User and system CPU time.", MetricType::Counter)
            .add(facts.cpu_seconds);
        out_.process("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge)
            .add(facts.resident_bytes);
        out_.process("process_open_fds", "Open file descriptors.", MetricType::Gauge)
            .add(facts.open_descriptors);
        out_.process("process_max_fds", "Most file descriptors that it may open.", MetricType::Gauge)
            .add(static_cast<double>(view_.control->descriptor_limit.value()));
        out_.process("process_start_time_seconds", "Start, in seconds since the epoch.", MetricType::Gauge)
            .add(facts.start_time);
    }

    const nodes::Snapshot& snapshot_;
    const View& view_;
    Families out_;
};

} // namespace

Answer metrics(const nodes::Snapshot& snapshot, const View& view) {
    return {200, "text/plain; version=0.0.4; charset=utf-8", Page(snapshot, view).text(), {}};
}

} // namespace weir::admin
