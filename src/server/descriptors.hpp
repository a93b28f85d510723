// File descriptors: clients and nodes share what the system grants. Who only takes connections until none is
// left cannot open one to a node any more, and idle clients would be an outage; so clients get a share.
#pragma once

#include "config/config.hpp"

#include <cstddef>

namespace weir::server {

struct DescriptorShares {
    std::size_t clients = 0; ///< connections on the clients' addresses; at most max_connections
    std::size_t own = 0;     ///< on the admin address, and on that of the metrics, each
    std::size_t spare = 0;   ///< beyond the clients', for weir's own pages
    std::size_t nodes = 0;   ///< pooled connections to nodes, beyond the one that each pool always may have
    std::size_t needed = 0;  ///< what the configuration could use

    bool operator==(const DescriptorShares&) const = default;
};

/// `limit`: what the process may have. `listeners`: addresses that clients come in by. Pure.
DescriptorShares share_descriptors(std::size_t limit, const config::Config& config, std::size_t listeners);

/// Raises the process's limit to what is needed, as far as the system allows. The limit that then holds.
std::size_t raise_descriptor_limit(std::size_t needed);

} // namespace weir::server
