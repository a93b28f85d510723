// A counter's value over all workers. Private to admin/.
#pragma once

#include "admin/view.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::admin {

template <class Value>
double sum(const View& view, Value weir::metrics::WorkerMetrics::*member) {
    double total = 0;
    for (const auto* worker : view.workers)
        total += static_cast<double>((worker->*member).value());
    return total;
}

template <class Array>
double sum(const View& view, Array weir::metrics::WorkerMetrics::*member, std::size_t i) {
    double total = 0;
    for (const auto* worker : view.workers)
        total += static_cast<double>((worker->*member)[i].value());
    return total;
}

/// Under which a node's counters are: a reload that changes it gives it another id, and they go on.
inline std::vector<std::uint32_t> ids_of(const nodes::Node& node) {
    return node.ids.empty() ? std::vector<std::uint32_t>{node.id} : node.ids;
}

template <class Value>
double sum_node(const View& view, const nodes::Node& node, Value weir::metrics::NodeMetrics::*member) {
    double total = 0;
    for (const auto id : ids_of(node)) {
        for (const auto* worker : view.workers)
            total += static_cast<double>((worker->nodes[id].*member).value());
    }
    return total;
}

} // namespace weir::admin
