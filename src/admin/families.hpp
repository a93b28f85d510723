// Builds metric families for prometheus-cpp's serialiser. Private to admin/.
#pragma once

#include "metrics/worker_metrics.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::admin {

using Labels = std::vector<prometheus::ClientMetric::Label>;

inline Labels with(Labels labels, const char* name, std::string_view value) {
    labels.push_back({name, std::string(value)});
    return labels;
}

class Families {
  public:
    explicit Families(std::string prefix)
        : prefix_(std::move(prefix)) {}

    /// The values that follow belong to it.
    Families& counter(const char* name, const char* help) {
        return begin(name, help, prometheus::MetricType::Counter);
    }
    Families& gauge(const char* name, const char* help) {
        return begin(name, help, prometheus::MetricType::Gauge);
    }
    Families& histogram(const char* name, const char* help) {
        return begin(name, help, prometheus::MetricType::Histogram);
    }
    /// Without the prefix: the names that every process exports.
    Families& process(const char* name, const char* help, prometheus::MetricType type);

    Families& add(double value, Labels labels = {});
    /// Sums the same histogram of several workers.
    Families& add(const std::vector<const weir::metrics::Histogram*>& parts, Labels labels);

    std::vector<prometheus::MetricFamily> take() { return std::move(families_); }

  private:
    Families& begin(const char* name, const char* help, prometheus::MetricType type);

    std::string prefix_;
    std::vector<prometheus::MetricFamily> families_;
};

} // namespace weir::admin
