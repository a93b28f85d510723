// What a node sends over a WebSocket, told apart in place: answers and notifications (JSON-RPC 2.0 §5,
// execution-apis eth_subscribe). And what is sent to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::upstream {

struct LinkMessage {
    enum class Kind : std::uint8_t {
        result,
        error,
        event,   ///< a notification of a subscription
        other,   ///< nothing that was asked for
        garbage, ///< not a JSON object
    };
    Kind kind = Kind::garbage;
    std::uint64_t id = 0;          ///< of the call that is answered
    std::string_view subscription; ///< raw JSON; of an event
    std::string_view json;         ///< raw: the result, the error object, or the event's params.result
};

LinkMessage read_link_message(std::string_view text);

/// `params` is raw JSON.
std::string call_text(std::uint64_t id, std::string_view method, std::string_view params);

} // namespace weir::upstream
