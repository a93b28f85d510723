#include "forward/failures.hpp"

#include <charconv>
#include <utility>

namespace weir::forward {

using routing::FailureKind;
using upstream::Failure;

namespace {

constexpr std::chrono::seconds default_rest{2};

} // namespace

routing::FailureKind kind_of(Failure failure) {
    switch (failure) {
    case Failure::none:
        return FailureKind::none;
    case Failure::refused:
        return FailureKind::connect_refused;
    case Failure::connect_failed:
        return FailureKind::connect_failed;
    case Failure::reset:
        return FailureKind::reset;
    case Failure::timed_out:
        return FailureKind::timed_out;
    case Failure::bad_answer:
        return FailureKind::bad_answer;
    case Failure::no_connection:
        return FailureKind::no_connection;
    }
    return FailureKind::reset;
}

metrics::RetryReason retry_reason(std::string_view reason) {
    using enum metrics::RetryReason;
    static constexpr std::pair<std::string_view, metrics::RetryReason> names[] = {
        {"connect_refused", connect_refused},
        {"connect_failed", connect_failed},
        {"reset", reset},
        {"timed_out", timed_out},
        {"bad_answer", bad_answer},
        {"no_connection", no_connection},
        {"http_429", http_429},
        {"http_4xx", http_4xx},
        {"http_5xx", http_5xx},
        {"missing_data", missing_data},
        {"not_ready", not_ready},
        {"rate_limit", rate_limit},
        {"no_method", no_method},
        {"not_allowed", not_allowed},
        {"internal", internal},
        {"null_result", null_result},
        {"not_found", not_found},
        {"behind", behind},
        {"wrong_id", wrong_id},
        {"trouble", trouble},
        {"hedge", hedge}};
    for (const auto& [name, value] : names) {
        if (name == reason) return value;
    }
    return other;
}

std::chrono::seconds rest_time(const net::Head& head) {
    const auto value = head.find(net::http::field::retry_after);
    unsigned seconds = 0;
    if (!value || std::from_chars(value->data(), value->data() + value->size(), seconds).ec != std::errc{}) {
        return default_rest;
    }
    return std::chrono::seconds(seconds);
}

Blame blame_of(FailureKind kind) {
    using About = TrackRecord::About;
    switch (kind) {
    case FailureKind::connect_failed:
        return {"cannot connect", About::node};
    case FailureKind::reset:
        return {"connection reset", About::node};
    case FailureKind::timed_out:
        return {"timed out", About::kind};
    case FailureKind::bad_answer:
        return {"answer is not HTTP", About::node};
    case FailureKind::wrong_id:
        return {"answered another call", About::node};
    case FailureKind::connect_refused: // evidence of its own
    case FailureKind::no_connection:   // our own limit says nothing about the node
    case FailureKind::none:
        break;
    }
    return {};
}

} // namespace weir::forward
