// What becomes of a failure on its way from the wire: its kind for the verdict, its label for the metrics,
// its words for the log, and whether it tells of the node or perhaps of one kind of call only.
#pragma once

#include "forward/track_record.hpp"
#include "metrics/worker_metrics.hpp"
#include "net/http_head.hpp"
#include "routing/verdict.hpp"
#include "upstream/dial.hpp"

#include <string_view>

namespace weir::forward {

routing::FailureKind kind_of(upstream::Failure failure);
metrics::RetryReason retry_reason(std::string_view reason);

struct Blame {
    std::string_view words; ///< a literal; empty: it says nothing about the node
    TrackRecord::About about = TrackRecord::About::node;
};
Blame blame_of(routing::FailureKind kind);

/// Retry-After in seconds (RFC 9110 §10.2.3); its date form is not worth a calendar here.
std::chrono::seconds rest_time(const net::Head& head);

} // namespace weir::forward
