#include "admin/websocket_metrics.hpp"

#include "admin/sums.hpp"

#include <array>

namespace weir::admin {

namespace {

using weir::metrics::ControlMetrics;
using weir::metrics::WorkerMetrics;
using weir::metrics::WsEnd;

constexpr std::array<std::string_view, static_cast<std::size_t>(WsEnd::count)> end_names{
    "client_closed", "client_lost",    "ping_timeout", "slow_client",
    "too_large",     "protocol_error", "feed_ended",   "shutdown"};

void add_sessions(Families& out, const View& view) {
    out.gauge("ws_connections_active", "WebSocket sessions of clients.")
        .add(sum(view, &WorkerMetrics::ws_sessions));
    out.gauge("ws_subscriptions_active", "Subscriptions of WebSocket sessions.")
        .add(sum(view, &WorkerMetrics::ws_subscriptions));
    out.counter("ws_connections_total", "WebSocket sessions taken.")
        .add(sum(view, &WorkerMetrics::ws_sessions_total));
    out.counter("ws_connections_refused_total", "WebSocket upgrades turned away.")
        .add(sum(view, &WorkerMetrics::ws_sessions_refused));
    out.counter("ws_subscriptions_total", "Subscriptions made.")
        .add(sum(view, &WorkerMetrics::ws_subscriptions_total));
    out.counter("ws_subscriptions_refused_total",
                "Subscriptions refused because there were as many as a limit allows.")
        .add(sum(view, &WorkerMetrics::ws_subscriptions_refused));
    out.counter("ws_messages_total", "WebSocket messages: upstream from clients, downstream to them.");
    out.add(sum(view, &WorkerMetrics::ws_messages_in), with({}, "direction", "upstream"));
    out.add(sum(view, &WorkerMetrics::ws_messages_out), with({}, "direction", "downstream"));
    out.counter("ws_ends_total", "WebSocket sessions that ended, by reason.");
    for (std::size_t i = 0; i < end_names.size(); ++i)
        out.add(sum(view, &WorkerMetrics::ws_ends, i), with({}, "reason", end_names[i]));
    out.gauge("ws_queued_bytes", "Bytes that wait for clients to read them.")
        .add(sum(view, &WorkerMetrics::ws_queued_bytes));
    out.gauge("ws_calls_in_flight", "Calls of WebSocket sessions without an answer.")
        .add(sum(view, &WorkerMetrics::ws_calls_in_flight));
    out.gauge("ws_waiting_calls", "Calls that wait until a node is reachable, or has what they ask for.")
        .add(sum(view, &WorkerMetrics::ws_waiting_calls));
    out.gauge("ws_waiting_bytes", "Bytes of the calls that wait until a node is reachable.")
        .add(sum(view, &WorkerMetrics::ws_waiting_bytes));
}

void add_links(Families& out, const nodes::Snapshot& snapshot, const ControlMetrics& control) {
    const auto value = [](const auto& counter) { return static_cast<double>(counter.value()); };
    out.counter("ws_reconnections_total", "WebSockets to nodes opened again after a loss.")
        .add(value(control.links_reopened));
    out.counter("ws_reconnection_attempts_total", "Attempts to open a WebSocket to a node.");
    out.add(value(control.links_opened), with({}, "status", "success"));
    out.add(value(control.links_failed), with({}, "status", "failed"));
    out.counter("ws_link_messages_total", "Messages on the WebSockets to nodes.");
    out.add(value(control.link_messages_out), with({}, "direction", "sent"));
    out.add(value(control.link_messages_in), with({}, "direction", "received"));
    out.gauge("ws_link_open", "1 while the WebSocket to the node is open and follows its heads.");
    for (const auto& status : snapshot.el.nodes)
        out.add(value(control.nodes[status.node->id].link_open), with({}, "node", status.node->name));
    out.gauge("ws_upstream_node", "1 while subscriptions are read from the node.");
    for (const auto& status : snapshot.el.nodes)
        out.add(value(control.nodes[status.node->id].feeds_read_from), with({}, "node", status.node->name));
}

void add_feeds(Families& out, const ControlMetrics& control) {
    const auto value = [](const auto& counter) { return static_cast<double>(counter.value()); };
    out.gauge("ws_feeds", "Distinct things that clients are subscribed to.").add(value(control.feeds));
    out.gauge("ws_upstream_subscriptions", "Subscriptions made at nodes for clients.")
        .add(value(control.upstream_subscriptions));
    out.counter("ws_feed_switches_total", "Times that subscriptions went over to another node.")
        .add(value(control.feed_switches));
    out.counter("ws_backfilled_blocks_total", "Blocks fetched to fill a gap in subscriptions.")
        .add(value(control.backfilled_blocks));
    out.counter("ws_dropped_duplicates_total", "Events of nodes that clients had been told already.")
        .add(value(control.dropped_duplicates));
    out.counter("ws_left_out_events_total",
                "Pending transactions and events of other kinds left out while a worker was far behind.")
        .add(value(control.left_out_events));
    out.counter("ws_ended_feeds_total", "Feeds that could not go on without a loss.")
        .add(value(control.ended_feeds));
}

} // namespace

void add_websocket_metrics(Families& out, const nodes::Snapshot& snapshot, const View& view) {
    add_sessions(out, view);
    add_links(out, snapshot, *view.control);
    add_feeds(out, *view.control);
    out.gauge("el_filters", "Filters of the eth_newFilter family.").add(sum(view, &WorkerMetrics::filters));
    out.counter("el_filters_refused_total", "Filters refused because there were as many as a limit allows.")
        .add(sum(view, &WorkerMetrics::filters_refused));
    out.counter("el_filters_dropped_total", "Filters that expired or grew past their bound.")
        .add(sum(view, &WorkerMetrics::filters_dropped));
    out.gauge("el_filter_bytes",
              "Bytes that filters keep until they are polled, and of subscriptions' parameters.")
        .add(sum(view, &WorkerMetrics::filter_bytes));
}

} // namespace weir::admin
