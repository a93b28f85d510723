#include "feeds/hub.hpp"

#include "log/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <numeric>

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;
namespace asio = net::asio;

namespace {

constexpr std::string_view nobody_takes_it =
    R"({"code":-32603,"message":"no node took the subscription in time"})";
constexpr std::string_view no_head_known = R"({"code":-32603,"message":"no node told its head in time"})";

bool follows_heads(Kind kind) {
    return kind == Kind::new_heads || kind == Kind::logs;
}

} // namespace

struct Hub::Feed {
    Feed(net::IoContext& io, std::size_t workers)
        : listeners(workers)
        , timer(io) {}

    FeedId id = 0;
    chain::SubscriptionRequest request;
    std::vector<std::uint32_t> listeners; ///< joins by worker
    std::vector<Place> waiting;           ///< until it is open
    bool is_open = false;
    bool closed = false;
    net::Timer timer; ///< while opening: gives up; while nobody listens: the grace
    std::unique_ptr<EventFilter> filter;
    std::shared_ptr<PassFeed> passed;
    std::shared_ptr<PollFeed> polled;

    bool used() const {
        return !waiting.empty() ||
               std::any_of(listeners.begin(), listeners.end(), [](auto n) { return n != 0; });
    }
};

Hub::Hub(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics, std::size_t workers,
         Post post)
    : io_(io)
    , metrics_(metrics)
    , post_(std::move(post))
    , workers_(workers)
    , questions_(io, wheel)
    , heads_(io, questions_, metrics,
             {[this](const auto& steps) { stepped(steps); }, [this] { overflowed(); },
              [this] { pass_on_all(); }})
    , logs_(io, questions_, [this] { return heads_.source(); },
            {[this](FeedId feed, const std::vector<EventText>& logs) {
                 if (const auto found = by_id_.find(feed); found != by_id_.end())
                     deliver(*found->second, logs);
             },
             [this](FeedId feed, FeedEnd why) { end(feed, why); }}) {}

Hub::~Hub() = default;

void Hub::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    if (stopped_) return;
    questions_.adopt(std::move(snapshot));
    logs_.set_limits(questions_.snapshot()->config->global);
    heads_.adopted();
    pass_on_all();
}

void Hub::stop() {
    stopped_ = true;
    heads_.stop();
    logs_.stop();
    for (const auto& [id, feed] : by_id_) {
        feed->timer.cancel();
        if (feed->passed) feed->passed->stop();
        if (feed->polled) feed->polled->use(std::nullopt);
    }
    links_.clear();
    questions_.stop();
}

void Hub::join(std::size_t worker, chain::SubscriptionRequest request, std::uint64_t ticket) {
    asio::post(io_, [this, worker, ticket, request = std::move(request)]() mutable {
        if (!stopped_) take_in({worker, ticket}, std::move(request));
    });
}

void Hub::leave(std::size_t worker, FeedId feed) {
    asio::post(io_, [this, worker, feed] {
        if (!stopped_) let_go(worker, feed);
    });
}

void Hub::take_in(Place place, chain::SubscriptionRequest request) {
    const auto found = by_key_.find(request.key);
    if (found != by_key_.end()) {
        const auto& feed = found->second;
        if (feed->is_open) {
            feed->timer.cancel(); // its grace
            ++feed->listeners[place.worker];
            answer(place, {feed->id, {}});
        } else {
            feed->waiting.push_back(place);
        }
        return;
    }
    const auto feed = make(std::move(request));
    feed->waiting.push_back(place);
    open(feed);
}

Hub::FeedPtr Hub::make(chain::SubscriptionRequest request) {
    auto feed = std::make_shared<Feed>(io_, workers_);
    feed->id = next_id_++;
    feed->request = std::move(request);
    by_key_[feed->request.key] = feed;
    by_id_[feed->id] = feed;
    metrics_.feeds.add();
    return feed;
}

void Hub::open(const FeedPtr& feed) {
    const bool heads = follows_heads(feed->request.kind);
    const auto patience = questions_.snapshot()->config->global.ws_queue_timeout;
    feed->timer.expires_after(patience);
    feed->timer.async_wait([this, feed, heads](net::error_code ec) {
        if (!ec && !feed->is_open) refuse(feed, std::string(heads ? no_head_known : nobody_takes_it));
    });
    if (!heads) {
        open_passed(feed);
        return;
    }
    // Listening begins where the source is now: nothing that comes after the answer is missed.
    heads_.when_based([this, feed] {
        if (feed->closed || stopped_) return;
        if (feed->request.kind == Kind::logs) logs_.add(feed->id, feed->request.filter);
        opened(*feed);
        listen();
    });
}

void Hub::open_passed(const FeedPtr& feed) {
    const auto window = questions_.snapshot()->config->global.pending_dedup_window;
    feed->filter = std::make_unique<EventFilter>(feed->request.kind, window);
    const std::weak_ptr<Feed> weak = feed;
    const auto event = [this, weak](std::string_view result) {
        const auto self = weak.lock();
        if (!self || self->closed) return;
        if (self->filter->is_new(result))
            deliver(*self, {std::make_shared<const std::string>(result)});
        else
            metrics_.dropped_duplicates.add();
    };
    feed->passed = std::make_shared<PassFeed>(feed->request, metrics_,
                                              PassFeed::Events{event,
                                                               [this, weak](std::string_view error) {
                                                                   const auto self = weak.lock();
                                                                   if (!self || self->closed) return;
                                                                   if (error.empty())
                                                                       opened(*self);
                                                                   else
                                                                       refuse(self, std::string(error));
                                                               },
                                                               [this, weak] {
                                                                   // Not from within the answer of a link
                                                                   // that may be going down.
                                                                   asio::post(io_, [this, weak] {
                                                                       if (const auto self = weak.lock())
                                                                           pass_on(*self);
                                                                   });
                                                               }});
    if (PollFeed::can_poll(feed->request)) {
        feed->polled = std::make_shared<PollFeed>(io_, questions_, feed->request, event);
    }
    pass_on(*feed);
}

