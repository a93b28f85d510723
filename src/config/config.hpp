// The configuration as the rest of the program sees it: every value checked, every default filled
// in. It exists only as the result of read() (config/reader.hpp). One place for each number: every
// limit of weir is a member here, with its unit in its type or name.
#pragma once

#include "net/url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::config {

using std::chrono::milliseconds;

/// How nodes of one tier share requests.
enum class Policy : std::uint8_t { priority, round_robin, least_latency };

/// Who gets what is to be published (blocks and attestations, raw transactions): one fit node, or all of
/// them.
enum class Publish : std::uint8_t { one, all };

struct NodeConfig {
    std::string name;
    net::Url http_url;
    std::optional<net::Url> ws_url;                           ///< EL only
    std::vector<std::pair<std::string, std::string>> headers; ///< sent with every request to the node
    std::string ca_file;                                      ///< PEM; empty: the system's store
    bool insecure_skip_verify = false;
    std::string client_cert, client_key; ///< PEM, shown to the node; set together
    std::size_t max_connections = 1024;  ///< HTTP, over all workers

    bool operator==(const NodeConfig&) const = default;
};

struct ListenAddress {
    std::string host = "127.0.0.1"; ///< a name, an address without brackets, or "*": all of both families
    std::uint16_t port = 8080;      ///< 0: any free port, printed at start

    bool operator==(const ListenAddress&) const = default;
};

