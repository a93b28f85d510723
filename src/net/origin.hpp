// Hosts and origins as browsers name them: the authority of a request (RFC 9110 §7.2) and the Origin header
// (RFC 6454 §6.1), taken apart and brought into one form, so that they can be compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::net {

/// Views into the text.
struct Authority {
    std::string_view host; ///< without brackets and without a trailing dot
    std::string_view port; ///< digits; empty: none
    bool address = false;  ///< a literal one, IPv4 or IPv6
};

/// "host", "host:port", "[::1]:port"; nothing when it is none of them.
std::optional<Authority> split_authority(std::string_view text);

/// Names are compared without regard to case (RFC 9110 §4.2.3).
std::string lower_case(std::string_view text);
bool same_name(std::string_view a, std::string_view b);

/// "localhost", or a name below it (RFC 6761 §6.3): no one outside this machine can make them lead here.
bool is_loopback_name(std::string_view host);

/// Lower case, no trailing dot, no port that is the scheme's own; nothing for what is no single
/// scheme://host[:port], "null" among it.
std::optional<std::string> normal_origin(std::string_view text);
/// The origin of a page that comes from there.
std::string origin_of(const Authority& authority, bool tls);

} // namespace weir::net
