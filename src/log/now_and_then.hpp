// For events that others can make come by the thousand: the first is told at once, the others as a count, no
// more often than so.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace weir::log {

class NowAndThen {
  public:
    using Clock = std::chrono::steady_clock;

    explicit NowAndThen(Clock::duration interval)
        : interval_(interval) {}

    /// One more has come. How many since the last time, when it is time to tell. Any thread, no lock.
    std::optional<std::uint64_t> add(Clock::time_point now) {
        count_.fetch_add(1, std::memory_order_relaxed);
        auto next = next_.load(std::memory_order_relaxed);
        const auto at = now.time_since_epoch().count();
        if (at < next) return std::nullopt;
        // Of several at once one tells.
        if (!next_.compare_exchange_strong(next, at + interval_.count(), std::memory_order_relaxed))
            return std::nullopt;
        return count_.exchange(0, std::memory_order_relaxed);
    }

  private:
    Clock::duration interval_;
    std::atomic<std::uint64_t> count_{0};
    std::atomic<Clock::rep> next_{std::numeric_limits<Clock::rep>::min()};
};

} // namespace weir::log
