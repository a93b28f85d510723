// What a client's messages mean: calls go the road to the nodes. Subscriptions are in ws_subscriptions.cpp.
#include "chain/answer_id.hpp"
#include "chain/byte_order_mark.hpp"
#include "chain/renumber.hpp"
#include "el/errors.hpp"
#include "el/requests.hpp"
#include "el/ws_message.hpp"
#include "net/growth.hpp"
#include "net/inflate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::el {

using chain::Call;
using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

void WsSession::take(std::string_view text, net::ByteBudget::Charge charge) {
    auto message = std::make_shared<Message>();
    message->text = text;
    message->charge = std::move(charge);
    message->snapshot = room_.context.snapshot();
    message->queue_until = Clock::now() + limits().ws_queue_timeout;
    message->told = told_;
    auto& requests = message->requests;
    const auto scanned = read_requests(message->text, room_.context, requests);
    if (scanned != chain::ScanError::none) {
        metrics().el_own_errors.add();
        outbox_->push(scan_error_object(scanned, limits().max_batch_items));
        return;
    }
    if (requests.batch) {
        metrics().el_batches.add();
        metrics().el_batch_items.add(requests.calls.size());
    }
    calls_ += requests.calls.size();
    metrics().ws_calls_in_flight.add(static_cast<std::int64_t>(requests.calls.size()));
    auto task = serve_message(shared_from_this(), std::move(message));
    asio::co_spawn(room_.context.io, std::move(task), asio::detached);
}

/// `self` keeps the session while the call lasts, which may be longer than its connection.
Task<> WsSession::serve_message([[maybe_unused]] std::shared_ptr<WsSession> self,
                                std::shared_ptr<Message> message) {
    std::string text;
    if (message->requests.batch) {
        text = co_await answer_all(*message);
    } else {
        text = co_await answer_one(*message, message->requests.calls.front());
    }
    calls_ -= message->requests.calls.size();
    metrics().ws_calls_in_flight.sub(static_cast<std::int64_t>(message->requests.calls.size()));
    leave_queue(*message);
    if (ended_) co_return;
    if (!closing_) {
        if (!text.empty()) outbox_->push(std::move(text));
        // Only now that their ids are on the way.
        if (!closing_) announce(*message);
    }
    resume();
    if (draining_ && calls_ == 0) drain();
}

Task<std::string> WsSession::answer_one(Message& message, const Call& call) {
    if (!call.valid) co_return answer_to_invalid(call);
    std::string answer;
    if (chain::is_subscribe(call.method)) {
        answer = co_await subscribe(message, call);
    } else if (chain::is_unsubscribe(call.method)) {
        answer = unsubscribe(call);
    } else if (chain::traits_of(call.method).filter) {
        answer = co_await answer_filter_call(message, call);
    } else {
        answer = co_await answer_remotely(message, call);
    }
    if (call.id.empty()) answer.clear(); // a notification (JSON-RPC 2.0 §4.1)
    co_return answer;
}

Task<std::string> WsSession::answer_all(Message& message) {
    const auto& calls = message.requests.calls;
    BatchCall batch(client_, message.text, message.requests, message.limits(), Ids::ours,
                    room_.context.next_ids(calls.size()));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const auto& call = calls[i];
        const bool local =
            call.valid && (chain::is_subscribe(call.method) || chain::is_unsubscribe(call.method) ||
                           chain::traits_of(call.method).filter);
        if (!local) continue;
        auto answer = co_await answer_one(message, call);
        batch.give(i, std::move(answer));
    }
    SessionTies ties{.history = {message.told, true, false}};
    Origin here = origin(message, ties);
    for (;;) {
        begin_round(message, here);
        auto answered = co_await answer_batch(here, batch);
        note_heads(here.patience, ties.told);
        if (co_await may_try_again(message, here.patience, answered)) continue;
        for (const auto error : batch.errors())
            count_error(here, error);
        co_return std::move(answered.text);
    }
}

Origin WsSession::origin(const Message& message, SessionTies& ties) {
    return {.context = room_.context,
            .snapshot = room_.context.snapshot(),
            .client = client_,
            .deadline = {},
            .patience = Patience(message.queue_until),
            .session = &ties};
}

void WsSession::begin_round(const Message& message, Origin& origin) {
    origin.snapshot = room_.context.snapshot();
    origin.deadline = Clock::now() + message.limits().proxy_timeout;
    // Its heads may have told it meanwhile that the chain is lower.
    auto& history = origin.session->history;
    auto& latest = history.told[chain::HeadTag::latest];
    latest = std::min(latest, told_[chain::HeadTag::latest]);
    if (origin.patience.believes_lower()) history = {{}, false, history.sent};
}

Task<std::string> WsSession::answer_filter_call(Message& message, const Call& call) {
    const auto deadline = std::max(message.queue_until, Clock::now() + message.limits().proxy_timeout);
    auto own = co_await room_.filters.answer(call, address_, deadline);
    if (own.ask_nodes) {
        chain::Requests instead;
        chain::scan_requests(own.text, 1, instead);
        co_return co_await answer_remotely(message, instead.calls.front());
    }
    if (own.ours) metrics().el_own_errors.add();
    if (own.head) note(told_, {*own.head, chain::HeadTag::latest});
    co_return std::move(own.text);
}

