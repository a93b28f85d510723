// Beast's WebSocket over net::Stream: what it needs to know of the stream.
#pragma once

#include "net/stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <utility>

namespace weir::net {

namespace websocket = boost::beast::websocket;

/// Without permessage-deflate: nodes are near, and it costs 349 KiB per pair of ends.
using PlainWebSocket = websocket::stream<Stream, false>;

/// Towards a client, over the stream that its HTTP connection owns.
using ClientWebSocket = websocket::stream<Stream&, true>;

/// Called by Beast when a WebSocket has ended. Whoever owns the stream closes it, within a time of its own:
/// Beast's way of waiting for a silent peer has no end.
template <class Handler>
void async_teardown(boost::beast::role_type, Stream& stream, Handler&& handler) {
    asio::post(stream.get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}

/// Called by Beast's own timeouts.
inline void beast_close_socket(Stream& stream) {
    stream.close();
}

} // namespace weir::net
