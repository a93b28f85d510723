// A URL as an operator writes it for a node: http, https, ws or wss, with optional user info, path
// and query (where providers put API keys). The parts that may be secret never reach display().
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::net {

struct Url {
    enum class Scheme : std::uint8_t { http, https, ws, wss };

    Scheme scheme = Scheme::http;
    std::string host;        ///< without brackets for IPv6
    std::uint16_t port = 80; ///< the scheme's default when the text names none
    std::string path;        ///< percent-encoded as written, no trailing '/'; empty for the root
    std::string query;       ///< without '?'; empty when absent
    std::string basic_auth;  ///< "user:password", percent-decoded; empty when absent

    bool is_tls() const { return scheme == Scheme::https || scheme == Scheme::wss; }
    /// scheme://host:port: the only form that may be printed.
    std::string display() const;
    /// The Host header's value (RFC 9110 §7.2): no port when it is the scheme's default.
    std::string host_header() const;

    bool operator==(const Url&) const = default;
};

/// Parses an absolute URL. The error is a sentence without the URL's text, which may hold a secret.
boost::system::result<Url, std::string> parse_url(std::string_view text);

} // namespace weir::net
