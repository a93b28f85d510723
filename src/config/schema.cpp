#include "config/schema.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace weir::config {

namespace {

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

} // namespace

std::vector<Key> keys_of(Config& c) {
    auto& s = c.server;
    auto& g = c.global;
    auto& m = c.metrics;
    auto& a = c.admin;
    return {
        {"server", "listen", ListenList{s.listen},
         "address and port for clients, or a list of them; \"*:8080\": every address of both families"},
        {"server", "host", ListenHost{s.listen}, "the address alone, as Vixy has it, in place of listen"},
        {"server", "port", ListenPort{s.listen}, "the port alone, as Vixy has it, in place of listen"},
        {"server", "workers", Count{s.workers, 1, 256}, "threads that serve; default: one per core"},
        {"server", "tls_cert", Text{s.tls_cert}, "PEM certificate chain; serve https and wss"},
        {"server", "tls_key", Text{s.tls_key}, "PEM private key of tls_cert"},
        {"server", "max_connections", Count{s.max_connections, 1, 1'000'000},
         "client connections, over all workers"},
        {"server", "spare_connections", Count{s.spare_connections, 1, 10'000},
         "taken beyond max_connections, each for one request for a page of weir's own"},
        {"server", "reserved_descriptors", OptionalCount{s.reserved_descriptors, 0, 1'000'000},
         "file descriptors that clients leave to connections with nodes; default: half of them"},
        {"server", "max_header_bytes", Size{s.max_header_bytes, 1024, 1 << 20}, "largest request head"},
        {"server", "header_timeout_ms", Duration{s.header_timeout, 1, day_ms},
         "from a head's first byte to its last"},
        {"server", "body_timeout_ms", Duration{s.body_timeout, 1, day_ms},
         "longest pause within a request's body"},
        {"server", "send_timeout_ms", Duration{s.send_timeout, 1, day_ms},
         "longest time a client may take no byte"},
        {"server", "idle_timeout_ms", Duration{s.idle_timeout, 1, day_ms},
         "keep-alive connection without a request"},
        {"server", "shutdown_grace_ms", Duration{s.shutdown_grace, 0, day_ms},
         "for requests in flight at shutdown"},
        {"server", "max_buffered_bytes", Size{s.max_buffered_bytes, 1 << 20, 1024 * gibibyte},
         "request bodies held in memory, over all workers"},
        {"server", "max_filter_bytes", Size{s.max_filter_bytes, 1 << 20, 1024 * gibibyte},
         "kept by filters between two polls, with the parameters of subscriptions, over all workers"},
        {"server", "hosts", HostList{s.hosts},
         "names by which clients may call weir; default: localhost and the name in listen; \"*\": any"},
        {"server", "origins", OriginList{s.origins},
         "web pages that may call weir, as scheme://host[:port]; default: its own; \"*\": any"},
        {"server", "allow_namespaces", NamespaceList{s.allow_namespaces},
         "of admin, personal, miner, engine, clique and debug_set*, which are refused; \"*\": all"},
        {"admin", "listen", OptionalListen{a.listen_host, a.listen_port},
         "an address of its own for /, /status, /metrics and /ready; default: [server] listen"},
        {"admin", "token", Secret{a.token},
         "asked for by /, /status and /metrics: Authorization: Bearer TOKEN"},
        {"global", "max_el_lag_blocks", Count{g.max_el_lag_blocks, 0, 1'000'000},
         "an EL node further behind is unfit"},
        {"global", "max_cl_lag_slots", Count{g.max_cl_lag_slots, 0, 1'000'000},
         "a CL node further behind is unfit"},
        {"global", "health_check_interval_ms", Duration{g.health_check_interval, 10, day_ms},
         "between two checks of a node"},
        {"global", "health_check_timeout_ms", Duration{g.health_check_timeout, 10, day_ms}, "for one check"},
        {"global", "health_check_max_failures", Count32{g.health_check_max_failures, 1, 1000},
         "failures in a row that make a node unfit"},
        {"global", "health_check_min_successes", Count32{g.health_check_min_successes, 1, 1000},
         "good checks in a row before it returns"},
        {"global", "proxy_timeout_ms", Duration{g.proxy_timeout, 1, day_ms},
         "whole request, all attempts; then between two pieces of an answer"},
        {"global", "connect_timeout_ms", Duration{g.connect_timeout, 1, day_ms},
         "for a connection to a node, TLS included"},
        {"global", "connect_attempt_delay_ms", Duration{g.connect_attempt_delay, 10, 60'000},
         "a node's name has several addresses: before the next one is tried as well"},
        {"global", "upstream_max_connection_age_ms", Duration{g.upstream_max_connection_age, 0, day_ms},
         "then an HTTP connection to a node is replaced, up to a tenth earlier; 0: never"},
        {"global", "dns_servers", ServerList{g.dns_servers},
         "asked for the names of nodes, \"192.0.2.1\" or \"192.0.2.1:5353\"; default: the system's"},
        {"global", "dns_timeout_ms", Duration{g.dns_timeout, 100, 60'000}, "for one lookup"},
        {"global", "dns_min_ttl_ms", Duration{g.dns_min_ttl, 100, day_ms},
         "an answer holds for that long at least, and where it does not say how long"},
        {"global", "dns_max_ttl_ms", Duration{g.dns_max_ttl, 100, day_ms},
         "an answer holds for that long at most"},
        {"global", "upstream_idle_timeout_ms", Duration{g.upstream_idle_timeout, 0, day_ms},
         "idle connections to nodes"},
        {"global", "max_retries", Count32{g.max_retries, 0, 64}, "further nodes after the first"},
        {"global", "wait_for_node_ms", Duration{g.wait_for_node, 0, day_ms},
         "when nobody is in service: how long after the last node went requests wait for one; 0: not at all"},
        {"global", "hedge_after_ms", OptionalDuration{g.hedge_after, 0, day_ms},
         "no answer by then: the next node is asked as well; auto: what the node usually needs; 0: never"},
        {"global", "hedge_max_percent", Count32{g.hedge_max_percent, 0, 100},
         "of the calls may be asked of a second node for slowness"},
        {"global", "max_body_size", Size{g.max_body_size, 0, 1024 * gibibyte},
         "largest request body; 0: unlimited"},
        {"global", "max_batch_items", Count{g.max_batch_items, 1, 1'000'000}, "calls in one JSON-RPC batch"},
        {"global", "batch_parts_at_once", Count{g.batch_parts_at_once, 1, 64},
         "parts on their way at once of a batch that its node does not take whole"},
        {"global", "max_batch_answer_bytes", Size{g.max_batch_answer_bytes, 1024, 16 * gibibyte},
         "batch answers up to this are judged call by call"},
        {"global", "cl_replay_bytes", Size{g.cl_replay_bytes, 0, gibibyte},
         "CL request bodies up to this are held for retry"},
        {"global", "serve_stale", Flag{g.serve_stale}, "use the least bad node when none is fit"},
        {"global", "chain_id", OptionalCount{g.chain_id, 1, std::numeric_limits<std::int64_t>::max()},
         "expected of EL nodes; default: what all of them agree on first, for the life of the process"},
        {"global", "policy", PolicyName{g.policy}, "priority, round_robin or least_latency, within a tier"},
        {"global", "safe_methods", MethodList{g.safe_methods},
         "further JSON-RPC methods that may be tried on another node; \"abc_*\": all that begin so"},
        {"global", "unsafe_methods", MethodList{g.unsafe_methods},
         "JSON-RPC methods that are sent once, whatever weir knows of them; the closer entry of both counts"},
        {"global", "el_publish", PublishName{g.el_publish}, "one or all: who gets eth_sendRawTransaction"},
        {"global", "cl_publish", PublishName{g.cl_publish}, "one or all: who gets publishing calls"},
        {"global", "cl_sticky", Flag{g.cl_sticky}, "one client's CL requests stay on one node"},
        {"global", "ws_max_sessions", Count{g.ws_max_sessions, 1, 1'000'000},
         "WebSocket sessions, over all workers"},
        {"global", "ws_max_subscriptions_per_session",
         Count{g.ws_max_subscriptions_per_session, 1, 1'000'000}, "subscriptions of one session"},
        {"global", "ws_max_subscriptions", Count{g.ws_max_subscriptions, 0, 10'000'000},
         "subscriptions of all sessions, over all workers; 0: no limit"},
        {"global", "ws_max_subscriptions_per_address",
         Count{g.ws_max_subscriptions_per_address, 0, 10'000'000},
         "subscriptions of one client address (IPv6: of one /64); 0: no limit"},
        {"global", "ws_max_calls_in_flight", Count{g.ws_max_calls_in_flight, 1, 1'000'000},
         "calls of one session; then weir reads no further"},
        {"global", "ws_max_message_bytes", Size{g.ws_max_message_bytes, 1024, gibibyte},
         "largest message from a client"},
        {"global", "ws_compression", Flag{g.ws_compression},
         "permessage-deflate with clients that offer it; costs up to 350 KiB per session"},
        {"global", "ws_send_queue_max_bytes", Size{g.ws_send_queue_max_bytes, 1024, 16 * gibibyte},
         "waiting for a client that does not read; then it is closed"},
        {"global", "ws_queue_max_messages", Count{g.ws_queue_max_messages, 0, 1'000'000},
         "calls of one session that wait while no node is reachable"},
        {"global", "ws_queue_max_bytes", Size{g.ws_queue_max_bytes, 0, 16 * gibibyte},
         "bytes of those calls"},
        {"global", "ws_queue_timeout_ms", Duration{g.ws_queue_timeout, 0, day_ms}, "how long they wait"},
        {"global", "ws_ping_interval_ms", Duration{g.ws_ping_interval, 10, day_ms},
         "between two pings to a node; silence from one to the next is a loss"},
        {"global", "ws_client_ping_interval_ms", Duration{g.ws_client_ping_interval, 10, day_ms},
         "between two pings to a WebSocket client"},
        {"global", "ws_client_ping_timeout_ms", Duration{g.ws_client_ping_timeout, 10, day_ms},
         "a WebSocket client that says nothing and takes nothing for that long is lost"},
        {"global", "ws_poll_interval_ms", Duration{g.ws_poll_interval, 10, day_ms},
         "between two looks at a node that has no ws_url"},
        {"global", "upstream_max_message_bytes", Size{g.upstream_max_message_bytes, 1024, 16 * gibibyte},
         "largest message from a node over WebSocket, and largest answer to a call over WebSocket"},
        {"global", "backfill_max_blocks", Count{g.backfill_max_blocks, 1, 100'000},
         "longest gap that is filled after a failover"},
        {"global", "pending_dedup_window", Count{g.pending_dedup_window, 0, 10'000'000},
         "pending transactions remembered so that none is sent twice"},
        {"global", "pending_sources", Count{g.pending_sources, 1, 8},
         "nodes that pending transactions are read from at once; 1 also with pending_dedup_window = 0"},
        {"global", "logs_feed_max_filters", Count{g.logs_feed_max_filters, 0, 100'000},
         "more filters than this on one block: all its logs are fetched at once"},
        {"global", "trust_logs_bloom", OptionalFlag{g.trust_logs_bloom},
         "a header's logsBloom says whether the block has logs for a filter; default: on Ethereum's own "
         "networks"},
        {"global", "logs_kept_max_bytes", Size{g.logs_kept_max_bytes, 0, 16 * gibibyte},
         "delivered logs kept for the case of a reorganisation"},
        {"global", "feed_grace_ms", Duration{g.feed_grace, 0, day_ms},
         "how long a feed outlives its last client"},
        {"global", "max_filters", Count{g.max_filters, 0, 1'000'000},
         "filters (eth_newFilter), over all workers"},
        {"global", "max_filters_per_address", Count{g.max_filters_per_address, 0, 1'000'000},
         "filters of one client address (IPv6: of one /64); 0: no limit"},
        {"global", "filter_timeout_ms", Duration{g.filter_timeout, 10, day_ms},
         "a filter that is not polled for that long is dropped"},
        {"global", "filter_max_bytes", Size{g.filter_max_bytes, 1024, 16 * gibibyte},
         "kept by one filter between two polls; one that would need more is dropped"},
        {"metrics", "enabled", Flag{m.enabled}, "serve /metrics"},
        {"metrics", "host", HostName{m.host}, "address of that port; default: that of [server] listen"},
        {"metrics", "port", OptionalPort{m.port}, "a port of its own for /metrics; default: the main one"},
        {"metrics", "prefix", Text{m.prefix}, "first part of every metric's name"},
    };
}

std::span<const std::string_view> node_keys(bool el) {
    static constexpr std::array<std::string_view, 9> el_keys{
        "name",        "http_url",   "ws_url",         "headers", "ca_file", "insecure_skip_verify",
        "client_cert", "client_key", "max_connections"};
    static constexpr std::array<std::string_view, 8> cl_keys{
        "name",        "url",        "headers",        "ca_file", "insecure_skip_verify",
        "client_cert", "client_key", "max_connections"};
    return el ? std::span<const std::string_view>(el_keys) : std::span<const std::string_view>(cl_keys);
}

bool is_obsolete_node_key(std::string_view name) {
    return name == "max_consecutive" || name == "max_per_second";
}

} // namespace weir::config
