// ANY /cl, /cl/…: the Beacon REST API. Any method, any path, any body, streaming both ways.
#pragma once

#include "forward/context.hpp"
#include "net/server_connection.hpp"

namespace weir::cl {

/// Answers the request whose head has been read; its target begins with "/cl".
net::Task<> serve(forward::Context& context, net::ServerConnection& client);

} // namespace weir::cl
