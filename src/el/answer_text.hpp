// The text of a node's answer, readable whatever its content coding.
#pragma once

#include "forward/job.hpp"

#include <string>
#include <string_view>

namespace weir::el {

struct AnswerText {
    std::string_view text;
    bool complete = false;
    bool readable = true; ///< false: a content coding that weir does not read; it is passed on unjudged
    std::string inflated; ///< owns `text` when the answer was compressed
};

/// Its head says so.
inline bool announces_more_than(const net::Head& answer, std::uint64_t most) {
    return answer.framing == net::Framing::length && answer.content_length > most;
}

/// At most `limit` bytes are inflated.
void read_answer(const forward::Received& received, std::size_t limit, AnswerText& out);

/// What to ask of the node in the client's place: codings that weir can read to judge the answer.
/// Empty: none, the answer shall come plain.
std::string_view readable_encodings(const net::Head& client);

} // namespace weir::el
