// GET /health, /ready and /status.
#include "admin/view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <ctime>

namespace weir::admin {

namespace json = boost::json;
using nodes::NodeStatus;

namespace {

constexpr std::string_view json_type = "application/json";

std::string rfc3339(std::chrono::system_clock::time_point at) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::int64_t in_flight(const View& view, std::uint32_t id) {
    std::int64_t sum = 0;
    for (const auto* worker : view.workers)
        sum += worker->nodes[id].in_flight.value();
    return sum;
}

json::value optional_number(const std::optional<std::uint64_t>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

/// When something last came from it: an answer to a check, or a head.
json::value last_heard(const NodeStatus& node) {
    if (node.last_heard == std::chrono::steady_clock::time_point{}) return nullptr;
    const auto ago = std::chrono::steady_clock::now() - node.last_heard;
    return json::value(rfc3339(std::chrono::system_clock::now() -
                               std::chrono::duration_cast<std::chrono::system_clock::duration>(ago)));
}

void append_common(json::object& out, const NodeStatus& node, const View& view) {
    out["is_healthy"] = node.fit;
    out["is_held_back"] = node.held_back;
    out["reason"] = node.reason;
    out["consecutive_failures"] = node.consecutive_failures;
    out["latency_ms"] = static_cast<double>(node.latency.count()) / 1000.0;
    out["client_version"] = node.client_version;
    out["in_flight"] = in_flight(view, node.node->id);
    out["last_change"] = rfc3339(node.last_change);
    out["last_heard"] = last_heard(node);
}

} // namespace

Answer health() {
    return {200, "text/plain", "OK", {}};
}

Answer ready(const nodes::Snapshot& snapshot) {
    // A node that is held back serves when no other does: weir is not to be taken out of service for that.
    const bool el = !snapshot.config->has_el() || snapshot.el.in_service();
    const bool cl = !snapshot.config->has_cl() || snapshot.cl.in_service();
    if (el && cl) return {200, json_type, R"({"ready":true})", {}};
    const std::string why = !el && !cl ? "no fit EL node and no fit CL node"
                            : !el      ? "no fit EL node"
                                       : "no fit CL node";
    return {503, json_type, R"({"ready":false,"reason":")" + why + "\"}", {}};
}

Answer status(const nodes::Snapshot& snapshot, const View& view) {
    json::array el_nodes, cl_nodes;
    for (const auto& node : snapshot.el.nodes) {
        json::object out;
        out["name"] = node.node->name;
        out["http_url"] = node.node->http.url.display();
        out["ws_url"] = node.node->ws ? json::value(node.node->ws->url.display()) : json::value(nullptr);
        out["is_primary"] = node.node->tier == nodes::Tier::primary;
        out["chain_id"] = optional_number(node.chain_id);
        out["block_number"] = optional_number(node.head);
        out["lag"] = node.lag;
        out["check_ok"] = node.check_ok;
        append_common(out, node, view);
        el_nodes.push_back(std::move(out));
    }
    for (const auto& node : snapshot.cl.nodes) {
        json::object out;
        out["name"] = node.node->name;
        out["url"] = node.node->http.url.display();
        out["slot"] = optional_number(node.head);
        out["lag"] = node.lag;
        out["health_ok"] = node.check_ok;
        append_common(out, node, view);
        cl_nodes.push_back(std::move(out));
    }
    json::object out;
    out["version"] = WEIR_VERSION;
    out["el_chain_head"] = snapshot.el.head;
    out["cl_chain_head"] = snapshot.cl.head;
    out["el_failover_active"] = snapshot.el.failover_active;
    out["el_nodes"] = std::move(el_nodes);
    out["cl_nodes"] = std::move(cl_nodes);
    return {200, json_type, json::serialize(out), "Cache-Control: no-store\r\n"};
}

} // namespace weir::admin
