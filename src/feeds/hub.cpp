#include "feeds/hub.hpp"

#include "feeds/http_questions.hpp"
#include "log/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

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
        , timer(io)
        , retry(io) {}

    FeedId id = 0;
    chain::SubscriptionRequest request;
    std::vector<std::uint32_t> listeners; ///< joins by worker
    std::vector<Place> waiting;           ///< until it is open
    bool is_open = false;
    bool closed = false;
    net::Timer timer; ///< while opening: gives up; while nobody listens: the grace
    net::Timer retry; ///< while no node takes it
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
    : Hub(io, std::make_unique<HttpQuestions>(io, wheel), metrics, workers, std::move(post), {}) {}

Hub::Hub(net::IoContext& io, std::unique_ptr<Questions> questions, metrics::ControlMetrics& metrics,
         std::size_t workers, Post post, Pauses pauses)
    : io_(io)
    , metrics_(metrics)
    , post_(std::move(post))
    , workers_(workers)
    , pauses_(pauses)
    , questions_(std::move(questions))
    , heads_(io, *questions_, metrics, pauses,
             {[this](const auto& steps) { stepped(steps); }, [this] { overflowed(); },
              [this] {
                  logs_.source_changed();
                  pass_on_all();
              },
              [this] { open_based(); }})
    , logs_(io, *questions_, pauses, [this] { return heads_.source(); },
            {[this](auto deliveries) { deliver(std::move(deliveries)); },
             [this](FeedId feed, FeedEnd why) { end(feed, why); }}) {}

Hub::~Hub() = default;

void Hub::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    if (stopped_) return;
    questions_->adopt(std::move(snapshot));
    logs_.set_limits(global());
    heads_.adopted();
    pass_on_all();
}

void Hub::stop() {
    stopped_ = true;
    heads_.stop();
    logs_.stop();
    for (const auto& [id, feed] : by_id_) {
        feed->timer.cancel();
        feed->retry.cancel();
        if (feed->passed) feed->passed->stop();
        if (feed->polled) feed->polled->use(std::nullopt);
    }
    links_.clear();
    questions_->stop();
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
    if (!questions_->snapshot()) { // no node is known yet
        answer(place, {0, std::string(nobody_takes_it)});
        return;
    }
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
    feed->timer.expires_after(global().ws_queue_timeout);
    feed->timer.async_wait([this, feed, heads](net::error_code ec) {
        if (!ec && !stopped_ && !feed->is_open)
            refuse(feed, std::string(heads ? no_head_known : nobody_takes_it));
    });
    if (!heads)
        open_passed(feed);
    else if (heads_.is_based())
        open_based();
    else
        heads_.want_base();
}

/// Listening begins where the source is now: nothing that comes after the answer is missed.
void Hub::open_based() {
    for (const auto& feed : all()) {
        if (feed->is_open || !follows_heads(feed->request.kind)) continue;
        if (feed->request.kind == Kind::logs) logs_.add(feed->id, feed->request.filter);
        opened(*feed);
    }
    listen();
}

void Hub::open_passed(const FeedPtr& feed) {
    feed->filter = std::make_unique<EventFilter>(feed->request.kind, global().pending_dedup_window);
    const std::weak_ptr<Feed> weak = feed;
    const auto event = [this, weak](std::string_view result) {
        const auto self = weak.lock();
        if (!self || self->closed) return;
        if (self->filter->is_new(result))
            deliver(*self, std::make_shared<const std::string>(result));
        else
            metrics_.dropped_duplicates.add();
    };
    const auto answered = [this, weak](std::string_view error) {
        const auto self = weak.lock();
        if (self && !self->closed) first_answer(self, error);
    };
    const auto settled = [this, weak] {
        if (const auto self = weak.lock()) pass_on_soon(self);
    };
    feed->passed = std::make_shared<PassFeed>(feed->request, metrics_, pauses_,
                                              PassFeed::Events{event, answered, settled});
    if (PollFeed::can_poll(feed->request))
        feed->polled = std::make_shared<PollFeed>(io_, *questions_, feed->request, event);
    pass_on(feed);
}

void Hub::first_answer(const FeedPtr& feed, std::string_view error) {
    if (error.empty())
        opened(*feed);
    else
        refuse(feed, std::string(error));
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
    feed->timer.expires_after(global().feed_grace);
    feed->timer.async_wait([this, feed](net::error_code ec) {
        if (!ec && !stopped_ && !feed->used()) close(feed);
    });
}

