// A snapshot with one node of every kind, and counters to go with it.
#pragma once

#include "admin/view.hpp"

#include <memory>
#include <string>

namespace weir::admin {

struct World {
    World() {
        auto settings = std::make_shared<config::Config>();
        settings->el_primary.resize(1);
        settings->el_backup.resize(1);
        settings->cl.resize(1);
        config = settings;
        snapshot.config = config;
        add(snapshot.el, 3, nodes::Tier::primary, "geth", "https://u:SECRET@geth.example/v3/SECRET?k=SECRET");
        add(snapshot.el, 4, nodes::Tier::backup, "al\"chemy\\", "http://10.0.0.1:8545");
        add(snapshot.cl, 5, nodes::Tier::primary, "lighthouse", "http://lh:5052");
        snapshot.el.head = 100;
        snapshot.cl.head = 200;
        view.workers = {a.get(), b.get()};
        view.control = control.get();
    }

    static void add(nodes::LayerView& layer, std::uint32_t id, nodes::Tier tier, const std::string& name,
                    const std::string& url) {
        auto node = std::make_shared<nodes::Node>();
        node->id = id;
        node->tier = tier;
        node->layer = id == 5 ? nodes::Layer::cl : nodes::Layer::el;
        node->name = name;
        node->http.url = *net::parse_url(url);
        if (id == 3) {
            node->ws.emplace();
            node->ws->url = *net::parse_url("wss://geth.example/ws/SECRET");
        }
        nodes::NodeStatus status;
        status.node = node;
        layer.nodes.push_back(status);
    }
    void make_fit(nodes::NodeStatus& status, std::uint64_t head) {
        status.fit = status.check_ok = status.reachable = status.checked = true;
        status.reason.clear();
        status.head = head;
    }

    std::shared_ptr<const config::Config> config;
    nodes::Snapshot snapshot;
    std::unique_ptr<weir::metrics::WorkerMetrics> a = std::make_unique<weir::metrics::WorkerMetrics>();
    std::unique_ptr<weir::metrics::WorkerMetrics> b = std::make_unique<weir::metrics::WorkerMetrics>();
    std::unique_ptr<weir::metrics::ControlMetrics> control =
        std::make_unique<weir::metrics::ControlMetrics>();
    View view;
};

} // namespace weir::admin
