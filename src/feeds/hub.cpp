#include "feeds/hub.hpp"

#include "chain/networks.hpp"
#include "feeds/http_questions.hpp"
#include "feeds/hub_feed.hpp"

#include <boost/asio/post.hpp>

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;
namespace asio = net::asio;

namespace {

constexpr std::string_view nobody_takes_it =
    R"({"code":-32603,"message":"no node took the subscription in time"})";
constexpr std::string_view no_head_known = R"({"code":-32603,"message":"no node told its head in time"})";

/// Joins and leaves served at one go.
constexpr std::size_t wishes_at_once = 32;

/// Whether a header's bloom says which logs its block has: as configured, or on the chains that are known for
/// it. As long as nobody knows which chain it is, no.
bool trusts_bloom(const nodes::Snapshot& snapshot) {
    const auto& global = snapshot.config->global;
    if (global.trust_logs_bloom) return *global.trust_logs_bloom;
    if (global.chain_id) return chain::has_true_blooms(*global.chain_id);
    bool known = false;
    for (const auto& status : snapshot.el.nodes) {
        if (!status.in_service() || !status.chain_id) continue;
        if (!chain::has_true_blooms(*status.chain_id)) return false;
        known = true;
    }
    return known;
}

} // namespace

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
              [this] { open_all_on_heads(); }})
    , logs_(io, *questions_, pauses, [this] { return heads_.source(); },
            {[this](auto deliveries) { deliver(std::move(deliveries)); },
             [this](const auto& ended) { end(ended); }}) {}

Hub::~Hub() = default;

void Hub::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    if (stopped_) return;
    questions_->adopt(std::move(snapshot));
    logs_.set_limits(global(), trusts_bloom(*questions_->snapshot()));
    heads_.adopted();
    pass_on_all();
}

void Hub::stop() {
    stopped_ = true;
    heads_.stop();
    logs_.stop();
    wishes_.clear();
    for (const auto& [id, feed] : by_id_) {
        feed->timer.cancel();
        if (!feed->passing) continue;
        feed->passing->retry.cancel();
        feed->passing->feed->stop();
        if (feed->passing->polled) feed->passing->polled->use(std::nullopt);
    }
    links_.clear();
    questions_->stop();
}

void Hub::join(std::size_t worker, chain::SubscriptionRequest request, std::uint64_t ticket) {
    asio::post(io_, [this, wanted = Wish{{worker, ticket}, std::move(request), 0}]() mutable {
        wish(std::move(wanted));
    });
}

void Hub::leave(std::size_t worker, FeedId feed) {
    asio::post(io_, [this, worker, feed] { wish({{worker, 0}, {}, feed}); });
}

void Hub::wish(Wish wish) {
    if (stopped_) return;
    wishes_.push_back(std::move(wish));
    if (!std::exchange(serving_, true)) asio::post(io_, [this] { serve_wishes(); });
}

void Hub::serve_wishes() {
    for (std::size_t served = 0; served < wishes_at_once && !wishes_.empty(); ++served) {
        auto next = std::move(wishes_.front());
        wishes_.pop_front();
        if (next.leaves != 0)
            let_go(next.place.worker, next.leaves);
        else
            take_in(next.place, std::move(next.request));
    }
    serving_ = !wishes_.empty();
    if (serving_) asio::post(io_, [this] { serve_wishes(); });
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
    by_key_.emplace(feed->request.key, feed);
    by_id_.emplace(feed->id, feed);
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
    if (!heads) {
        open_passed(feed);
    } else if (heads_.is_based()) {
        open_on_heads(feed);
    } else {
        unopened_.emplace(feed->id, feed);
        heads_.want_base();
    }
}

/// Listening begins where the source is now: nothing that comes after the answer is missed.
void Hub::open_on_heads(const FeedPtr& feed) {
    if (feed->request.kind == Kind::logs) logs_.add(feed->id, std::move(feed->request.filter));
    ++on_heads_;
    opened(*feed);
    heads_.listen(true);
}

void Hub::open_all_on_heads() {
    for (const auto& [id, feed] : std::exchange(unopened_, {}))
        open_on_heads(feed);
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
    if (feed->request.kind == Kind::logs) logs_.remove(feed->id);
    if (feed->passing) {
        feed->passing->retry.cancel();
        feed->passing->feed->stop();
        if (feed->passing->polled) feed->passing->polled->use(std::nullopt);
        passed_.erase(feed->id);
    } else if (feed->is_open && --on_heads_ == 0) {
        heads_.listen(false);
    }
    unopened_.erase(feed->id);
    by_key_.erase(feed->request.key);
    by_id_.erase(feed->id);
    metrics_.feeds.sub();
}

} // namespace weir::feeds
