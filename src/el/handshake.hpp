// A client's WebSocket handshake, held against RFC 6455 §4.2.1 to the letter before anything is spent on a
// session.
#pragma once

#include "net/http_head.hpp"

#include <string_view>

namespace weir::el {

/// A request that asks for a WebSocket, well or badly. A POST may carry an offer of another protocol (h2c).
bool asks_for_websocket(const net::Head& head);

struct HandshakeFault {
    unsigned status = 0; ///< 0: none
    std::string_view message;
    std::string_view header_lines;
};
HandshakeFault judge_handshake(const net::Head& head);

} // namespace weir::el
