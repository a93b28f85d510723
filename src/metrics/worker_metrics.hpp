// Counters of one worker. Only that worker writes them, with plain relaxed stores and no locked
// instruction; whoever serves /metrics reads those of all workers and adds them up.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace weir::metrics {

/// Single writer, any number of readers.
class Counter {
  public:
    void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }
    void reset() { value_.store(0, std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// Single writer; goes both ways.
class Gauge {
  public:
    void add(std::int64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void sub(std::int64_t n = 1) { add(-n); }
    void set(std::int64_t n) { value_.store(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }
    /// For one who keeps the value himself.
    std::atomic<std::int64_t>* cell() { return &value_; }

  private:
    std::atomic<std::int64_t> value_{0};
};

/// Seconds, in buckets with these upper bounds and +Inf.
class Histogram {
  public:
    static constexpr std::array<double, 14> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                   0.25,  0.5,    1.0,   2.5,  5.0,   10.0, 30.0};
    void observe(std::chrono::nanoseconds duration) {
        const double seconds = std::chrono::duration<double>(duration).count();
        std::size_t i = 0;
        while (i < bounds.size() && seconds > bounds[i])
            ++i;
        buckets_[i].add();
        sum_ns_.add(static_cast<std::uint64_t>(duration.count()));
    }
    std::uint64_t bucket(std::size_t i) const {
        return buckets_[i].value();
    } ///< not cumulative; the last is +Inf
    double sum_seconds() const { return static_cast<double>(sum_ns_.value()) * 1e-9; }
    void reset() {
        for (auto& bucket : buckets_)
            bucket.reset();
        sum_ns_.reset();
    }

  private:
    std::array<Counter, bounds.size() + 1> buckets_;
    Counter sum_ns_;
};

/// Why the attempt loop went on to another node; the label's text is in admin/.
enum class RetryReason : std::uint8_t {
    connect_refused,
    connect_failed,
    reset,
    timed_out,
    bad_answer,
    no_connection,
    http_429,
    http_4xx,
    http_5xx,
    missing_data,
    not_ready,
    rate_limit,
    no_method,
    not_allowed,
    internal,
    null_result,
    not_found,
    behind,
    wrong_id,
    trouble,
    hedge,
    other,
    count
};

/// Why a request or a call was not let through; the label's text is in admin/.
enum class Refused : std::uint8_t {
    host,   ///< not one of [server] hosts
    origin, ///< not one of [server] origins
    method, ///< TRACE and its like
    token,  ///< [admin] token is missing or wrong
    page,   ///< what is for this machine only
    call,   ///< of a namespace that is not in [server] allow_namespaces
    count
};

/// Why a client's connection was not taken, or not served; the label's text is in admin/.
enum class TurnedAway : std::uint8_t {
    limit,       ///< max_connections
    descriptors, ///< the system grants too few file descriptors for max_connections
    accept,      ///< the system could not take it
    count
};

/// Why a WebSocket session ended; the label's text is in admin/.
enum class WsEnd : std::uint8_t {
    client_closed,
    client_lost,
    ping_timeout,
    slow_client,
    too_large,
    protocol_error,
    feed_ended,
    shutdown,
    count
};

/// By Node::id.
struct NodeMetrics {
    Counter requests;   ///< attempts sent to the node
    Histogram duration; ///< of one attempt, until the answer was judged
    Counter bytes_sent, bytes_received;
    Gauge in_flight;
    Gauge connections;                      ///< pooled, idle and busy
    Counter unasked_answers;                ///< connections ended because the node spoke while nobody asked
    Counter retired_withdrawn, retired_old; ///< connections used no more: the address is withdrawn; their age
    Counter tls_handshakes, tls_resumed;    ///< of pooled connections
    Counter refused_batches;                ///< EL: batches that the node would not take whole

    /// The id has another node from now on. The gauges say what is there, whose ever it is.
    void reset() {
        for (auto* counter : {&requests, &bytes_sent, &bytes_received, &unasked_answers, &retired_withdrawn,
                              &retired_old, &tls_handshakes, &tls_resumed, &refused_batches})
            counter->reset();
        duration.reset();
    }
};

struct WorkerMetrics {
    static constexpr std::size_t max_nodes = 256;
    static constexpr std::size_t max_methods = 128;
    static constexpr std::size_t max_error_classes = 16;

    std::array<NodeMetrics, max_nodes> nodes;
    std::array<Counter, static_cast<std::size_t>(RetryReason::count)> retries_el, retries_cl;
    std::array<Counter, 6> responses_el, responses_cl; ///< to clients, by HTTP status class; [0] = cut off
    std::array<Counter, max_methods + 1> methods;      ///< EL calls by chain::MethodTraits::index
    std::array<Counter, max_error_classes>
        el_errors;         ///< JSON-RPC errors that reached clients, by chain::ErrorClass
    Counter el_own_errors; ///< errors that weir itself answered
    Counter el_batches, el_batch_items;
    Counter el_split_batches;    ///< sent to their node in parts
    Counter el_published_to_all; ///< raw transactions, with el_publish = "all"
    Counter cl_waits;            ///< requests that waited for a node to come into service
    Counter el_waits; ///< calls that waited for a node to come to what their client was told of, or for any
    Gauge client_connections;
    Counter client_connections_total;
    std::array<Counter, static_cast<std::size_t>(TurnedAway::count)> client_connections_refused;
    Counter client_connections_evicted; ///< idle ones that made room for a request
    Counter requests_rejected;          ///< malformed HTTP, too large, timed out while arriving
    std::array<Counter, static_cast<std::size_t>(Refused::count)> refused;
    Counter client_aborts; ///< the client left before its answer was whole
    Counter bytes_from_clients, bytes_to_clients;
    Gauge buffered_bytes;     ///< request bodies held for retry, answers held back for judgement
    Gauge pool_waiters;       ///< requests that wait for an upstream connection
    Counter stale_reconnects; ///< pooled connections that a node had closed
    Counter hedges_won;       ///< the later attempt answered first; how many there were: retries
    Counter hedges_withheld;  ///< requests that were slow while the allowance was used up

    // JSON-RPC over WebSocket.
    Gauge ws_sessions, ws_subscriptions;
    Counter ws_sessions_total, ws_subscriptions_total, ws_sessions_refused;
    Counter ws_subscriptions_refused;        ///< past a limit
    Counter ws_messages_in, ws_messages_out; ///< from and to clients
    std::array<Counter, static_cast<std::size_t>(WsEnd::count)> ws_ends;
    Gauge ws_queued_bytes; ///< waiting for clients to read
    Gauge ws_calls_in_flight;
    Gauge ws_waiting_calls, ws_waiting_bytes; ///< while no node is reachable
    Gauge filters;                            ///< of the eth_newFilter family
    Counter filters_refused;                  ///< past a limit
    Counter filters_dropped;                  ///< expired, or grown past their bound
    Gauge filter_bytes;                       ///< what they keep, and subscriptions' parameters
};

} // namespace weir::metrics
