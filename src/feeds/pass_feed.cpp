#include "feeds/pass_feed.hpp"

#include <utility>

namespace weir::feeds {

using upstream::LinkAnswer;

namespace {

constexpr std::chrono::seconds refusal_is_believed{30};

std::string unsubscribe_method(const chain::SubscriptionRequest& request) {
    return std::string(request.ns()) + "_unsubscribe";
}

} // namespace

bool PassFeed::refused_by(std::uint32_t node_id) const {
    const auto found = refused_until_.find(node_id);
    return found != refused_until_.end() && found->second > net::Clock::now();
}

void PassFeed::use(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) {
    if (stopped_ || refused_by(node_id) || live_.link == link || asking_.link == link) return;
    const auto attempt = ++attempts_; // an answer to an earlier one is unsubscribed when it comes
    asking_ = {node_id, link, {}, attempt};
    const std::weak_ptr<PassFeed> weak = weak_from_this();
    link->subscribe(
        request_.method, request_.params,
        [weak, attempt, link, method = unsubscribe_method(request_)](const LinkAnswer& answer) {
            const auto self = weak.lock();
            if (self && !self->stopped_ && self->asking_.attempt == attempt) {
                self->answered(attempt, answer);
            } else if (answer.kind == LinkAnswer::Kind::result) {
                link->unsubscribe(method, answer.json);
            }
        },
        [weak, attempt](std::string_view result) {
            const auto self = weak.lock();
            if (self && !self->stopped_ && self->live_.attempt == attempt) self->events_.event(result);
        });
}

void PassFeed::answered(std::uint64_t, const LinkAnswer& answer) {
    auto side = std::exchange(asking_, {});
    if (answer.kind == LinkAnswer::Kind::result) {
        side.id = answer.json;
        auto old = std::exchange(live_, std::move(side));
        metrics_.upstream_subscriptions.add();
        if (old.link) drop(old);
        if (!std::exchange(answered_, true)) events_.first_answer({});
        return;
    }
    if (answer.kind == LinkAnswer::Kind::error) {
        if (!std::exchange(answered_, true)) {
            events_.first_answer(answer.json);
            return;
        }
        refused_until_[side.node_id] = net::Clock::now() + refusal_is_believed;
    }
    events_.failed();
}

void PassFeed::drop(Side& side) {
    metrics_.upstream_subscriptions.sub();
    if (side.link->is_open()) side.link->unsubscribe(unsubscribe_method(request_), side.id);
    side = {};
}

void PassFeed::link_lost(std::uint32_t node_id) {
    if (live_.link && live_.node_id == node_id) {
        metrics_.upstream_subscriptions.sub();
        live_ = {};
    }
    if (asking_.link && asking_.node_id == node_id) asking_ = {};
}

void PassFeed::stop() {
    stopped_ = true;
    asking_ = {};
    if (live_.link) drop(live_);
}

} // namespace weir::feeds
