// WebSockets at /el and /el/ws on one worker: takes handshakes, counts sessions, tells them of new snapshots
// and of the shutdown.
#pragma once

#include "el/handshake.hpp"
#include "el/ws_session.hpp"

#include <atomic>

namespace weir::el {

class WsEndpoint {
  public:
    /// `subscriptions`, `sessions`: those of all workers together.
    WsEndpoint(forward::Context& context, feeds::Board& board, RandomIds& ids, Filters& filters,
               net::ByteBudget& kept, Holdings& subscriptions, std::atomic<std::size_t>& sessions,
               net::milliseconds send_timeout)
        : room_{context, board, ids, filters, kept, subscriptions, send_timeout}
        , sessions_of_all_(sessions) {}
    WsEndpoint(const WsEndpoint&) = delete;
    WsEndpoint& operator=(const WsEndpoint&) = delete;

    /// Answers the request whose head has been read: with a session that lasts until its end, or with a
    /// refusal.
    net::Task<> serve(net::ServerConnection& client);

    /// Takes no new session; each ends with 1001 once its calls in flight are answered.
    void drain();
    /// Each ends now.
    void cut_off();

  private:
    net::Task<> wait_for_node();
    HandshakeFault refusal_of(const net::ServerConnection& client) const;

    WsRoom room_;
    std::atomic<std::size_t>& sessions_of_all_;
    boost::intrusive::list<WsSession, boost::intrusive::constant_time_size<false>> sessions_;
    bool draining_ = false;
};

} // namespace weir::el
