// One subscription of one WebSocket session: an id of weir's own that outlives any node, and the events of
// its feed on their way into the session's outbox. Nothing is sent before the answer that announces the id.
#pragma once

#include "chain/subscription.hpp"
#include "el/holdings.hpp"
#include "el/outbox.hpp"
#include "feeds/board.hpp"
#include "net/byte_budget.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::el {

class Subscription final : public feeds::Listener {
  public:
    class Owner {
      public:
        virtual void head_told(std::uint64_t number, std::string_view header) = 0;
        /// May destroy the subscription.
        virtual void feed_ended(feeds::FeedEnd why) = 0;
        /// More events wait for their announcement than may.
        virtual void overflowed() = 0;

      protected:
        ~Owner() = default;
    };

    /// `charge`: for what the request needs in memory. `most_held`: bytes of events that may wait for
    /// announce().
    Subscription(Owner& owner, Outbox& outbox, std::string id, const chain::SubscriptionRequest& request,
                 net::ByteBudget::Charge charge, std::size_t most_held);

    const std::string& id() const { return id_; }
    /// It counts among what its client holds until it is gone.
    void hold(Holdings::Place place) { place_ = std::move(place); }
    /// Its answer is in the outbox: events follow from now on, those first that came meanwhile.
    void announce();
    bool announced() const { return announced_; }

    void event(const feeds::EventText& result) override;
    void ended(feeds::FeedEnd why) override { owner_.feed_ended(why); }

  private:
    void send(const feeds::EventText& result);

    Owner& owner_;
    Outbox& outbox_;
    std::string id_;
    net::ByteBudget::Charge charge_;
    Holdings::Place place_;
    chain::BlockRange range_; ///< with logs: others are not for this client
    SharedText prefix_;
    std::size_t most_held_;
    std::vector<feeds::EventText> held_;
    std::size_t held_bytes_ = 0;
    bool tells_heads_;
    bool announced_ = false;
};

/// All of one session.
class Subscriptions {
  public:
    std::size_t size() const { return all_.size(); }
    void add(std::unique_ptr<Subscription> subscription) {
        const std::string_view id = subscription->id();
        all_.emplace(id, std::move(subscription));
    }
    /// The client's unsubscribe. False when it has none of that id. One that is not announced yet is not its
    /// to end: it cannot know it, and whoever will announce it holds it.
    bool remove(std::string_view id);
    void clear() { all_.clear(); }

  private:
    std::unordered_map<std::string_view, std::unique_ptr<Subscription>> all_; ///< by a view into their own id
};

} // namespace weir::el