void Hub::opened(Feed& feed) {
    if (feed.is_open) return;
    feed.is_open = true;
    feed.timer.cancel();
    for (const auto& place : std::exchange(feed.waiting, {})) {
        ++feed.listeners[place.worker];
        answer(place, {feed.id, {}});
    }
}

void Hub::refuse(const FeedPtr& feed, std::string error) {
    for (const auto& place : std::exchange(feed->waiting, {}))
        answer(place, {0, error});
    close(feed);
}

void Hub::answer(Place place, Joined joined) {
    post_(place.worker, [ticket = place.ticket, joined = std::move(joined)](Board& board) {
        board.joined(ticket, joined);
    });
}

void Hub::let_go(std::size_t worker, FeedId id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return; // it has ended
    const auto feed = found->second;
    --feed->listeners[worker];
    if (feed->used()) return;
    feed->timer.expires_after(questions_.snapshot()->config->global.feed_grace);
    feed->timer.async_wait([this, feed](net::error_code ec) {
        if (!ec && !feed->used()) close(feed);
    });
}

void Hub::close(const FeedPtr& feed) {
    if (std::exchange(feed->closed, true)) return;
    feed->timer.cancel();
    if (feed->request.kind == Kind::logs) logs_.remove(feed->id);
    if (feed->passed) feed->passed->stop();
    if (feed->polled) feed->polled->use(std::nullopt);
    by_key_.erase(feed->request.key);
    by_id_.erase(feed->id);
    metrics_.feeds.sub();
    listen();
}

void Hub::end(FeedId id, FeedEnd why) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    const auto feed = found->second;
    metrics_.ended_feeds.add();
    log::warn("subscriptions cannot go on without a loss: their sessions are closed",
              {{"feed", feed->request.key}, {"reason", std::string(to_string(why))}});
    for (std::size_t worker = 0; worker < workers_; ++worker) {
        if (feed->listeners[worker] != 0) post_(worker, [id, why](Board& board) { board.end(id, why); });
    }
    close(feed);
}

void Hub::deliver(const Feed& feed, std::vector<EventText> events) {
    const auto shared = std::make_shared<const std::vector<EventText>>(std::move(events));
    for (std::size_t worker = 0; worker < workers_; ++worker) {
        if (feed.listeners[worker] == 0) continue;
        post_(worker, [id = feed.id, shared](Board& board) { board.deliver(id, *shared); });
    }
}

void Hub::stepped(const std::vector<Step>& steps) {
    const auto found = by_key_.find("newHeads");
    if (found != by_key_.end() && found->second->is_open) {
        std::vector<EventText> events;
        for (const auto& step : steps) {
            // A reorganisation shows by the new branch's heads, from the fork on.
            if (step.kind != Step::Kind::added) continue;
            events.push_back(EventText(step.header, &step.header->json));
        }
        if (!events.empty()) deliver(*found->second, std::move(events));
    }
    logs_.stepped(steps);
}

void Hub::overflowed() {
    std::vector<FeedId> torn;
    for (const auto& [id, feed] : by_id_) {
        if (feed->is_open && follows_heads(feed->request.kind)) torn.push_back(id);
    }
    for (const auto id : torn)
        end(id, FeedEnd::gap_too_large);
}

void Hub::listen() {
    heads_.listen(std::any_of(by_id_.begin(), by_id_.end(), [](const auto& entry) {
        return entry.second->is_open && follows_heads(entry.second->request.kind);
    }));
}

void Hub::link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) {
    if (stopped_) return;
    links_[node_id] = std::move(link);
    heads_.link_up(node_id);
    pass_on_all();
}

void Hub::link_down(std::uint32_t node_id, std::string_view) {
    if (stopped_) return;
    links_.erase(node_id);
    for (const auto& [id, feed] : by_id_) {
        if (feed->passed) feed->passed->link_lost(node_id);
    }
    heads_.link_down(node_id);
    pass_on_all();
}

void Hub::head_announced(std::uint32_t node_id, chain::HeaderPtr header) {
    if (!stopped_) heads_.announced(node_id, header);
}

void Hub::pass_on_all() {
    // Answers may come at once and change the list.
    std::vector<FeedPtr> all;
    for (const auto& [id, feed] : by_id_)
        all.push_back(feed);
    for (const auto& feed : all)
        pass_on(*feed);
}

/// Reads a feed that only nodes can make from the best node that takes it.
void Hub::pass_on(Feed& feed) {
    if (!feed.passed || feed.closed || stopped_) return;
    for (const auto node : nodes_to_ask(questions_, heads_.source())) {
        const auto link = links_.find(node);
        if (link == links_.end() || feed.passed->refused_by(node)) continue;
        if (feed.polled) feed.polled->use(std::nullopt);
        feed.passed->use(node, link->second);
        return;
    }
    if (!feed.polled || feed.passed->live()) return;
    feed.polled->use(heads_.source());
    if (heads_.source()) opened(feed);
}

} // namespace weir::feeds
