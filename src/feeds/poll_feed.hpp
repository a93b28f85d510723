// Pending transactions and the syncing state of a node without WebSocket: asked for again and again, so
// that subscriptions work there too. On the control thread.
#pragma once

#include "chain/subscription.hpp"
#include "feeds/questions.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace weir::feeds {

class PollFeed : public std::enable_shared_from_this<PollFeed> {
  public:
    using OnEvent = std::function<void(std::string_view result)>;

    PollFeed(net::IoContext& io, Questions& questions, const chain::SubscriptionRequest& request,
             OnEvent event);

    static bool can_poll(const chain::SubscriptionRequest& request);
    /// The node to ask; none: stop.
    void use(std::optional<std::uint32_t> node_id);

  private:
    net::Task<> run(std::shared_ptr<PollFeed> self, std::uint32_t node_id, std::uint64_t turn);
    net::Task<bool> poll_pending(std::uint32_t node_id, std::string& filter, std::uint64_t turn);

    net::IoContext& io_;
    Questions& questions_;
    chain::SubscriptionRequest::Kind kind_;
    bool whole_;
    OnEvent event_;
    net::Timer pause_;
    std::optional<std::uint32_t> node_;
    std::uint64_t turn_ = 0;
};

} // namespace weir::feeds
