#include "upstream/ws_link.hpp"

#include "net/growth.hpp"
#include "net/pause_detector.hpp"
#include "upstream/dial.hpp"
#include "upstream/upgrade.hpp"
#include "upstream/ws_link_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/websocket/error.hpp>

#include <utility>

namespace weir::upstream {

using net::Clock;
using net::error_code;
using net::Task;
using net::use_task;
namespace asio = net::asio;
namespace websocket = net::websocket;

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t least_read = 4096;
constexpr std::size_t kept_capacity = 1024 * 1024;
/// Of notifications that no subscription is known for yet: nodes send few before the answer, if any.
constexpr std::size_t max_early_events = 1024;
constexpr std::size_t max_early_bytes = 4 * 1024 * 1024;
constexpr std::size_t max_calls = 65'536; ///< without an answer
constexpr std::string_view no_id = R"({"code":-32603,"message":"the node answered no subscription id"})";

} // namespace

Task<std::string> WsLink::State::open(const Endpoint& endpoint, const Addresses& addresses) {
    const auto at = Clock::now() + limits.connect_timeout;
    std::string explanation;
    const Dialing dialing{stream(), opening, ended, explanation, reached};
    if (!ended && co_await dial(dialing, endpoint, addresses, at) != Failure::none && !ended) {
        ended = true;
        co_return explanation;
    }
    if (ended) co_return why;

    ws.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                  websocket::stream_base::none(),
                                                  false}); // the wheel's deadlines cost less
    ws.read_message_max(limits.max_message_bytes);
    ws.auto_fragment(false);
    const auto decorate = [&endpoint](websocket::request_type& request) {
        add_upgrade_headers(request, endpoint);
    };
    ws.set_option(websocket::stream_base::decorator(decorate));
    std::string target = endpoint.url.path.empty() ? "/" : endpoint.url.path;
    if (!endpoint.url.query.empty()) target.append("?").append(endpoint.url.query);
    websocket::response_type response;
    opening.set(at);
    const auto [ec] = co_await ws.async_handshake(response, endpoint.host_header, target, use_task);
    const bool late = opening.expired();
    opening.clear();
    if (ended) co_return why;
    if (ec || late) {
        ended = true;
        stream().close();
        if (late) co_return "the upgrade timed out";
        if (const auto tls_trouble = stream().explain_tls(ec); !tls_trouble.empty())
            co_return "TLS: " + tls_trouble;
        if (ec != websocket::error::upgrade_declined) co_return "the upgrade failed: " + words_of(ec, {});
        co_return "the upgrade was refused: HTTP " + std::to_string(response.result_int());
    }
    ws.control_callback([this](websocket::frame_type, boost::beast::string_view) { heard = true; });
    opened = true;
    heard = true;
    set_ping();
    co_return std::string();
}

Task<> WsLink::State::read() {
    const auto most = limits.max_message_bytes + least_read; // whose end may be seen by a further read only
    while (is_open()) {
        // Piece by piece: a large message that takes longer than a ping's time is a sign of life.
        // Beast looks at what a frame announces, and adds up fragments: nothing is taken in that makes the
        // message longer than the limit. Neither does the buffer take more on the way there.
        const auto size = std::min(read_size, most - in.size());
        in.reserve(net::capacity_for(in.size() + size, most));
        const auto [ec, n] = co_await ws.async_read_some(in, size, use_task);
        heard = true;
        if (ec) {
            lose(words_of(ec, ws.reason()));
            co_return;
        }
        if (!ws.is_message_done()) continue;
        metrics.link_messages_in.add();
        take({static_cast<const char*>(in.data().data()), in.size()});
        in.consume(in.size());
        if (in.capacity() > kept_capacity) in.shrink_to_fit();
    }
}

