// What a node sends over a WebSocket, told apart in place: answers and notifications (JSON-RPC 2.0 §5,
// execution-apis eth_subscribe). And what is sent to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::upstream {

struct LinkMessage {
    enum class Kind : std::uint8_t {
        result,
        error,
        event,    ///< a notification of a subscription
        stranger, ///< an answer, but to nothing that weir could have asked
        other,    ///< nothing that was asked for
        garbage,  ///< not a JSON object
    };
    Kind kind = Kind::garbage;
    std::uint64_t id = 0;          ///< of the call that is answered
    std::string_view subscription; ///< raw JSON; of an event
    std::string_view json;         ///< raw: the result, the error object, or the event's params.result
};

LinkMessage read_link_message(std::string_view text);

/// WebSocket text must be (RFC 6455 §8.1); what clients send in binary frames need not.
bool is_utf8(std::string_view text);

/// One client's bytes must not cost all the others the link, nor be tried for ever. The error object to
/// answer such a message with, or empty.
std::string_view why_unsendable(std::string_view text, std::size_t most_bytes);

/// `params` is raw JSON.
std::string call_text(std::uint64_t id, std::string_view method, std::string_view params);

/// A string; some nodes count in numbers.
bool is_subscription_id(std::string_view json);

} // namespace weir::upstream
