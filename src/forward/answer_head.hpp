// The head of an answer on its way to the client: the node's own lines, less those that belong to
// its connection.
#pragma once

#include "net/http_head.hpp"

#include <string>

namespace weir::forward {

/// Appends a head's end-to-end fields, except Content-Length, each as "Name: value\r\n".
void append_end_to_end_fields(std::string& out, const net::Head& head);

} // namespace weir::forward
