// Gives memory back to the system after a crowd of clients has left: the allocator keeps what they used, page
// by page in the middle of its heaps, for ever if nobody asks.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "net/io.hpp"

#include <cstdint>
#include <vector>

namespace weir::server {

/// Looks now and then on its own thread, the control thread. The allocator's locks are held for some
/// milliseconds when there is much to give back, which is why it happens only after a crowd.
class MemoryKeeper {
  public:
    MemoryKeeper(net::IoContext& io, const std::vector<const metrics::WorkerMetrics*>& workers)
        : timer_(io)
        , workers_(workers) {}

    void start();
    void stop() { timer_.cancel(); }

  private:
    void look();

    net::Timer timer_;
    const std::vector<const metrics::WorkerMetrics*>& workers_;
    std::uint64_t left_before_ = 0; ///< clients that had left by the last look
};

} // namespace weir::server
