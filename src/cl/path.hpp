// Where a client's /cl path leads on a node.
#pragma once

#include <optional>
#include <string_view>

namespace weir::cl {

/// "/cl/eth/v1/node/health?x" → "/eth/v1/node/health?x", byte for byte. Nothing when it would climb out of
/// the node's own prefix, where its keys are, whoever reads it: its dot segments (RFC 3986 §5.2.4) are
/// counted, and one that only some readers see, behind "%2f", "\", ";" or an escape within an escape, is
/// refused: no client means it.
std::optional<std::string_view> node_target(std::string_view target);

} // namespace weir::cl
