#include "feeds/board.hpp"

#include <utility>

namespace weir::feeds {

namespace {

/// Listeners told at one go: few enough that what was touched for one is still in the cache when its write
/// ends.
constexpr std::size_t slice = 32;

} // namespace

std::string_view to_string(FeedEnd end) {
    switch (end) {
    case FeedEnd::gap_too_large:
        return "missed more blocks than can be made good";
    case FeedEnd::logs_too_many:
        return "more logs to take back than are kept";
    case FeedEnd::logs_refused:
        return "no node gives the logs of a block";
    }
    return "";
}

Listener::~Listener() {
    if (board_) board_->remove(*this);
}

std::uint64_t Board::join(chain::SubscriptionRequest request, Done done) {
    const auto ticket = next_ticket_++;
    waiting_.emplace(ticket, std::move(done));
    hub_.join(worker_, std::move(request), ticket);
    return ticket;
}

void Board::cancel(std::uint64_t ticket) {
    waiting_.erase(ticket);
}

void Board::joined(std::uint64_t ticket, const Joined& result) {
    auto waiting = waiting_.extract(ticket);
    if (!waiting.empty()) {
        waiting.mapped()(result);
    } else if (result.feed != 0) {
        leave(result.feed); // who asked has gone
    }
}

void Board::listen(FeedId feed, Listener& listener) {
    listener.board_ = this;
    listener.feed_ = feed;
    feeds_[feed].push_back(listener);
}

void Board::remove(Listener& listener) {
    const auto feed = feeds_.find(listener.feed_);
    auto& listeners = feed->second;
    const auto here = listeners.iterator_to(listener);
    if (next_ == &listener) {
        const auto after = std::next(here);
        next_ = after == listeners.end() ? nullptr : &*after;
    }
    listeners.erase(here);
    leave(listener.feed_);
    // A delivery under way still walks the list; it removes an empty one itself.
    if (listeners.empty() && !is_under_way(listener.feed_)) feeds_.erase(feed);
    listener.board_ = nullptr;
    listener.feed_ = 0;
}

void Board::deliver(std::span<const Delivery> deliveries) {
    deliveries_ = deliveries;
    begin();
    go_on();
}

/// The delivery in front begins.
void Board::begin() {
    event_ = 0;
    next_ = nullptr;
    if (deliveries_.empty() || deliveries_.front().events.empty()) return;
    const auto found = feeds_.find(deliveries_.front().feed);
    if (found != feeds_.end()) next_ = &found->second.front();
}

void Board::go_on() {
    for (std::size_t told = 0; told < slice && !deliveries_.empty(); ++told) {
        const auto& [feed, events] = deliveries_.front();
        if (!next_) {
            const auto found = feeds_.find(feed);
            if (++event_ < events.size() && found != feeds_.end() && !found->second.empty()) {
                next_ = &found->second.front();
            } else {
                if (found != feeds_.end() && found->second.empty()) feeds_.erase(found);
                deliveries_ = deliveries_.subspan(1);
                begin();
                continue;
            }
        }
        Listener& listener = *next_;
        auto& listeners = feeds_.find(feed)->second;
        const auto after = std::next(listeners.iterator_to(listener));
        next_ = after == listeners.end() ? nullptr : &*after;
        listener.event(events[event_]);
    }
}

void Board::end(FeedId feed, FeedEnd why) {
    const auto found = feeds_.find(feed);
    if (found == feeds_.end()) return;
    Listeners listeners;
    listeners.swap(found->second);
    feeds_.erase(found);
    for (auto& listener : listeners) {
        listener.board_ = nullptr; // the hub has forgotten the feed: nobody is left to tell
        listener.feed_ = 0;
    }
    while (!listeners.empty()) {
        Listener& listener = listeners.front();
        listeners.pop_front();
        listener.ended(why); // which may destroy others of the list too
    }
}

} // namespace weir::feeds
