// Listening sockets: several workers share one port (SO_REUSEPORT), but two weirs never do.
#pragma once

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

/// The error is a sentence.
boost::system::result<Listening, std::string> listen_on(const std::string& host, std::uint16_t port,
                                                        std::size_t workers);

} // namespace weir::server
