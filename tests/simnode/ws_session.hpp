// One WebSocket client of the execution layer.
#pragma once

#include "server.hpp"

namespace simnode {

class WsHost;

/// `received`: the request that asks for the upgrade. The session lives until its socket closes.
void start_session(WsHost& host, Socket socket, std::string received);
void start_session(WsHost& host, TlsStream stream, std::string received);

} // namespace simnode
