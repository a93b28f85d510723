// A client's message as calls, whichever way it came: the one place where weir says that a call is not for
// its clients.
#pragma once

#include "chain/json_rpc.hpp"
#include "forward/context.hpp"

#include <string>
#include <string_view>

namespace weir::el {

/// Scans it, and counts its calls by their methods. Those of a dangerous namespace that the operator has not
/// named are barred, and not valid.
chain::ScanError read_requests(std::string_view body, forward::Context& context, chain::Requests& out);

/// What is answered to a call that is not valid; empty where nobody waits for an answer.
std::string answer_to_invalid(const chain::Call& call);

} // namespace weir::el
