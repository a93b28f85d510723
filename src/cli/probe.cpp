#include "cli/commands.hpp"
#include "cli/configured.hpp"
#include "cli/table.hpp"
#include "nodes/monitor.hpp"

#include <cstdio>
#include <iostream>

namespace weir::cli {

namespace {

std::string latency_text(std::chrono::microseconds latency) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(latency.count()) / 1000.0);
    return text;
}

Row row_of(const nodes::NodeStatus& node, bool el) {
    Row row;
    row.name = node.node->name;
    row.tier = el ? "el " + std::string(to_string(node.node->tier)) : "cl";
    row.client = node.client_version;
    row.chain = node.chain_id ? std::to_string(*node.chain_id) : "";
    row.head = node.head ? std::to_string(*node.head) : "";
    row.lag = node.head ? std::to_string(node.lag) : "";
    row.latency = node.check_ok ? latency_text(node.latency) : "";
    row.state = node.fit ? "fit" : (node.held_back ? "held back: " : "") + node.reason;
    return row;
}

bool all_checked(const nodes::LayerView& layer) {
    for (const auto& node : layer.nodes) {
        if (!node.checked) return false;
    }
    return true;
}

} // namespace

int probe(const Options& options) {
    auto reading = read_configuration(options);
    if (!report(reading)) return 1;
    // One look is all they get: no second check, and a single failure counts.
    reading.config.global.health_check_max_failures = 1;
    reading.config.global.health_check_interval = std::chrono::hours(24);
    net::IoContext io;
    net::DeadlineWheel wheel(io);
    const auto counters = std::make_unique<metrics::ControlMetrics>();
    std::shared_ptr<const nodes::Snapshot> last;
    nodes::Monitor* running = nullptr;
    nodes::SeenHeads no_clients;
    nodes::Monitor monitor(io, wheel, *counters, no_clients, [&](auto snapshot) {
        last = std::move(snapshot);
        if (running && all_checked(last->el) && all_checked(last->cl)) {
            running->stop();
            wheel.stop();
        }
    });
    running = &monitor;
    const auto config = std::make_shared<const config::Config>(reading.config);
    if (const auto applied = monitor.apply(config); !applied) {
        std::cerr << applied.error() << '\n';
        return 1;
    }
    io.run();
    std::vector<Row> rows;
    for (const auto& node : last->el.nodes)
        rows.push_back(row_of(node, true));
    for (const auto& node : last->cl.nodes)
        rows.push_back(row_of(node, false));
    std::cout << render(rows);
    const bool serves =
        (!config->has_el() || last->el.any_fit()) && (!config->has_cl() || last->cl.any_fit());
    return serves ? 0 : 1;
}

} // namespace weir::cli
