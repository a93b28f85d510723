// A subscription that only a node can make (pending transactions, syncing, kinds that weir does not know),
// kept alive across nodes: it is made again on the next node before it is given up on the old one, and
// what a node answered first is all that clients ever hear of the making. On the control thread.
//
//            use(link)          answer: id
//   idle -----------------> asking -------> live --- use(other) ----> live and asking --> live there
//     ^                        | lost, error  | link lost                 | lost, error, use(the live one)
//     +------------------------+--------------+                           +--> live as before
#pragma once

#include "chain/subscription.hpp"
#include "feeds/pauses.hpp"
#include "metrics/control_metrics.hpp"
#include "upstream/ws_link.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace weir::feeds {

class PassFeed : public std::enable_shared_from_this<PassFeed> {
  public:
    struct Events {
        std::function<void(std::string_view result)> event;
        /// Of the first node to take it, or of one that says that the request is wrong; once. Empty when
        /// taken, else its error object.
        std::function<void(std::string_view error)> first_answer;
        /// The node that was asked last has taken it or not: the choice may be another one now.
        std::function<void()> settled;
    };

    PassFeed(chain::SubscriptionRequest request, metrics::ControlMetrics& metrics, Pauses pauses,
             Events events)
        : request_(std::move(request))
        , metrics_(metrics)
        , pauses_(pauses)
        , events_(std::move(events)) {}

    /// To be read from this node from now on. Nothing happens when it is already, or refused lately.
    void use(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link);
    void link_lost(std::uint32_t node_id);
    bool refused_by(std::uint32_t node_id) const;
    bool live() const { return live_.link != nullptr; }
    bool live_at(std::uint32_t node_id) const { return live() && live_.node_id == node_id; }
    bool asking() const { return asking_.link != nullptr; }
    /// What the last node that could not make it answered; empty when none did.
    const std::string& refusal() const { return refusal_; }
    /// Clients have been answered already, by what was polled.
    void no_first_answer() { answered_ = true; }
    /// Nothing is told any more; the node is told to stop.
    void stop();

  private:
    struct Side {
        std::uint32_t node_id = 0;
        std::shared_ptr<upstream::WsLink> link;
        std::string id; ///< the node's, raw JSON
        std::uint64_t attempt = 0;
    };

    void answered(const upstream::LinkAnswer& answer);
    void refuse(std::uint32_t node_id, net::milliseconds time);
    void drop(Side& side);

    chain::SubscriptionRequest request_;
    metrics::ControlMetrics& metrics_;
    Pauses pauses_;
    Events events_;
    Side live_, asking_;
    std::uint64_t attempts_ = 0;
    bool answered_ = false;
    bool stopped_ = false;
    std::string refusal_;
    std::unordered_map<std::uint32_t, net::Clock::time_point> refused_until_;
};

} // namespace weir::feeds
