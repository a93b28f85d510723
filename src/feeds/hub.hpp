// The subscriptions' side of the control thread: which feeds there are, who listens to each, and where
// each is read from. A feed serves all clients of all workers that asked for the same thing.
//
//   nodes' heads --> HeadReader --steps--> newHeads feed ----------+
//                         |                                        +--> one post per worker --> Board -->
//                         sessions
//                         +----steps--> LogReader --> logs feeds --+
//   nodes' links --> PassFeed, PollFeed --> pending, syncing, … ---+
#pragma once

#include "feeds/backlog.hpp"
#include "feeds/board.hpp"
#include "feeds/event_filter.hpp"
#include "feeds/head_reader.hpp"
#include "feeds/log_reader.hpp"
#include "feeds/pass_sources.hpp"
#include "nodes/head_sink.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::feeds {

class Hub final : public HubPort, public nodes::HeadSink {
  public:
    /// Runs something on a worker's thread with its board. Any thread.
    using Post = std::function<void(std::size_t worker, std::function<void(Board&)>)>;

    /// Nodes are asked over HTTP. Nothing of `io` may run after the hub is gone.
    Hub(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics, std::size_t workers,
        Post post);
    Hub(net::IoContext& io, std::unique_ptr<Questions> questions, metrics::ControlMetrics& metrics,
        std::size_t workers, Post post, Pauses pauses);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    void adopt(std::shared_ptr<const nodes::Snapshot> snapshot);
    void stop();

    void join(std::size_t worker, chain::SubscriptionRequest request, std::uint64_t ticket) override;
    void leave(std::size_t worker, FeedId feed) override;

    void link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) override;
    void link_down(std::uint32_t node_id, std::string_view why) override;
    void head_announced(std::uint32_t node_id, chain::HeaderPtr header) override;

  private:
    struct Feed;
    using FeedPtr = std::shared_ptr<Feed>;
    struct Place {
        std::size_t worker;
        std::uint64_t ticket;
    };

    /// A join, or the leave of `leaves`.
    struct Wish {
        Place place;
        chain::SubscriptionRequest request;
        FeedId leaves = 0;
    };

    void wish(Wish wish);
    void serve_wishes();
    void take_in(Place place, chain::SubscriptionRequest request);
    FeedPtr make(chain::SubscriptionRequest request);
    void open(const FeedPtr& feed);
    void open_passed(const FeedPtr& feed);
    void open_on_heads(const FeedPtr& feed);
    void open_all_on_heads();
    void opened(Feed& feed);
    void first_answer(const FeedPtr& feed, std::string_view error);
    void refuse(const FeedPtr& feed, std::string error);
    void answer(Place place, Joined joined);
    void let_go(std::size_t worker, FeedId id);
    void close(const FeedPtr& feed);
    void end(const std::vector<std::pair<FeedId, FeedEnd>>& ended);
    enum class Effort : std::uint8_t { always, best }; ///< best: left out when a worker is far behind
    void deliver(std::vector<Delivery> deliveries, Effort effort = Effort::always);
    void deliver(const Feed& feed, EventText event);
    void stepped(const std::vector<Step>& steps);
    void overflowed();
    std::size_t sources_of(const Feed& feed) const;
    void pass_on(const FeedPtr& feed);
    void pass_on_soon(const FeedPtr& feed);
    void pass_on_all();
    const config::Global& global() const { return questions_->snapshot()->config->global; }

    net::IoContext& io_;
    metrics::ControlMetrics& metrics_;
    Post post_;
    std::size_t workers_;
    Backlog backlog_{workers_};
    Pauses pauses_;
    std::unique_ptr<Questions> questions_;
    HeadReader heads_;
    LogReader logs_;
    std::unordered_map<std::uint32_t, std::shared_ptr<upstream::WsLink>> links_;
    std::unordered_map<std::string_view, FeedPtr> by_key_; ///< by a view into the feed's own key
    std::unordered_map<FeedId, FeedPtr> by_id_;
    std::unordered_map<FeedId, FeedPtr> passed_;   ///< those that only nodes can make
    std::unordered_map<FeedId, FeedPtr> unopened_; ///< those that follow heads, until the head is known
    std::size_t on_heads_ = 0;                     ///< open ones that follow heads
    FeedId next_id_ = 1;
    /// What workers wish, a little at a time: whatever else the thread has to do, obeying a signal to stop
    /// above all, gets its turn between.
    std::deque<Wish> wishes_;
    bool serving_ = false;
    bool stopped_ = false;
};

} // namespace weir::feeds
