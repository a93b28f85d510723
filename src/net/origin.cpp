#include "net/origin.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace weir::net {

namespace {

/// None counts as one: "host:" is well-formed (RFC 3986 §3.2.3).
bool is_port(std::string_view text) {
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
        if (value > 65535) return false;
    }
    return true;
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// RFC 3986 §3.2.2, and not more: no user info, no space, no second host.
bool is_host_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~%!$&'()*+;=").find(c) != std::string_view::npos;
}

bool is_name(std::string_view host) {
    for (std::size_t i = 0; i < host.size(); ++i) {
        if (!is_host_character(host[i])) return false;
        if (host[i] == '%' && !(i + 2 < host.size() && is_hex(host[i + 1]) && is_hex(host[i + 2])))
            return false;
    }
    return true;
}

bool is_address(std::string_view host, int family) {
    std::array<char, 64> text{};
    if (host.empty() || host.size() >= text.size()) return false;
    std::copy(host.begin(), host.end(), text.begin());
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(family, text.data(), address.data()) == 1;
}

std::string_view default_port(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return "80";
    if (scheme == "https" || scheme == "wss") return "443";
    return {};
}

std::string make_origin(std::string_view scheme, const Authority& authority) {
    std::string out(scheme);
    const bool brackets = authority.host.find(':') != std::string_view::npos;
    out.append(brackets ? "://[" : "://").append(lower_case(authority.host)).append(brackets ? "]" : "");
    if (!authority.port.empty() && authority.port != default_port(scheme))
        out.append(":").append(authority.port);
    return out;
}

} // namespace

std::optional<Authority> split_authority(std::string_view text) {
    Authority out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        out.host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
        out.address = is_address(out.host, AF_INET6);
        if (!out.address) return std::nullopt;
    } else {
        const auto colon = text.find(':');
        out.host = text.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
        if (!is_name(out.host)) return std::nullopt;
        if (out.host.ends_with('.')) out.host.remove_suffix(1); // the root, said aloud
        if (out.host.empty()) return std::nullopt;
        const char first = out.host.front();
        out.address = first >= '0' && first <= '9' && is_address(out.host, AF_INET);
    }
    if (!rest.empty()) {
        out.port = rest.substr(1);
        if (rest.front() != ':' || !is_port(out.port)) return std::nullopt;
    }
    return out;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool same_name(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool is_loopback_name(std::string_view host) {
    constexpr std::string_view name = "localhost";
    if (host.size() < name.size() || !same_name(host.substr(host.size() - name.size()), name)) return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

std::optional<std::string> normal_origin(std::string_view text) {
    const auto end = text.find("://");
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    const auto scheme = lower_case(text.substr(0, end));
    if (!std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        }))
        return std::nullopt;
    const auto authority = split_authority(text.substr(end + 3));
    if (!authority) return std::nullopt;
    return make_origin(scheme, *authority);
}

std::string origin_of(const Authority& authority, bool tls) {
    return make_origin(tls ? "https" : "http", authority);
}

} // namespace weir::net