Task<> WsLink::State::write(std::shared_ptr<WsLink> /*alive while it writes*/) {
    while (!out.empty() && is_open()) {
        const auto text = asio::buffer(out.front());
        const auto [ec, n] = co_await ws.async_write(text, use_task);
        if (ec) {
            lose(words_of(ec, {}));
            break;
        }
        metrics.link_messages_out.add();
        out_bytes -= out.front().size();
        out.pop_front();
    }
    writing = false;
}

void WsLink::State::take(std::string_view text) {
    const auto message = read_link_message(text);
    switch (message.kind) {
    case LinkMessage::Kind::result:
    case LinkMessage::Kind::error:
        return answered(message);
    case LinkMessage::Kind::event:
        return notified(message);
    case LinkMessage::Kind::stranger:
        return lose("answered a call that was not made");
    case LinkMessage::Kind::other:
        return;
    case LinkMessage::Kind::garbage:
        return lose("a message is not a JSON object");
    }
}

void WsLink::State::answered(const LinkMessage& message) {
    if (message.id == 0 || message.id > last_id) return lose("answered a call that was not made");
    const auto found = calls.find(message.id);
    if (found == calls.end()) return;       // late, after its time was up, or what unsubscribing came to
    const auto node = calls.extract(found); // the callback may make calls of its own
    Call& call = node.mapped();
    call.deadline.clear();
    // A subscription without an id is none, whatever the node calls it.
    const bool nameless = call.subscribes && !is_subscription_id(message.json);
    const bool result = message.kind == LinkMessage::Kind::result, good = result && !nameless;
    if (!call.answer) {
        // Whoever subscribed has given up meanwhile, the node has not.
        if (good && call.subscribes) owner.unsubscribe(call.unsubscribe_method, message.json);
        return;
    }
    const bool subscribed = good && call.subscribes;
    if (subscribed) subscriptions.insert_or_assign(std::string(message.json), call.event);
    call.answer({good ? LinkAnswer::Kind::result : LinkAnswer::Kind::error,
                 result && nameless ? no_id : message.json});
    if (subscribed) deliver_early(message.json);
    if (call.subscribes && --subscribing == 0) {
        early.clear();
        early_bytes = 0;
    }
}

void WsLink::State::notified(const LinkMessage& message) {
    const auto found = subscriptions.find(message.subscription);
    if (found != subscriptions.end()) {
        const auto event = found->second; // it may unsubscribe
        (*event)(message.json);
        return;
    }
    if (subscribing == 0) return; // it was on its way while weir unsubscribed
    early_bytes += message.subscription.size() + message.json.size();
    early.push_back({std::string(message.subscription), std::string(message.json)});
    while (early.size() > max_early_events || early_bytes > max_early_bytes) {
        early_bytes -= early.front().subscription.size() + early.front().json.size();
        early.pop_front();
    }
}

void WsLink::State::deliver_early(std::string_view subscription) {
    std::deque<EarlyEvent> mine;
    for (auto& event : early) {
        if (event.subscription == subscription) mine.push_back(std::move(event));
    }
    std::erase_if(early, [](const EarlyEvent& event) { return event.subscription.empty(); });
    early_bytes = 0;
    for (const auto& event : early)
        early_bytes += event.subscription.size() + event.json.size();
    for (const auto& early_event : mine) {
        const auto found = subscriptions.find(early_event.subscription);
        if (found == subscriptions.end() || ended) return;
        const auto event = found->second;
        (*event)(early_event.json);
    }
}

void WsLink::State::timed_out(Call& call) {
    auto answer = std::exchange(call.answer, nullptr);
    if (call.subscribes) {
        --subscribing;
        call.event.reset();
    } else {
        calls.erase(calls.find(call.id));
    }
    answer({LinkAnswer::Kind::timed_out, {}});
}

void WsLink::State::ping_due() {
    // When weir itself did not run, what the node said meanwhile has not been read yet.
    const bool own_pause = net::Clock::now() >= ping_at + net::PauseDetector::shortest;
    if (!heard && !own_pause) return lose("no answer to a ping");
    heard = false;
    set_ping();
    if (pinging) return; // the last one has not even been taken by the kernel
    pinging = true;
    const auto sent = [self = owner.shared_from_this()](error_code) { self->state_->pinging = false; };
    ws.async_ping({}, sent);
}

