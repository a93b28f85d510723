#include "nodes/make_endpoint.hpp"

#include "net/base64.hpp"
#include "net/http_head.hpp"
#include "net/tls.hpp"
#include "upstream/secrets.hpp"

#include <algorithm>

namespace weir::nodes {

boost::system::result<net::TlsContext, std::string> make_tls(const config::NodeConfig& node) {
    return net::make_client_tls(
        {node.ca_file, !node.insecure_skip_verify, node.client_cert, node.client_key});
}

boost::system::result<upstream::Endpoint, std::string> make_endpoint(const net::Url& url,
                                                                     const config::NodeConfig& node) {
    upstream::Endpoint endpoint;
    endpoint.url = url;
    endpoint.host_header = url.host_header();
    endpoint.headers = node.headers;
    const bool authorized = std::any_of(node.headers.begin(), node.headers.end(), [](const auto& header) {
        return net::same_field_name(header.first, "Authorization");
    });
    if (!url.basic_auth.empty() && !authorized) {
        endpoint.headers.emplace_back("Authorization", "Basic " + net::base64(url.basic_auth));
    }
    endpoint.secrets = upstream::secrets_of(url, endpoint.headers);
    endpoint.max_connections = node.max_connections;
    if (url.is_tls()) {
        auto tls = make_tls(node);
        if (!tls) return "node " + node.name + ": " + tls.error();
        endpoint.tls = std::make_shared<net::RenewableTls>(*tls);
        endpoint.verify = !node.insecure_skip_verify;
    }
    return endpoint;
}

} // namespace weir::nodes
