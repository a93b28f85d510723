// The endpoint of one of a node's URLs, with what is configured for the node.
#pragma once

#include "config/config.hpp"
#include "upstream/endpoint.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace weir::nodes {

/// With its TLS context. The error is a sentence.
boost::system::result<upstream::Endpoint, std::string> make_endpoint(const net::Url& url,
                                                                     const config::NodeConfig& node);

/// The TLS context of its endpoints, from its files as they are now.
boost::system::result<net::TlsContext, std::string> make_tls(const config::NodeConfig& node);

} // namespace weir::nodes
