// The feeds' questions over HTTP, with connections of the control thread's own.
#pragma once

#include "feeds/questions.hpp"
#include "metrics/worker_metrics.hpp"
#include "upstream/pool.hpp"

#include <unordered_map>

namespace weir::feeds {

class HttpQuestions final : public Questions {
  public:
    HttpQuestions(net::IoContext& io, net::DeadlineWheel& wheel)
        : io_(io)
        , wheel_(wheel) {}

    /// Questions to nodes that may not be asked any more fail at once.
    void adopt(std::shared_ptr<const nodes::Snapshot> snapshot) override;
    void stop() override;
    net::Task<std::optional<std::string>> ask(std::uint32_t node_id, std::string_view method,
                                              std::string_view params) override;

  private:
    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    metrics::NodeMetrics unused_metrics_; ///< these are not clients' requests
    metrics::Gauge unused_waiters_;
    std::unordered_map<std::uint32_t, std::shared_ptr<upstream::Pool>> pools_; ///< they count into these
    bool stopped_ = false;
};

} // namespace weir::feeds
