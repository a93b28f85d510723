// One worker's side of the subscriptions: which of its sessions listen to which feed. The hub on the
// control thread makes feeds and sends their events; the board hands each event, one shared text, to
// all who listen. Touched only on its worker's thread.
#pragma once

#include "chain/subscription.hpp"

#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::feeds {

using FeedId = std::uint64_t;                         ///< never used twice in the process
using EventText = std::shared_ptr<const std::string>; ///< raw JSON of params.result

/// Why a feed cannot go on. Sessions that listen to it are closed with 1013, so that the client knows.
enum class FeedEnd : std::uint8_t { gap_too_large, logs_too_many, logs_refused };
std::string_view to_string(FeedEnd end);

/// A session's subscription, as the board sees it. Owned by the session; leaves its feed when destroyed.
class Listener
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    virtual void event(const EventText& result) = 0;
    /// The feed has ended; the listener is out of it already and may be destroyed within this call.
    virtual void ended(FeedEnd end) = 0;
    virtual ~Listener();

  private:
    friend class Board;
    class Board* board_ = nullptr;
    FeedId feed_ = 0; ///< 0: in none
};

/// Events of one feed, in their order.
struct Delivery {
    FeedId feed = 0;
    std::vector<EventText> events;
};

/// What became of a join.
struct Joined {
    FeedId feed = 0;   ///< 0: not joined
    std::string error; ///< then: a JSON-RPC error object in raw JSON, the node's own or weir's
};

/// What the board asks of the hub. Thread-safe: calls arrive there in their order.
class HubPort {
  public:
    virtual void join(std::size_t worker, chain::SubscriptionRequest request, std::uint64_t ticket) = 0;
    /// One leave for each join that was answered with a feed.
    virtual void leave(std::size_t worker, FeedId feed) = 0;

  protected:
    ~HubPort() = default;
};

class Board {
  public:
    Board(HubPort& hub, std::size_t worker)
        : hub_(hub)
        , worker_(worker) {}

    using Done = std::function<void(const Joined&)>;
    /// `done` is called once, on this thread, never within join(): with the feed, or with the error for the
    /// client. To listen it calls listen() after it has queued the client's answer; otherwise leave(). After
    /// cancel() it is not called, and whatever was joined is left.
    std::uint64_t join(chain::SubscriptionRequest request, Done done);
    void cancel(std::uint64_t ticket);
    void listen(FeedId feed, Listener& listener);
    void leave(FeedId feed) { hub_.leave(worker_, feed); }

    // From the hub, in its order; joined() and end() only when nothing is unfinished:
    void joined(std::uint64_t ticket, const Joined& result);
    /// Thousands of listeners, or of feeds, are told in slices, so that whatever else the thread has to do
    /// gets its turn: `deliveries` stay until unfinished() is false, and nothing else is delivered before.
    void deliver(std::span<const Delivery> deliveries);
    void end(FeedId feed, FeedEnd why);

    bool unfinished() const { return !deliveries_.empty(); }
    /// The next slice.
    void go_on();

  private:
    friend class Listener;
    using Listeners = boost::intrusive::list<Listener, boost::intrusive::constant_time_size<false>>;

    void remove(Listener& listener);
    void begin();

    HubPort& hub_;
    std::size_t worker_;
    std::uint64_t next_ticket_ = 1;
    std::unordered_map<std::uint64_t, Done> waiting_;
    std::unordered_map<FeedId, Listeners> feeds_;
    bool is_under_way(FeedId feed) const { return !deliveries_.empty() && deliveries_.front().feed == feed; }

    std::span<const Delivery> deliveries_; ///< the first one is under way: listeners may leave within it
    std::size_t event_ = 0;                ///< of it, the one under way
    Listener* next_ = nullptr;             ///< who is told that event next; null: all have been
};

} // namespace weir::feeds
