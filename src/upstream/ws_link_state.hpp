// What a link to a node keeps: the socket, calls without an answer, subscriptions. Private to ws_link.cpp.
#pragma once

#include "net/websocket.hpp"
#include "upstream/link_message.hpp"
#include "upstream/ws_link.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <deque>
#include <map>
#include <utility>

namespace weir::upstream {

struct WsLink::State {
    struct Call {
        Call(State& state, bool makes_subscription, OnAnswer on_answer, OnEvent on_event)
            : link(state)
            , answer(std::move(on_answer))
            , subscribes(makes_subscription)
            , deadline(
                  state.wheel,
                  [](void* self) { static_cast<Call*>(self)->link.timed_out(*static_cast<Call*>(self)); },
                  this) {
            if (subscribes) event = std::make_shared<const OnEvent>(std::move(on_event));
        }
        State& link;
        std::uint64_t id = 0;
        OnAnswer answer; ///< empty once it has timed out
        std::shared_ptr<const OnEvent> event;
        std::string unsubscribe_method;
        bool subscribes;
        net::Deadline deadline;
    };
    struct EarlyEvent {
        std::string subscription, json;
    };

    State(WsLink& link, net::IoContext& context, net::DeadlineWheel& deadlines, LinkLimits given,
          metrics::ControlMetrics& counters)
        : owner(link)
        , io(context)
        , wheel(deadlines)
        , limits(given)
        , metrics(counters)
        , ws(net::Socket(context))
        , opening(
              deadlines, [](void* self) { static_cast<State*>(self)->stream().close(); }, this)
        , ping(
              deadlines, [](void* self) { static_cast<State*>(self)->ping_due(); }, this) {}

    net::Stream& stream() { return ws.next_layer(); }
    bool is_open() const { return opened && !ended; }

    net::Task<std::string> open(const Endpoint& endpoint, const Addresses& addresses);
    net::Task<> read();
    net::Task<> write(std::shared_ptr<WsLink> self);
    void take(std::string_view text);
    void answered(const LinkMessage& message);
    void notified(const LinkMessage& message);
    void deliver_early(std::string_view subscription);
    void timed_out(Call& call);
    void ping_due();
    void set_ping() {
        ping_at = net::Clock::now() + limits.ping_interval;
        ping.set(ping_at);
    }
    Call* start(std::string_view method, std::string_view params, OnAnswer answer, OnEvent event,
                bool subscribes);
    bool send(std::string text);
    void lose(std::string reason);
    void answer_all();

    WsLink& owner;
    net::IoContext& io;
    net::DeadlineWheel& wheel;
    LinkLimits limits;
    metrics::ControlMetrics& metrics;
    net::PlainWebSocket ws;
    net::Deadline opening, ping;
    boost::beast::flat_buffer in;
    std::deque<std::string> out;
    std::size_t out_bytes = 0;
    std::uint64_t last_id = 0;
    std::map<std::uint64_t, Call> calls;
    std::map<std::string, std::shared_ptr<const OnEvent>, std::less<>> subscriptions; ///< by raw JSON id
    std::deque<EarlyEvent> early;
    std::size_t early_bytes = 0;
    std::size_t subscribing = 0; ///< subscribe calls without an answer
    std::string why;
    AddressPtr reached;
    bool opened = false;
    bool ended = false;
    bool running = false;
    bool writing = false;
    net::Clock::time_point ping_at;
    bool pinging = false;
    bool heard = false; ///< anything, since the last ping
};

} // namespace weir::upstream
