// The metrics of JSON-RPC over WebSocket, of the feeds behind it, and of filters. Private to admin/.
#pragma once

#include "admin/families.hpp"
#include "admin/view.hpp"

namespace weir::admin {

void add_websocket_metrics(Families& out, const nodes::Snapshot& snapshot, const View& view);

} // namespace weir::admin
