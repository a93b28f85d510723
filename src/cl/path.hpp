// Where a client's /cl path leads on a node.
#pragma once

#include <optional>
#include <string_view>

namespace weir::cl {

/// "/cl/eth/v1/node/health?x" → "/eth/v1/node/health?x", byte for byte. Nothing when its dot segments (also
/// as %2e) would climb out of the node's own prefix (RFC 3986 §5.2.4).
std::optional<std::string_view> node_target(std::string_view target);

} // namespace weir::cl
