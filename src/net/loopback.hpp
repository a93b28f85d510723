// "localhost", and every name below it, is this machine, whatever a hosts file or a name server says, also
// where there is neither (RFC 6761 §6.3).
#pragma once

#include "net/io.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace weir::net {

/// IPv4 first: what serves one family only mostly serves that. Nothing for other names. Pure.
std::optional<std::vector<tcp::endpoint>> loopback_endpoints(std::string_view host, std::uint16_t port,
                                                             bool ipv6);

/// ::1 can be used here: a container, or a kernel, may have no IPv6 at all.
bool has_ipv6_loopback();

} // namespace weir::net
