// File descriptors are finite, and shared by clients and nodes: how many connections all pools of all workers
// may have together, beyond the one that each pool always may. A pool that gets none waits for one of its own
// to come back, as at its own limit, and asks again now and then; running out of descriptors would look like
// a failure of the node.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace weir::upstream {

class ConnectionBudget {
  public:
    /// Unlimited until then.
    void set_limit(std::int64_t most) {
        left_.fetch_add(most - limit_.exchange(most, std::memory_order_relaxed), std::memory_order_relaxed);
    }
    bool take() {
        if (left_.fetch_sub(1, std::memory_order_relaxed) > 0) return true;
        give();
        return false;
    }
    /// Takes one that is not there: for who has just given one back and must not lose it to another.
    void take_anyway() { left_.fetch_sub(1, std::memory_order_relaxed); }
    void give() { left_.fetch_add(1, std::memory_order_relaxed); }

  private:
    static constexpr std::int64_t no_limit = std::numeric_limits<std::int32_t>::max();
    std::atomic<std::int64_t> limit_{no_limit}, left_{no_limit};
};

} // namespace weir::upstream
