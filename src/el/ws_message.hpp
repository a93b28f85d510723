// A client's message while it is being answered. Private to WsSession.
#pragma once

#include "el/ws_session.hpp"

namespace weir::el {

struct WsSession::Message {
    std::string text; ///< owns what the requests point into
    net::ByteBudget::Charge charge;
    chain::Requests requests;
    forward::SnapshotHandle snapshot; ///< at its arrival: keeps the limits that it began with
    net::Clock::time_point queue_until;
    chain::ToldHeads told; ///< the client, when it sent this
    bool waits = false;    ///< it has a place in the session's queue
    std::vector<Subscription*> unannounced;

    const config::Global& limits() const { return (*snapshot)->config->global; }
};

} // namespace weir::el
