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
#include "feeds/pass_feed.hpp"
#include "feeds/poll_feed.hpp"
#include "nodes/head_sink.hpp"

#include <functional>
#include <map>
#include <memory>
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

    void take_in(Place place, chain::SubscriptionRequest request);
    FeedPtr make(chain::SubscriptionRequest request);
    void open(const FeedPtr& feed);
    void open_passed(const FeedPtr& feed);
    void open_based();
    void opened(Feed& feed);
    void first_answer(const FeedPtr& feed, std::string_view error);
    void refuse(const FeedPtr& feed, std::string error);
    void answer(Place place, Joined joined);
    void let_go(std::size_t worker, FeedId id);
    void close(const FeedPtr& feed);
    void end(FeedId id, FeedEnd why);
    enum class Effort : std::uint8_t { always, best }; ///< best: left out when a worker is far behind
    void deliver(std::vector<LogLine::Delivery> deliveries, Effort effort = Effort::always);
    void deliver(const Feed& feed, EventText event);
    void stepped(const std::vector<Step>& steps);
    void overflowed();
    void listen();
    void pass_on(const FeedPtr& feed);
    void pass_on_soon(const FeedPtr& feed);
    void pass_on_all();
    std::vector<FeedPtr> all() const;
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
    std::unordered_map<std::string, FeedPtr> by_key_;
    std::map<FeedId, FeedPtr> by_id_;
    FeedId next_id_ = 1;
    bool stopped_ = false;
};

} // namespace weir::feeds
