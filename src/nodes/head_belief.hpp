// How far one node's word alone may carry the head of a layer: above what two nodes had agreed on last, by
// what the chain can have grown since then. How fast it grows is learned from what they agree on, so nothing
// that one node says moves the bound that it is measured by. Pure; the time is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace weir::nodes {

class HeadBelief {
  public:
    using Clock = std::chrono::steady_clock;
    /// Blocks (slots) per second that are possible as long as the chain's own pace is not known.
    static constexpr double first_pace = 10;
    /// The pace is never believed to be slower than Ethereum's own.
    static constexpr double slowest_pace = 1.0 / 12;
    static constexpr std::chrono::seconds measured_over{30}, first_measured_over{2};

    /// Two nodes have this block, or the only one that there is says so.
    void agreed(std::uint64_t head, Clock::time_point now);
    /// What they had agreed on is no more.
    void fell_to(std::uint64_t head, Clock::time_point now);

    /// The last agreement; nothing before the first.
    const std::optional<std::uint64_t>& base() const { return base_; }
    /// The highest head that one node alone may claim which has been ahead of the others since then.
    std::uint64_t limit(std::uint64_t max_lag, Clock::time_point ahead_since, Clock::time_point now) const;

    /// By how much the chain may go on in that time, as far as its pace is known; 0 while it is not.
    std::uint64_t growth_in(Clock::duration time, Clock::time_point now) const;

  private:
    double growth() const; ///< blocks per second that are believed at the most

    std::optional<std::uint64_t> base_, marked_head_;
    Clock::time_point rose_at_{}, marked_at_{};
    std::optional<double> pace_; ///< as measured
};

} // namespace weir::nodes
