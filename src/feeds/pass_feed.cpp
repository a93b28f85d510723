#include "feeds/pass_feed.hpp"

#include "chain/error_class.hpp"
#include "chain/json_rpc.hpp"

#include <utility>

namespace weir::feeds {

using upstream::LinkAnswer;

namespace {

std::string unsubscribe_method(const chain::SubscriptionRequest& request) {
    return std::string(request.ns()) + "_unsubscribe";
}

/// Is the error about the node rather than about the request?
bool another_may_take_it(std::string_view error) {
    const auto error_class = chain::classify_error(chain::scan_error(error), {});
    return error_class == chain::ErrorClass::no_method || chain::is_about_the_node(error_class);
}

} // namespace

bool PassFeed::refused_by(std::uint32_t node_id) const {
    const auto found = refused_until_.find(node_id);
    return found != refused_until_.end() && found->second > net::Clock::now();
}

void PassFeed::use(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) {
    if (stopped_ || refused_by(node_id) || asking_.link == link) return;
    if (live_.link == link) {
        asking_ = {}; // the better node has gone again before it answered
        return;
    }
    const auto attempt = ++attempts_; // an answer to an earlier one is unsubscribed when it comes
    asking_ = {node_id, link, {}, attempt};
    const std::weak_ptr<PassFeed> weak = weak_from_this();
    link->subscribe(
        request_.method, request_.params,
        [weak, attempt, link, method = unsubscribe_method(request_)](const LinkAnswer& answer) {
            const auto self = weak.lock();
            if (self && !self->stopped_ && self->asking_.attempt == attempt) {
                self->answered(answer);
            } else if (answer.kind == LinkAnswer::Kind::result) {
                link->unsubscribe(method, answer.json);
            }
        },
        [weak, attempt](std::string_view result) {
            const auto self = weak.lock();
            if (self && !self->stopped_ && self->live_.attempt == attempt) self->events_.event(result);
        });
}

void PassFeed::answered(const LinkAnswer& answer) {
    auto side = std::exchange(asking_, {});
    switch (answer.kind) {
    case LinkAnswer::Kind::result: {
        side.id = answer.json;
        auto old = std::exchange(live_, std::move(side));
        metrics_.upstream_subscriptions.add();
        if (old.link) drop(old);
        if (!std::exchange(answered_, true)) events_.first_answer({});
        break;
    }
    case LinkAnswer::Kind::error:
        refuse(side.node_id, pauses_.refusal);
        if (!answered_ && !another_may_take_it(answer.json)) {
            answered_ = true;
            events_.first_answer(answer.json);
            return;
        }
        refusal_ = answer.json;
        break;
    case LinkAnswer::Kind::lost:
    case LinkAnswer::Kind::timed_out:
        refuse(side.node_id, pauses_.longest);
        break;
    }
    events_.settled();
}

void PassFeed::refuse(std::uint32_t node_id, net::milliseconds time) {
    refused_until_[node_id] = net::Clock::now() + time;
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
