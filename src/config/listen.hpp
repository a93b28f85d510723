// Addresses to listen on, as an operator writes them. Pure.
#pragma once

#include "config/config.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

/// "ADDRESS:PORT", "[IPv6]:PORT", "NAME:PORT"; "*:PORT" and ":PORT" are every address of both families; port
/// 0 means any. The error says what it is instead.
boost::system::result<ListenAddress, std::string> parse_listen(std::string_view text);

/// What listens on `wide` listens on `narrow` too, so that no second socket can be opened there.
bool covers(const ListenAddress& wide, const ListenAddress& narrow);

/// Sockets of different purposes cannot be opened on both: "[::]:PORT" is both families there.
bool collide(const ListenAddress& one, const ListenAddress& other);

/// "[::]:PORT" is both families, as Linux has it; beside "0.0.0.0:PORT" it is IPv6 alone.
bool is_ipv6_alone(const ListenAddress& address, const std::vector<ListenAddress>& all);

} // namespace weir::config
