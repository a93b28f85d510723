// The head of an answer on its way to the client: the node's own lines, less those that belong to
// its connection.
#pragma once

#include "net/http_head.hpp"
#include "upstream/endpoint.hpp"

#include <string>

namespace weir::forward {

/// Appends a head's end-to-end fields, each as "Name: value\r\n", except Content-Length, the node's own
/// Access-Control-* (web pages deal with weir, whose policy is the only one), and what would show a secret of
/// the endpoint (a redirect to a URL with its key).
void append_end_to_end_fields(std::string& out, const net::Head& head, const upstream::Endpoint& endpoint);

} // namespace weir::forward
