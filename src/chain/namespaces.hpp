// The JSON-RPC namespaces that command a node and do not merely ask it: no stranger, and no web page in an
// operator's browser, may reach them unless the operator has said so.
#pragma once

#include <span>
#include <string_view>

namespace weir::chain {

/// As [server] allow_namespaces names them.
std::span<const std::string_view> dangerous_namespaces();

/// The one of them that a method is in; empty: none. `method` is as in Call::method: whatever a node could
/// read as such a name counts, in any case and with any letter escaped.
std::string_view dangerous_namespace(std::string_view method);

} // namespace weir::chain
