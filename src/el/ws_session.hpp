// One client's WebSocket (RFC 6455, JSON-RPC 2.0): reads its messages, has calls answered over the same road
// as HTTP requests, keeps its subscriptions, and sends what comes. A node that dies is never noticed here:
// subscriptions belong to feeds, and calls to whichever node answers them.
//
//   open --- the client closes or is lost, does not read, breaks the protocol; a feed ends; shutdown --->
//   closing closing: the close frame goes out behind what waits; no message is taken in any more closing ---
//   the client's close frame, the end of its socket, or the deadline ---> ended: run() returns
#pragma once

#include "el/filters.hpp"
#include "el/holdings.hpp"
#include "el/liveness.hpp"
#include "el/outbox.hpp"
#include "el/random_id.hpp"
#include "el/road.hpp"
#include "el/subscription.hpp"
#include "feeds/board.hpp"
#include "net/server_connection.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/intrusive/list.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::el {

/// A call that waits: for a node, or for its subscription or filter.
struct WsWaiter : forward::ChangeWaiter {
    using ChangeWaiter::ChangeWaiter;
    using Hook =
        boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
    Hook of_session;
};

/// What the sessions of a worker have in common.
struct WsRoom {
    forward::Context& context;
    feeds::Board& board;
    RandomIds& ids;
    Filters& filters;
    net::ByteBudget& kept;
    Holdings& holdings;             ///< subscriptions of all workers
    net::milliseconds send_timeout; ///< the longest time that a client may take no byte
};

class WsSession final
    : public std::enable_shared_from_this<WsSession>,
      public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
      public Outbox::Owner,
      public Subscription::Owner {
  public:
    WsSession(WsRoom& room, net::Stream& stream);
    ~WsSession();

    using Handshake = boost::beast::http::request<boost::beast::http::empty_body>;
    /// The whole life, from the client's handshake to the last operation on its stream. `lines`: a request's
    /// head with the client's header lines that go to nodes with its calls.
    net::Task<> run(const Handshake& request, std::string_view lines);

    /// Calls in flight are answered, then the client gets 1001.
    void drain();
    /// The grace of the shutdown is over.
    void cut_off();

  private:
    using CloseCode = net::websocket::close_code;
    struct Message; ///< of the client, being answered

    // The stream's life.
    net::Task<bool> open(const Handshake& request);
    net::Task<net::error_code> read_messages();
    net::Task<> pause();
    void resume();
    void close(CloseCode code, std::string_view reason, metrics::WsEnd why);
    void end(metrics::WsEnd why);
    void look_after();
    void ping();
    bool still_takes();

    // What it says.
    enum class Reading : std::uint8_t { whole, cut_off, foreign, too_large };
    void take(std::string_view text, net::ByteBudget::Charge charge);
    net::Task<> serve_message(std::shared_ptr<WsSession> self, std::shared_ptr<Message> message);
    net::Task<std::string> answer_one(Message& message, const chain::Call& call);
    net::Task<std::string> answer_all(Message& message);
    net::Task<std::string> answer_filter_call(Message& message, const chain::Call& call);
    net::Task<std::string> answer_remotely(Message& message, const chain::Call& call);
    net::Task<Reading> read_whole(Answered& answered, std::string& text, std::uint64_t id);
    net::Task<bool> may_try_again(Message& message, Patience& patience, Answered& answered);
    Origin origin(const Message& message, SessionTies& ties);
    void begin_round(const Message& message, Origin& origin);
    void note_heads(const Patience& patience, const chain::ToldHeads& told);
    bool enter_queue(Message& message);
    void leave_queue(Message& message);
    void cancel_waits();

    // Its subscriptions.
    net::Task<std::string> subscribe(Message& message, const chain::Call& call);
    std::string listen(Message& message, const chain::Call& call, feeds::FeedId feed,
                       const chain::SubscriptionRequest& request, net::ByteBudget::Charge charge,
                       Holdings::Place place);
    Holdings::Taken take_place();
    std::string refused_place(const chain::Call& call, Holdings::Full full);
    void announce(Message& message);
    std::string unsubscribe(const chain::Call& call);
    void leave_subscriptions();

    // Outbox::Owner, Subscription::Owner
    std::shared_ptr<Outbox::Owner> keep() override {
        return std::shared_ptr<Outbox::Owner>(shared_from_this(), static_cast<Outbox::Owner*>(this));
    }
    void overflowed() override;
    void wrote(net::error_code ec) override;
    void head_told(std::uint64_t number, std::string_view header) override;
    void feed_ended(feeds::FeedEnd why) override;

    Liveness::Patience patience_with_client() const {
        return {limits().ws_client_ping_interval, limits().ws_client_ping_timeout, room_.send_timeout};
    }
    const config::Global& limits() const { return (*room_.context.snapshot())->config->global; }
    metrics::WorkerMetrics& metrics() const { return room_.context.metrics; }

    WsRoom& room_;
    net::Stream& stream_;
    std::optional<net::ClientWebSocket> socket_; ///< while run() lasts
    std::optional<Outbox> outbox_;               ///< likewise
    net::Deadline deadline_;
    net::Head client_;                           ///< what goes to nodes with its calls
    Holdings::Address address_;                  ///< the client's
    std::shared_ptr<Holdings::Count> held_here_; ///< subscriptions of its address, once it has asked for one
    Subscriptions subscriptions_;
    std::size_t joining_ = 0; ///< subscriptions that are being made
    boost::intrusive::list<WsWaiter, boost::intrusive::constant_time_size<false>,
                           boost::intrusive::member_hook<WsWaiter, WsWaiter::Hook, &WsWaiter::of_session>>
        waiters_;
    std::size_t waiting_messages_ = 0, waiting_bytes_ = 0;
    std::size_t calls_ = 0; ///< in flight
    chain::ToldHeads told_;
    net::Timer* pause_ =
        nullptr; ///< what run() waits on: for fewer calls in flight, or for the last operation
    Liveness liveness_;
    std::uint64_t progress_ = 0;    ///< while closing: acknowledged bytes
    net::milliseconds patience_{0}; ///< while closing: without one more
    bool pinging_ = false;
    bool paused_ = false; ///< too many calls in flight: nothing is read
    bool closing_ = false;
    bool cut_off_ = false;
    bool draining_ = false;
    bool ended_ = false;
    std::optional<metrics::WsEnd> why_ended_;
};

} // namespace weir::el