struct Server {
    std::vector<ListenAddress> listen{ListenAddress()}; ///< never empty
    std::size_t workers = 1;                            ///< default: one per core
    std::string tls_cert;                               ///< PEM chain; set together with tls_key
    std::string tls_key;
    std::size_t max_connections = 20'000;              ///< client connections, over all workers
    std::size_t spare_connections = 16;                ///< beyond them, for weir's own pages
    std::optional<std::uint64_t> reserved_descriptors; ///< for nodes; unset: half of what there is
    std::size_t max_header_bytes = 64 * 1024;
    milliseconds header_timeout{10'000}; ///< from the first byte of a request's head to its last
    milliseconds body_timeout{30'000};   ///< longest pause between two pieces of a request's body
    milliseconds send_timeout{30'000};   ///< longest time a client may take no byte of its answer
    milliseconds idle_timeout{75'000};   ///< keep-alive connection without a request
    milliseconds shutdown_grace{10'000}; ///< for requests in flight at SIGTERM
    std::size_t max_buffered_bytes = std::size_t{1}
                                     << 30; ///< request bodies held for retry, over all workers
    std::size_t max_filter_bytes = 256ULL
                                   << 20; ///< kept by filters; parameters of subscriptions; over all workers

    // Against web pages: see server/gate.hpp. A reload takes these in at once.
    std::vector<std::string> hosts;   ///< names in lower case, or "*"; empty: those of this machine
    std::vector<std::string> origins; ///< scheme://host[:port] in lower case, or "*"; empty: the same origin
    std::vector<std::string> allow_namespaces; ///< of the dangerous ones (chain/namespaces.hpp), or "*"

    bool operator==(const Server&) const = default;
};

/// Where weir's own pages are, when not among the clients' paths.
struct Admin {
    std::string listen_host;                  ///< empty: on [server] listen
    std::optional<std::uint16_t> listen_port; ///< set together with it
    std::string token;                        ///< empty: none is asked for; taken in by a reload

    bool operator==(const Admin&) const = default;
};

struct Global {
    std::uint64_t max_el_lag_blocks = 5;
    std::uint64_t max_cl_lag_slots = 3;
    milliseconds health_check_interval{1000};
    milliseconds health_check_timeout{5000};
    std::uint32_t health_check_max_failures = 3;
    std::uint32_t health_check_min_successes = 2;
    milliseconds proxy_timeout{30'000}; ///< whole request, all attempts; then between two pieces of an answer
    milliseconds connect_timeout{2000}; ///< one TCP and TLS handshake with a node
    milliseconds connect_attempt_delay{250};           ///< before the next address of a node is tried as well
    milliseconds upstream_max_connection_age{600'000}; ///< 0: no end
    milliseconds upstream_idle_timeout{4000}; ///< idle pooled connections; below Node.js servers' 5 s
    // Where host names of nodes are looked up, and for how long the answers hold.
    std::vector<std::string> dns_servers; ///< address or address:port; empty: the system's
    milliseconds dns_timeout{5000};
    milliseconds dns_min_ttl{1000}; ///< also where nobody says how long: the hosts file
    milliseconds dns_max_ttl{30'000};
    std::uint32_t max_retries = 2;
    milliseconds wait_for_node{3000}; ///< when the last node has just gone, one may be back in a moment
    /// A slow request goes to the next node as well; unset: when its node usually has an answer; 0: never.
    std::optional<milliseconds> hedge_after;
    std::uint32_t hedge_max_percent = 5;       ///< of the calls may go to a second node for slowness
    std::uint64_t max_body_size = 32ULL << 20; ///< request body; 0: unlimited
    std::size_t max_batch_items = 1000;
    std::size_t batch_parts_at_once = 4; ///< of a batch that its node takes in parts only
    std::size_t max_batch_answer_bytes = 32ULL
                                         << 20; ///< held to judge each answer; larger ones pass unjudged
    std::size_t cl_replay_bytes = 4ULL << 20;   ///< CL request bodies up to this are held for retry
    bool serve_stale = false;
    std::optional<std::uint64_t> chain_id; ///< unset: what the nodes agree on first
    Policy policy = Policy::priority;
    std::vector<std::string> safe_methods;   ///< further methods that may be tried on another node; "abc_*"
    std::vector<std::string> unsafe_methods; ///< methods that must not, although weir would
    Publish el_publish = Publish::one;       ///< eth_sendRawTransaction
    Publish cl_publish = Publish::one;
    bool cl_sticky = false;

    // JSON-RPC over WebSocket.
    std::size_t ws_max_sessions = 20'000; ///< over all workers
    std::size_t ws_max_subscriptions_per_session = 1024;
    std::size_t ws_max_subscriptions = 400'000;             ///< over all workers; 0: no limit
    std::size_t ws_max_subscriptions_per_address = 200'000; ///< 0: no limit
    std::size_t ws_max_calls_in_flight = 256;          ///< of one session; then weir stops reading from it
    std::size_t ws_max_message_bytes = 32ULL << 20;    ///< from a client
    bool ws_compression = false;                       ///< permessage-deflate when a client offers it
    std::size_t ws_send_queue_max_bytes = 16ULL << 20; ///< to one client that does not read
    std::size_t ws_queue_max_messages = 1024;          ///< of one session, while no node is reachable
    std::size_t ws_queue_max_bytes = 16ULL << 20;
    milliseconds ws_queue_timeout{30'000};
    milliseconds ws_ping_interval{5000}; ///< towards nodes
    milliseconds ws_client_ping_interval{30'000};
    milliseconds ws_client_ping_timeout{60'000};           ///< without a sign of life from a client
    milliseconds ws_poll_interval{1000};                   ///< nodes that are not followed by WebSocket
    std::size_t upstream_max_message_bytes = 256ULL << 20; ///< one answer or event of a node
    std::size_t backfill_max_blocks = 256;     ///< the longest gap that is filled after a failover
    std::size_t pending_dedup_window = 65'536; ///< transaction hashes
    std::size_t pending_sources = 2;           ///< nodes that pending transactions are read from at once
    std::size_t logs_feed_max_filters = 8;     ///< with more in one block, all its logs are fetched at once
    std::optional<bool> trust_logs_bloom;      ///< unset: on Ethereum's own networks
    std::size_t logs_kept_max_bytes = 64ULL << 20; ///< delivered logs that may have to be removed again
    milliseconds feed_grace{10'000};               ///< an upstream subscription outlives its last client

    // The eth_newFilter family.
    std::size_t max_filters = 100'000;            ///< over all workers
    std::size_t max_filters_per_address = 10'000; ///< 0: no limit
    milliseconds filter_timeout{300'000};         ///< go-ethereum's: not polled for that long, a filter goes
    std::size_t filter_max_bytes = 16ULL << 20;   ///< kept by one filter from one poll to the next

    bool operator==(const Global&) const = default;
};

struct Metrics {
    bool enabled = true;
    std::string host;                  ///< empty: that of [server]
    std::optional<std::uint16_t> port; ///< unset: /metrics where the other pages are
    std::string prefix = "weir";

    bool operator==(const Metrics&) const = default;
};

struct Config {
    Server server;
    Global global;
    Metrics metrics;
    Admin admin;
    std::vector<NodeConfig> el_primary;
    std::vector<NodeConfig> el_backup;
    std::vector<NodeConfig> cl;

    bool has_el() const { return !el_primary.empty() || !el_backup.empty(); }
    bool has_cl() const { return !cl.empty(); }
};

/// A limit of which 0 means that there is none.
constexpr std::size_t or_unlimited(std::size_t most) {
    return most == 0 ? std::numeric_limits<std::size_t>::max() : most;
}

/// Nodes of one layer; bounds what one request's plan can hold.
inline constexpr std::size_t max_nodes_per_layer = 64;

} // namespace weir::config
