// The monitor's side of certificates that are renewed at the same path while weir runs.
#include "nodes/make_endpoint.hpp"
#include "nodes/watch.hpp"

namespace weir::nodes {

using boost::system::result;

/// New contexts of the nodes that stay and have files of their own, from what is in these now. (The system's
/// store is read at the start: it is large, and changes rarely.)
result<Monitor::Renewed, std::string> Monitor::renewed_tls(const Watches& el, const Watches& cl) {
    Renewed renewed;
    for (const auto* watches : {&el, &cl}) {
        for (const auto& watch : *watches) {
            const auto& node = watch->config;
            if (!watch->layer || (node.ca_file.empty() && node.client_cert.empty())) continue;
            const auto& http = watch->node->http.tls;
            const auto ws = watch->node->ws ? watch->node->ws->tls : nullptr;
            if (!http && !ws) continue;
            auto context = make_tls(node);
            if (!context) return "node " + node.name + ": " + context.error();
            if (http) renewed.emplace_back(http, *context);
            if (ws) renewed.emplace_back(ws, *context);
            note_certificate(watch->node->id, **context);
        }
    }
    return renewed;
}

/// 0 where no certificate is shown to the node.
void Monitor::note_certificate(std::uint32_t node_id, net::asio::ssl::context& context) {
    const auto expiry = std::chrono::system_clock::to_time_t(net::expiry_of(context));
    metrics_.nodes[node_id].client_certificate_expiry.set(expiry);
}

} // namespace weir::nodes
