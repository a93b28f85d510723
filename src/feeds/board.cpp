#include "feeds/board.hpp"

#include <utility>

namespace weir::feeds {

std::string_view to_string(FeedEnd end) {
    switch (end) {
    case FeedEnd::gap_too_large: return "missed more blocks than can be made good";
    case FeedEnd::logs_too_many: return "more logs to take back than are kept";
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

void Board::cancel(std::uint64_t ticket) { waiting_.erase(ticket); }

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
    if (listeners.empty() && delivering_ != listener.feed_) feeds_.erase(feed);
    listener.board_ = nullptr;
    listener.feed_ = 0;
}

void Board::deliver(FeedId feed, std::span<const EventText> events) {
    const auto found = feeds_.find(feed);
    if (found == feeds_.end()) return;
    auto& listeners = found->second;
    delivering_ = feed;
    for (const auto& event : events) {
        next_ = listeners.empty() ? nullptr : &listeners.front();
        while (next_) {
            Listener& listener = *next_;
            const auto after = std::next(listeners.iterator_to(listener));
            next_ = after == listeners.end() ? nullptr : &*after;
            listener.event(event);
        }
    }
    delivering_ = 0;
    if (listeners.empty()) feeds_.erase(feed);
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