bool WsLink::State::send(std::string text) {
    if (!is_open() || out_bytes + text.size() > limits.max_queued_bytes) return false;
    out_bytes += text.size();
    out.push_back(std::move(text));
    if (!std::exchange(writing, true)) asio::co_spawn(io, write(owner.shared_from_this()), asio::detached);
    return true;
}

WsLink::State::Call* WsLink::State::start(std::string_view method, std::string_view params, OnAnswer answer,
                                          OnEvent event, bool subscribes) {
    const auto id = ++last_id;
    auto text = call_text(id, method, params);
    const auto refusal = why_unsendable(text, limits.max_queued_bytes);
    if (!refusal.empty() || calls.size() >= max_calls || !send(std::move(text))) {
        const auto kind = refusal.empty() ? LinkAnswer::Kind::lost : LinkAnswer::Kind::error;
        asio::post(io, [answer = std::move(answer), kind, refusal] { answer({kind, refusal}); });
        return nullptr;
    }
    const auto entry = calls.try_emplace(id, *this, subscribes, std::move(answer), std::move(event)).first;
    entry->second.id = id;
    entry->second.deadline.set(limits.call_timeout);
    return &entry->second;
}

/// The one way to the end; whoever reads finds out by the closed socket.
void WsLink::State::lose(std::string reason) {
    if (std::exchange(ended, true)) return;
    why = std::move(reason);
    ping.clear();
    stream().close();
}

void WsLink::State::answer_all() {
    subscriptions.clear();
    auto lost = std::exchange(calls, {});
    for (auto& [id, call] : lost)
        call.deadline.clear();
    for (auto& [id, call] : lost) {
        if (call.answer) call.answer({});
    }
}

WsLink::WsLink(net::IoContext& io, net::DeadlineWheel& wheel, LinkLimits limits,
               metrics::ControlMetrics& metrics)
    : state_(std::make_unique<State>(*this, io, wheel, limits, metrics)) {}

WsLink::~WsLink() {
    state_->lose("closed");
    state_->answer_all();
}

Task<std::string> WsLink::open(Endpoint endpoint, Addresses addresses) {
    const auto self = shared_from_this();
    co_return co_await state_->open(endpoint, addresses);
}

Task<std::string> WsLink::run() {
    const auto self = shared_from_this();
    state_->running = true;
    co_await state_->read();
    state_->running = false;
    state_->answer_all();
    co_return state_->why;
}

void WsLink::close() {
    if (state_->ended) return;
    state_->lose("closed");
    if (state_->running) return; // run() answers
    asio::post(state_->io, [self = shared_from_this()] { self->state_->answer_all(); });
}

bool WsLink::is_withdrawn() const {
    return state_->reached && state_->reached->withdrawn();
}

bool WsLink::is_open() const {
    return state_->is_open();
}

void WsLink::call(std::string_view method, std::string_view params, OnAnswer answer) {
    state_->start(method, params, std::move(answer), {}, false);
}

void WsLink::subscribe(std::string_view method, std::string_view params, OnAnswer answer, OnEvent event) {
    auto* call = state_->start(method, params, std::move(answer), std::move(event), true);
    if (!call) return;
    ++state_->subscribing;
    call->unsubscribe_method = std::string(method.substr(0, method.rfind('_'))) + "_unsubscribe";
}

void WsLink::unsubscribe(std::string_view method, std::string_view id) {
    const auto found = state_->subscriptions.find(id);
    if (found != state_->subscriptions.end()) state_->subscriptions.erase(found);
    // Whatever it answers, no event is delivered any more.
    state_->send(call_text(++state_->last_id, method, "[" + std::string(id) + "]"));
}

} // namespace weir::upstream
