// A session's subscriptions: made on the worker's board, announced, and ended.
#include "chain/json_members.hpp"
#include "el/errors.hpp"
#include "el/ws_message.hpp"

#include <utility>

namespace weir::el {

using chain::Call;
using net::Clock;
using net::Task;
using net::use_task;

namespace {

/// An answer that nobody gets any more.
constexpr std::string_view gone = "{}";

} // namespace

Task<std::string> WsSession::subscribe(Message& message, const Call& call) {
    if (subscriptions_.size() + joining_ >= limits().ws_max_subscriptions_per_session) {
        co_return error_object(call.id, limit_exceeded,
                               "more than " + std::to_string(limits().ws_max_subscriptions_per_session) +
                                   " subscriptions in one session");
    }
    if (call.id.empty()) co_return ""; // without an id there is no use for one
    auto request = chain::read_subscription(call.method, call.params);
    if (!request.refusal.empty()) co_return error_object(call.id, invalid_params, request.refusal);
    net::ByteBudget::Charge charge(room_.kept);
    if (!charge.raise_to(request.params.size())) {
        co_return error_object(call.id, limit_exceeded, "clients keep as much as max_filter_bytes allows");
    }
    auto taken = take_place();
    if (taken.full != Holdings::Full::no) co_return refused_place(call, taken.full);
    const auto subscribed = request;
    WsWaiter waiter(room_.context.io);
    std::string answer;
    ++joining_;
    const auto ticket = room_.board.join(std::move(request), [&](const feeds::Joined& joined) {
        --joining_; // from here on it counts as one of the subscriptions, or not at all
        if (joined.feed == 0) {
            answer = error_answer(call.id, joined.error);
        } else if (ended_ || closing_) {
            room_.board.leave(joined.feed);
            answer = gone;
        } else {
            answer =
                listen(message, call, joined.feed, subscribed, std::move(charge), std::move(taken.place));
        }
        waiter.timer.cancel();
    });
    waiters_.push_back(waiter);
    waiter.timer.expires_at(Clock::time_point::max());
    while (answer.empty() && !ended_ && !closing_ && !draining_)
        co_await waiter.timer.async_wait(use_task);
    if (answer.empty()) {
        --joining_;
        room_.board.cancel(ticket);
        answer = error_object(call.id, internal_error, shutting_down); // else nobody gets it
    }
    co_return answer;
}

Holdings::Taken WsSession::take_place() {
    if (!held_here_) held_here_ = room_.holdings.of_client(address_);
    return room_.holdings.take(held_here_, config::or_unlimited(limits().ws_max_subscriptions),
                               config::or_unlimited(limits().ws_max_subscriptions_per_address));
}

std::string WsSession::refused_place(const Call& call, Holdings::Full full) {
    metrics().ws_subscriptions_refused.add();
    const bool all = full == Holdings::Full::all;
    const auto most = all ? limits().ws_max_subscriptions : limits().ws_max_subscriptions_per_address;
    return error_object(call.id, limit_exceeded,
                        "more than " + std::to_string(most) +
                            (all ? " subscriptions" : " subscriptions of one address"));
}

/// The feed's events are for this session from here on: within the call that tells of the feed, so that none
/// is missed.
std::string WsSession::listen(Message& message, const Call& call, feeds::FeedId feed,
                              const chain::SubscriptionRequest& request, net::ByteBudget::Charge charge,
                              Holdings::Place place) {
    auto subscription = std::make_unique<Subscription>(*this, *outbox_, room_.ids.next(), request,
                                                       std::move(charge), limits().ws_send_queue_max_bytes);
    subscription->hold(std::move(place));
    room_.board.listen(feed, *subscription);
    message.unannounced.push_back(subscription.get());
    auto answer = string_result(call.id, subscription->id());
    subscriptions_.add(std::move(subscription));
    metrics().ws_subscriptions.add();
    metrics().ws_subscriptions_total.add();
    return answer;
}

void WsSession::announce(Message& message) {
    for (auto* subscription : std::exchange(message.unannounced, {}))
        subscription->announce();
}

std::string WsSession::unsubscribe(const Call& call) {
    std::optional<std::string_view> id;
    chain::each_element(call.params, [&](std::string_view element) {
        if (element.starts_with('"')) id = chain::text_of(element);
        return false;
    });
    if (!id) return error_object(call.id, invalid_params, "invalid params: the subscription's id is missing");
    if (!subscriptions_.remove(*id)) return error_object(call.id, not_found, "subscription not found");
    metrics().ws_subscriptions.sub();
    return result_answer(call.id, "true");
}

void WsSession::leave_subscriptions() {
    metrics().ws_subscriptions.sub(static_cast<std::int64_t>(subscriptions_.size()));
    subscriptions_.clear();
}

} // namespace weir::el
