// A node that refuses a JSON-RPC batch as a whole: with one error object in the array's place (JSON-RPC 2.0
// §6 knows that for what is no batch at all), with an array of one error under the first call's id
// (go-ethereum), with one under null (Erigon), with the same error for each call, or with a status of HTTP.
// Sources: erigon#17245, go-ethereum rpc/handler.go, jsonrpsee (Reth), Nethermind, Besu, providers' plans.
#pragma once

#include "chain/json_rpc.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::chain {

struct BatchRefusal {
    enum class Kind : std::uint8_t {
        too_many,  ///< calls: fewer of them at once
        too_large, ///< in bytes, of the request or of the answer
        unclear,   ///< it was not taken, for whatever reason: smaller parts will tell
    };
    Kind kind = Kind::unclear;
    /// Nothing of it has run. Otherwise what must not run twice is not sent again.
    bool certain = false;
    /// The number of calls that the words allow.
    std::optional<std::size_t> most;
};

/// `answer` is what `text` reads as, where it is one object and no array. Nothing: the answer is about the
/// node or its plan (rate limited, syncing, key refused, broken), as with a single call. `calls`: how many
/// were sent.
std::optional<BatchRefusal> batch_refusal(int http_status, const Answer& answer, std::string_view text,
                                          std::size_t calls);

/// The same of an array, whose elements answer calls as a rule.
std::optional<BatchRefusal> batch_refusal(const std::vector<BatchElement>& elements, std::size_t calls);

/// One call's error: what the batch's calls were answered together is too large (go-ethereum answers the
/// first ones, and says so of the rest). In a smaller part it may be answered.
bool was_crowded_out(const Answer& answer);

} // namespace weir::chain
