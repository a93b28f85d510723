// One WebSocket to a node, as its client: JSON-RPC calls and subscriptions over one socket (RFC 6455,
// JSON-RPC 2.0, execution-apis' eth_subscribe). weir pings it; a node that stays silent is given up.
// Bound to one thread. Callbacks run on it, in the order in which the node's messages came.
#pragma once

#include "metrics/control_metrics.hpp"
#include "net/deadline.hpp"
#include "net/io.hpp"
#include "upstream/endpoint.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace weir::upstream {

struct LinkLimits {
    net::milliseconds connect_timeout{2000}; ///< TCP, TLS and the upgrade together
    net::milliseconds ping_interval{5000};   ///< a node that sent nothing from one ping to the next is lost
    net::milliseconds call_timeout{10'000};
    std::size_t max_message_bytes = std::size_t{256} << 20;
    std::size_t max_queued_bytes = std::size_t{16} << 20; ///< calls not yet sent; those beyond are `lost`
};

/// What became of a call.
struct LinkAnswer {
    enum class Kind : std::uint8_t { result, error, lost, timed_out };
    Kind kind = Kind::lost;
    /// Raw: the `result` or the `error` object; empty otherwise. weir's own error when the call cannot be
    /// sent at all.
    std::string_view json;
};

class WsLink : public std::enable_shared_from_this<WsLink> {
  public:
    using OnAnswer = std::function<void(const LinkAnswer&)>;
    /// `result` is raw JSON: what stands in params.result of the notification.
    using OnEvent = std::function<void(std::string_view result)>;

    WsLink(net::IoContext& io, net::DeadlineWheel& wheel, LinkLimits limits,
           metrics::ControlMetrics& metrics);
    ~WsLink();
    WsLink(const WsLink&) = delete;
    WsLink& operator=(const WsLink&) = delete;

    /// Connects and upgrades. Empty when open, else why not, in words without a URL.
    net::Task<std::string> open(Endpoint endpoint, Addresses addresses);
    /// Reads until the link is lost; then every pending call has been answered `lost`. Why, in words.
    net::Task<std::string> run();
    /// Ends it: run() returns, pending calls are answered `lost`, not before this returns. Safe to call from
    /// any callback.
    void close();
    bool is_open() const;
    /// The name in the node's URL does not stand for the address any more that it goes to.
    bool is_withdrawn() const;

    /// `params` is raw JSON (an array). Calls are sent in this order. Each is answered once, never from
    /// within this call.
    void call(std::string_view method, std::string_view params, OnAnswer answer);
    /// `method` is "<ns>_subscribe". A result is the node's subscription id (raw JSON string), and `event` is
    /// then called for each of its notifications, also for those that came before the answer (bounded), but
    /// always after `answer` has returned.
    void subscribe(std::string_view method, std::string_view params, OnAnswer answer, OnEvent event);
    /// No event is delivered from now on; the node is told. `id` as subscribe() answered it; `method` is
    /// "<ns>_unsubscribe".
    void unsubscribe(std::string_view method, std::string_view id);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace weir::upstream
