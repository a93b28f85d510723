// Where a node can be reached and what to say to it there: the address, the headers that go with
// every request, and how to trust it. Immutable and shared by all workers.
#pragma once

#include "net/url.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::upstream {

/// What a host name was resolved to. Names are resolved on the control thread only: getaddrinfo() cannot be
/// cancelled, and a request must not wait for a stuck DNS server.
using Addresses = std::shared_ptr<const std::vector<boost::asio::ip::tcp::endpoint>>;

struct Endpoint {
    net::Url url;
    std::string host_header;                                  ///< url.host_header(), made once
    std::vector<std::pair<std::string, std::string>> headers; ///< override a client's of the same name
    std::vector<std::string> secrets;                         ///< see upstream/secrets.hpp
    std::shared_ptr<boost::asio::ssl::context> tls;           ///< set for https and wss
    std::size_t max_connections = 1024;                       ///< over all workers
};

} // namespace weir::upstream
