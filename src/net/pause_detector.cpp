#include "net/pause_detector.hpp"

#include <ctime>
#include <utility>

namespace weir::net {

namespace {

std::chrono::nanoseconds read_clock(clockid_t id) {
    timespec now{};
    ::clock_gettime(id, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// The monotonic clock stands still while the machine is suspended, the other one goes on (clock_gettime(2)).
std::chrono::nanoseconds time_asleep() {
    return read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC);
}

} // namespace

PauseDetector::PauseDetector(IoContext& io, std::function<void()> over)
    : timer_(io)
    , over_(std::move(over)) {}

void PauseDetector::start() {
    running_ = true;
    last_ = Clock::now();
    asleep_ = time_asleep();
    arm();
}

void PauseDetector::stop() {
    running_ = false;
    timer_.cancel();
}

bool PauseDetector::paused_since(Clock::time_point then) {
    look();
    return ended_ > then;
}

void PauseDetector::arm() {
    timer_.expires_after(beat);
    timer_.async_wait([this](error_code ec) {
        if (ec || !running_) return;
        look();
        if (running_) arm();
    });
}

void PauseDetector::look() {
    if (!running_) return;
    const auto now = Clock::now();
    const auto asleep = time_asleep();
    const bool paused = now - last_ >= shortest || asleep - asleep_ >= shortest;
    last_ = now;
    asleep_ = asleep;
    if (!paused) return;
    ended_ = now;
    if (over_) over_();
}

} // namespace weir::net
