// Follows one EL node's heads over its WebSocket, on the control thread: keeps a link open as long as it is
// not stopped, and tells of the link and of every head.
//
//   waiting ---> opening ---> subscribing ---> up ---> lost: at once, or after a pause that grows, opening
//   again
//      ^            | failed       | failed, refused
//      +------------+--------------+
#pragma once

#include "metrics/control_metrics.hpp"
#include "nodes/head_sink.hpp"
#include "nodes/snapshot.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace weir::nodes {

class Follower : public std::enable_shared_from_this<Follower> {
  public:
    /// `node` has a WebSocket URL. `sink` outlives the follower's stop().
    Follower(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics,
             std::shared_ptr<const Node> node, HeadSink& sink);

    void start();
    /// link_down() is told before this returns if the link was up.
    void stop();
    /// `unreachable` is called when no link comes about, or one is lost.
    void on_unreachable(std::function<void()> unreachable) { unreachable_ = std::move(unreachable); }
    /// For the links that are opened from now on. Without an address none is. A link to an address that is
    /// withdrawn is replaced.
    void set_addresses(upstream::Addresses addresses);
    void set_limits(upstream::LinkLimits limits) { limits_ = limits; }

  private:
    net::Task<> run();
    net::Task<std::string> follow(); ///< one link's life; why it ended
    void subscribe();
    void subscribed(const upstream::LinkAnswer& answer);
    void went_down(std::string_view why);
    net::milliseconds next_pause();

    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    metrics::ControlMetrics& metrics_;
    std::shared_ptr<const Node> node_;
    HeadSink& sink_;
    upstream::LinkLimits limits_;
    upstream::Addresses addresses_;
    std::function<void()> unreachable_;
    net::Timer wake_;
    std::shared_ptr<upstream::WsLink> link_;
    std::string refusal_;             ///< why a link that is open does not follow
    net::Clock::time_point up_since_; ///< of the last link that was up
    net::milliseconds pause_{0};      ///< the last one
    bool up_ = false;
    bool was_up_ = false; ///< the last link
    bool ever_up_ = false;
    bool moves_ = false;      ///< the link is closed only for its address is withdrawn
    bool refused_ = false;    ///< the node knows no newHeads
    bool complained_ = false; ///< the log knows that there is no link
    bool stopped_ = false;
};

} // namespace weir::nodes
