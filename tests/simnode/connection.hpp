// One HTTP connection of a client: reads requests, also pipelined ones, asks the service, and sends the
// answers as they want to be sent: at once, late, slowly, in part, or never.
#pragma once

#include "server.hpp"
#include "wire.hpp"

namespace simnode {

/// The connection lives until it closes.
void start_connection(Server& server, Socket socket);
void start_connection(Server& server, TlsStream stream);

} // namespace simnode
