// Notices that this thread did not run for a while: a stopped process, a suspended machine, a stall. What
// became overdue meanwhile says nothing about whoever was waited for, and what was heard before is old.
#pragma once

#include "net/io.hpp"

#include <functional>

namespace weir::net {

class PauseDetector {
  public:
    static constexpr milliseconds beat{100};
    /// What is shorter is a busy thread's ordinary delay.
    static constexpr milliseconds shortest{500};

    /// `over` is called once for each pause, when it is noticed: on the beat, or from paused_since().
    explicit PauseDetector(IoContext& io, std::function<void()> over = {});

    /// Nothing is noticed before.
    void start();
    /// Keeps no work pending from now on.
    void stop();

    /// There was a pause that ended after `then`. Also true in a handler that runs before the first beat
    /// after it does.
    bool paused_since(Clock::time_point then);

  private:
    void arm();
    void look();

    Timer timer_;
    std::function<void()> over_;
    bool running_ = false;
    Clock::time_point last_{}, ended_{};
    std::chrono::nanoseconds asleep_{0}; ///< how long the machine has been suspended since it was started
};

} // namespace weir::net
