// Gives calls other ids on their way to a node, and the client's own back to its answers: ids of JSON-RPC may
// be fractions, huge numbers or the same twice in flight, which not every node echoes as they came.
#pragma once

#include "chain/json_rpc.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::chain {

/// Appends the call with this id; without one when it is a notification. Members that JSON-RPC 2.0 does not
/// know are left out.
void append_renumbered(std::string& out, const Call& call, std::uint64_t id);

/// Puts `id` (raw JSON) in the place of the answer's own; adds it when there is none. False, and `answer` as
/// it was, when that is not one JSON-RPC answer object.
bool put_id(std::string& answer, std::string_view id);

} // namespace weir::chain
