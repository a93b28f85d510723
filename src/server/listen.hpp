// Listening sockets: several workers share one port (SO_REUSEPORT), but two weirs never do.
#pragma once

#include "config/config.hpp"
#include "net/io.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace weir::server {

struct Listening {
    std::vector<int> descriptors; ///< one per worker
    bool ipv6 = false;
    net::tcp::endpoint address; ///< with the real port when 0 was asked for
};

/// Only this machine has it; also as an IPv6 address that stands for an IPv4 one.
bool is_loopback(const net::asio::ip::address& address);

/// "127.0.0.1:80", "[::1]:80"
std::string text_of(const net::tcp::endpoint& address);

/// Every address of both families is two sockets, and so is a loopback name: a dual one would show IPv4
/// clients by IPv6 addresses. Where the machine has no IPv6 it is IPv4 alone, and the log says so.
/// `ipv6_alone`: "::" means no more than it says. The error is a sentence.
boost::system::result<std::vector<Listening>, std::string>
listen_on(const config::ListenAddress& where, std::size_t workers, bool ipv6_alone = false);

} // namespace weir::server
