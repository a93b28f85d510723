// The first line of a request, read strictly (RFC 9112 §3): what a lenient reader takes for one thing and the
// next reader for another is refused. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::net {

enum class LineFault : std::uint8_t {
    none,
    malformed, ///< not METHOD SP TARGET SP HTTP/d.d
    version,   ///< well-formed, and neither 1.0 nor 1.1
};
/// `head`: begins with the line, CRLF and all.
LineFault judge_request_line(std::string_view head);

struct RequestTarget {
    std::string_view origin_form; ///< "/path?query"; the whole of the other forms, "*" and CONNECT's
    std::string_view authority;   ///< of the absolute form; it counts in place of Host (RFC 9112 §3.2.2)
};
/// Nothing when the target is of none of the four forms, or of one that the method does not take.
std::optional<RequestTarget> read_request_target(std::string_view method, std::string_view target);

} // namespace weir::net
