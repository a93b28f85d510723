// weir's own pages: liveness, readiness, the nodes' status, metrics and a page for people. Pure renderers
// over a snapshot and counters; whoever serves them passes those in.
#pragma once

#include "metrics/control_metrics.hpp"
#include "metrics/worker_metrics.hpp"
#include "nodes/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir::admin {

/// The counters of the whole process.
struct View {
    std::vector<const weir::metrics::WorkerMetrics*> workers;
    const weir::metrics::ControlMetrics* control = nullptr;
};

struct Answer {
    unsigned status = 200;
    std::string_view content_type;
    std::string body;
    std::string_view header_lines;
};

Answer health();
/// 200 when every configured layer has a fit node.
Answer ready(const nodes::Snapshot& snapshot);
Answer status(const nodes::Snapshot& snapshot, const View& view);
Answer metrics(const nodes::Snapshot& snapshot, const View& view);
Answer page();

} // namespace weir::admin
