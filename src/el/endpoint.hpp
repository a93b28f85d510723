// POST /el: JSON-RPC 2.0 over HTTP. Reads the request, finds out what it asks, has it forwarded, and
// sees to it that the client gets exactly one answer.
#pragma once

#include "el/filters.hpp"
#include "forward/context.hpp"
#include "net/server_connection.hpp"

namespace weir::el {

/// Answers the request whose head has been read. The connection says afterwards whether it can be kept.
net::Task<> serve(forward::Context& context, Filters& filters, net::ServerConnection& client);

} // namespace weir::el