Task<std::string> WsSession::answer_remotely(Message& message, const Call& call) {
    const auto id = room_.context.next_ids();
    std::string body;
    chain::append_renumbered(body, call, id);
    const bool repeatable = understand(call, message.limits()).traits.safety != chain::Safety::once;
    auto repeats = repeatable ? message.limits().max_retries : 0;
    SessionTies ties{.history = {message.told, true, false}, .own_id = id};
    Origin here = origin(message, ties);
    for (;;) {
        begin_round(message, here);
        auto answered = co_await answer_call(here, body, call);
        ties.history.sent = ties.history.sent || answered.outcome.may_have_run;
        if (co_await may_try_again(message, here.patience, answered)) continue;
        std::string text;
        const auto reading = co_await read_whole(answered, text, id);
        if (reading == Reading::foreign) {
            ties.avoided = answered.outcome.node_id;
            room_.context.answered_another(*ties.avoided);
        }
        if ((reading == Reading::cut_off || reading == Reading::foreign) && repeats > 0 && !ended_) {
            --repeats; // the client has seen nothing of it
            continue;
        }
        if (reading != Reading::whole) {
            const std::string_view why =
                reading == Reading::foreign   ? "the node answered another call (wrong_id)"
                : reading == Reading::cut_off ? "the node failed in the middle of its answer"
                                              : "the answer is larger than upstream_max_message_bytes";
            co_return error_object(call.id, internal_error, why);
        }
        note_heads(here.patience, ties.told);
        count_error(here, answered.error);
        if (answered.ours) metrics().el_own_errors.add();
        if (call.id.empty() || chain::put_id(text, call.id)) co_return text;
        co_return error_object(call.id, internal_error,
                               "the node's answer is not JSON-RPC (HTTP " + std::to_string(answered.status) +
                                   ')');
    }
}

/// The whole text of an answer, of which the beginning has come.
Task<WsSession::Reading> WsSession::read_whole(Answered& answered, std::string& text, std::uint64_t id) {
    if (!answered.streamed) {
        text = std::move(answered.text);
        co_return Reading::whole;
    }
    auto& outcome = answered.outcome;
    auto& connection = *outcome.lease;
    const auto most = limits().upstream_max_message_bytes;
    net::ByteBudget::Charge charge(room_.context.body_budget);
    bool fits =
        !announces_more_than(connection.head(), most) && net::append_within(text, outcome.body(), most);
    while (fits && !outcome.complete) {
        connection.set_deadline(Clock::now() + limits().proxy_timeout);
        std::string_view piece;
        const auto failure = co_await connection.read_piece(piece);
        if (failure != upstream::Failure::none || ended_) {
            connection.close();
            co_return Reading::cut_off;
        }
        fits = net::append_within(text, piece, most) && charge.raise_to(text.size());
        outcome.complete = connection.body_done();
    }
    if (!fits) {
        connection.close();
        co_return Reading::too_large;
    }
    connection.clear_deadline();
    const auto coding = connection.head().find(net::http::field::content_encoding);
    if (coding && !coding->empty() && !net::same_field_name(*coding, "identity")) {
        // Nobody asked for it, but there it is.
        bool ended = false;
        auto plain = net::inflate_prefix(text, most, ended);
        if (plain && ended) text = chain::without_mark(*plain);
    }
    if (chain::names_another(text, std::to_string(id))) { // one that is long may say so only at its end
        connection.close();
        co_return Reading::foreign;
    }
    outcome.lease.end();
    co_return Reading::whole;
}

void WsSession::head_told(std::uint64_t number, std::string_view header) {
    told_[chain::HeadTag::latest] = number;
    // Its client may have an HTTP connection too; of all sessions, one has to say so.
    auto& seen = room_.context.seen_heads;
    if (number <= seen.layer()) return;
    seen.told(number);
    seen.blocks.saw(chain::hash_of_block(header), number);
}

void WsSession::note_heads(const Patience& patience, const chain::ToldHeads& told) {
    for (const auto tag : chain::all_head_tags) {
        if (told[tag] == 0) continue;
        note(told_, {told[tag], tag});
        // Lower, after all the waiting: it did go back.
        if (patience.believes_lower()) told_[tag] = told[tag];
    }
    if (!patience.believes_lower()) return;
    const auto highest = std::max(told[chain::HeadTag::latest],
                                  room_.context.seen_heads.highest_of((*room_.context.snapshot())->el));
    auto& latest = told_[chain::HeadTag::latest];
    latest = std::min(latest, highest);
}

/// Waits where that may help. False when the answer stands.
Task<bool> WsSession::may_try_again(Message& message, Patience& patience, Answered& answered) {
    if (ended_ || closing_ || answered.streamed) co_return false;
    const bool waited = patience.waits();
    const auto until = patience.next_round(answered, answered.hope, Clock::now());
    if (!until) co_return false;
    if (!enter_queue(message)) {
        patience.give_up(answered);
        co_return false;
    }
    if (!waited) metrics().el_waits.add();
    WsWaiter waiter(room_.context.io);
    waiters_.push_back(waiter);
    room_.context.wait_for_change(waiter);
    waiter.timer.expires_at(*until);
    co_await waiter.timer.async_wait(use_task);
    co_return !ended_ && !closing_;
}

bool WsSession::enter_queue(Message& message) {
    if (message.waits) return true;
    if (waiting_messages_ >= limits().ws_queue_max_messages) return false;
    if (waiting_bytes_ + message.text.size() > limits().ws_queue_max_bytes) return false;
    message.waits = true;
    ++waiting_messages_;
    waiting_bytes_ += message.text.size();
    metrics().ws_waiting_calls.add();
    metrics().ws_waiting_bytes.add(static_cast<std::int64_t>(message.text.size()));
    return true;
}

void WsSession::leave_queue(Message& message) {
    if (!std::exchange(message.waits, false)) return;
    --waiting_messages_;
    waiting_bytes_ -= message.text.size();
    metrics().ws_waiting_calls.sub();
    metrics().ws_waiting_bytes.sub(static_cast<std::int64_t>(message.text.size()));
}

void WsSession::cancel_waits() {
    for (auto& waiter : waiters_)
        waiter.timer.cancel();
}

} // namespace weir::el