void Hub::close(const FeedPtr& feed) {
    if (std::exchange(feed->closed, true)) return;
    feed->timer.cancel();
    feed->retry.cancel();
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

/// Everything that is new in one post to each worker that has somebody for it, and one text for all.
void Hub::deliver(std::vector<LogLine::Delivery> deliveries, Effort effort) {
    std::vector<bool> concerned(workers_);
    std::size_t count = 0;
    for (const auto& delivery : deliveries) {
        count += delivery.events.size();
        const auto found = by_id_.find(delivery.feed);
        if (found == by_id_.end()) continue;
        for (std::size_t worker = 0; worker < workers_; ++worker)
            if (found->second->listeners[worker] != 0) concerned[worker] = true;
    }
    const auto shared = std::make_shared<const std::vector<LogLine::Delivery>>(std::move(deliveries));
    for (std::size_t worker = 0; worker < workers_; ++worker) {
        if (!concerned[worker]) continue;
        if (effort == Effort::best && backlog_.is_full(worker)) {
            metrics_.left_out_events.add(count);
            continue;
        }
        post_(worker, [shared, counted = backlog_.add(worker, count)](Board& board) {
            for (const auto& [feed, events] : *shared)
                board.deliver(feed, events); // those that it has nobody for are no cost
        });
    }
}

void Hub::deliver(const Feed& feed, EventText event) {
    std::vector<LogLine::Delivery> one;
    one.push_back({feed.id, {std::move(event)}});
    // Syncing is told when it differs from what was told: nothing of that may be missing.
    deliver(std::move(one), feed.request.kind == Kind::syncing ? Effort::always : Effort::best);
}

void Hub::stepped(const std::vector<Step>& steps) {
    const auto found = by_key_.find("newHeads");
    if (found != by_key_.end() && found->second->is_open) {
        LogLine::Delivery heads{found->second->id, {}};
        for (const auto& step : steps) {
            // A reorganisation shows by the new branch's heads, from the fork on. The text keeps its header
            // alive.
            if (step.kind == Step::Kind::added) heads.events.emplace_back(step.header, &step.header->json);
        }
        if (!heads.events.empty()) deliver({std::move(heads)});
    }
    logs_.stepped(steps);
}

void Hub::overflowed() {
    for (const auto& feed : all()) {
        if (feed->is_open && follows_heads(feed->request.kind)) end(feed->id, FeedEnd::gap_too_large);
    }
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

std::vector<Hub::FeedPtr> Hub::all() const {
    std::vector<FeedPtr> all; // what is done with them may change the list
    for (const auto& [id, feed] : by_id_)
        all.push_back(feed);
    return all;
}

void Hub::pass_on_all() {
    for (const auto& feed : all())
        pass_on(feed);
}

/// Not from within the answer of a link that may be going down.
void Hub::pass_on_soon(const FeedPtr& feed) {
    asio::post(io_, [this, weak = std::weak_ptr(feed)] {
        if (const auto self = weak.lock()) pass_on(self);
    });
}

/// Reads a feed that only nodes can make from the best node that takes it.
void Hub::pass_on(const FeedPtr& feed) {
    if (!feed->passed || feed->closed || stopped_) return;
    auto& passed = *feed->passed;
    const auto source = heads_.source();
    const auto* status = source ? questions_->find(*source) : nullptr;
    // A node announces only changes of syncing: how things are on the next node has to be asked. And what the
    // best node can only be asked for is asked, whatever another one's link tells: the filter lets nothing
    // pass twice.
    const bool always =
        feed->polled && (feed->request.kind == Kind::syncing || (status && !status->node->ws));
    if (always) {
        feed->polled->use(source);
    } else if (passed.live() && feed->polled) {
        feed->polled->use(std::nullopt); // it went on until the node had taken the subscription
    }
    for (const auto node : questions_->nodes_to_ask(source)) {
        const auto link = links_.find(node);
        if (link == links_.end() || passed.refused_by(node) || !link->second->is_open()) continue;
        passed.use(node, link->second);
        return;
    }
    if (passed.live() || passed.asking()) return;
    if (feed->polled && source) {
        feed->polled->use(source);
        passed.no_first_answer();
        opened(*feed);
    } else if (!feed->is_open && !passed.refusal().empty()) {
        refuse(feed, passed.refusal());
        return;
    }
    feed->retry.expires_after(pauses_.longest);
    feed->retry.async_wait([this, weak = std::weak_ptr(feed)](net::error_code ec) {
        const auto self = weak.lock();
        if (!ec && self) pass_on(self);
    });
}

} // namespace weir::feeds
