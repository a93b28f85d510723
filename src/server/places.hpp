// Places for clients' connections. When all are taken there are a few more, each for one request: weir's own
// pages are answered there even then, since that is when they are needed most. A request for a node gets the
// place of the client that has been idle longest, if there is one, and else a 503.
//
//   accept --- a place is free ---------------------------> regular
//      |                                                      ^
//      | none: spare (the oldest quiet goes if need be)       | an idle one makes room
//      v                                                      |
//    spare --- its request, soon: own page ---> answered      |
//                                 a node's ----+--------------'
//                                              '---> 503, closed
#pragma once

#include "net/server_connection.hpp"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <cstddef>

namespace weir::server {

/// Of each worker. Written by the control thread.
struct PlaceLimits {
    std::atomic<std::size_t> clients{1}; ///< on all of the clients' addresses together
    std::atomic<std::size_t> own{1};     ///< on the admin address, and on that of the metrics
    std::atomic<std::size_t> spare{1};
    std::atomic<bool> by_descriptors{false}; ///< and not by max_connections
};

enum class Place : std::uint8_t { regular, spare };

namespace intrusive = boost::intrusive;
using WaitingHook = intrusive::list_member_hook<intrusive::link_mode<intrusive::auto_unlink>>;

/// For the one request in a spare place, its handshake included; and for anybody whose place others want.
inline constexpr net::milliseconds spare_patience{2000};

/// A client's connection for as long as it lasts.
struct Session : intrusive::list_base_hook<intrusive::link_mode<intrusive::auto_unlink>> {
    Session(net::Socket socket, net::DeadlineWheel& wheel, const net::ServerLimits& limits, Place where)
        : connection(std::move(socket), wheel, limits)
        , place(where) {}
    net::ServerConnection connection;
    Place place;
    net::Clock::time_point waiting_since;
    WaitingHook waiting;
};

using Sessions = intrusive::list<Session, intrusive::constant_time_size<false>>;
using WaitingSessions =
    intrusive::list<Session, intrusive::member_hook<Session, WaitingHook, &Session::waiting>,
                    intrusive::constant_time_size<false>>;

/// Clients that have no request, the longest first: those that say nothing, and those that have begun to say
/// something, a TLS handshake or a head.
struct Waiting {
    WaitingSessions idle, slow;

    void has_come(Session& session);
    /// It shakes hands, which it began when it came.
    void has_begun(Session& session);
    /// Ends one that has been idle for long enough, or slow for longer than anybody needs; false when there
    /// is none.
    bool end_longest(net::Clock::time_point now);
};

} // namespace weir::server
