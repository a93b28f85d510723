// cl_publish = "all": a publishing call goes to every fit node (forward/publish).
#pragma once

#include "cl/call.hpp"
#include "forward/publish.hpp"

namespace weir::cl {

/// `body` is whole. Without a success the answer is the first node's in `order` that gave one.
net::Task<forward::Outcome> publish_to_all(forward::Context& context, forward::SnapshotHandle snapshot,
                                           const net::Head& client, std::string_view target,
                                           forward::CallKind kind, const HeldBody& body,
                                           const routing::Candidates& order, net::Clock::time_point deadline);

} // namespace weir::cl
