#include "net/request_line.hpp"

#include <algorithm>

namespace weir::net {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// RFC 3986 §3.1
bool is_scheme(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
        return letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

} // namespace

LineFault judge_request_line(std::string_view head) {
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == 0 || last <= first + 1) return LineFault::malformed;
    if (line.substr(first + 1, last - first - 1).find_first_of(" \t") != std::string_view::npos)
        return LineFault::malformed;
    const auto version = line.substr(last + 1);
    // One digit each: "HTTP/01.1" and "HTTP/1.10" are no versions (RFC 9112 §2.3), and case counts.
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7]))
        return LineFault::malformed;
    return version[5] == '1' && version[7] <= '1' ? LineFault::none : LineFault::version;
}

std::optional<RequestTarget> read_request_target(std::string_view method, std::string_view target) {
    if (target.starts_with('/')) return RequestTarget{target, {}};
    if (method == "CONNECT") return RequestTarget{target, {}};
    if (target == "*") return method == "OPTIONS" ? std::optional(RequestTarget{target, {}}) : std::nullopt;
    const auto colon = target.find("://");
    if (colon == std::string_view::npos || !is_scheme(target.substr(0, colon))) return std::nullopt;
    if (target.find('#') != std::string_view::npos)
        return std::nullopt; // behind it a host or a path could hide
    const auto end = std::min(target.find_first_of("/?", colon + 3), target.size());
    const auto authority = target.substr(colon + 3, end - colon - 3);
    if (authority.empty()) return std::nullopt;
    return RequestTarget{end == target.size() ? std::string_view("/") : target.substr(end), authority};
}

} // namespace weir::net
