// Where a node can be reached and what to say to it there: the address, the headers that go with
// every request, and how to trust it. Immutable and shared by all workers.
#pragma once

#include "net/tls.hpp"
#include "net/url.hpp"
#include "upstream/addresses.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::upstream {

struct Endpoint {
    net::Url url;
    std::string host_header;                                  ///< url.host_header(), made once
    std::vector<std::pair<std::string, std::string>> headers; ///< override a client's of the same name
    std::vector<std::string> secrets;                         ///< see upstream/secrets.hpp
    std::shared_ptr<net::RenewableTls> tls;                   ///< set for https and wss
    bool verify = true;                                       ///< the node's certificate
    std::size_t max_connections = 1024;                       ///< over all workers
    bool probes =
        false; ///< to find out who is fit: those found unfit are asked, too, where no other is reached
};

} // namespace weir::upstream
