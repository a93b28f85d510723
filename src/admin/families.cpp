#include "admin/families.hpp"

#include <limits>

namespace weir::admin {

using prometheus::MetricType;

Families& Families::begin(const char* name, const char* help, MetricType type) {
    families_.push_back({prefix_ + '_' + name, help, type, {}});
    return *this;
}

Families& Families::process(const char* name, const char* help, MetricType type) {
    families_.push_back({name, help, type, {}});
    return *this;
}

Families& Families::add(double value, Labels labels) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    if (families_.back().type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    families_.back().metric.push_back(std::move(metric));
    return *this;
}

Families& Families::add(const std::vector<const weir::metrics::Histogram*>& parts, Labels labels) {
    const auto& bounds = weir::metrics::Histogram::bounds;
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
        for (const auto* part : parts)
            count += part->bucket(i);
        const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
        metric.histogram.bucket.push_back({count, bound});
    }
    metric.histogram.sample_count = count;
    for (const auto* part : parts)
        metric.histogram.sample_sum += part->sum_seconds();
    families_.back().metric.push_back(std::move(metric));
    return *this;
}

} // namespace weir::admin
