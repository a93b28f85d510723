// The two ends of a WebSocket to a node: what its upgrade request carries, and why it ended.
#pragma once

#include "net/websocket.hpp"
#include "upstream/endpoint.hpp"

#include <string>

namespace weir::upstream {

/// What the operator configured for the node goes with the upgrade, over what weir says itself.
void add_upgrade_headers(net::websocket::request_type& request, const Endpoint& endpoint);

/// For the log and the status page: no URL, no secret. `closed` is empty unless the node sent a close frame.
std::string words_of(net::error_code ec, const net::websocket::close_reason& closed);

} // namespace weir::upstream
