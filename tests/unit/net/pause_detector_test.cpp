// What a stopped process or a suspended machine looks like from within.
#include "net/pause_detector.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace weir::net {
namespace {

TEST(PauseDetector, AThreadThatGoesOnHadNoPause) {
    IoContext io;
    int pauses = 0;
    PauseDetector detector(io, [&] { ++pauses; });
    const auto begin = Clock::now();
    detector.start();
    io.run_for(PauseDetector::beat * 3);
    EXPECT_FALSE(detector.paused_since(begin));
    EXPECT_EQ(pauses, 0);
}

TEST(PauseDetector, APauseIsKnownBeforeTheFirstBeatAfterItAndToldOnce) {
    IoContext io;
    int pauses = 0;
    PauseDetector detector(io, [&] { ++pauses; });
    detector.start();
    io.run_for(PauseDetector::beat);
    const auto before = Clock::now();
    std::this_thread::sleep_for(PauseDetector::shortest + milliseconds(20));
    EXPECT_TRUE(detector.paused_since(before)) << "as a handler that runs first would ask";
    io.restart();
    io.run_for(PauseDetector::beat * 3);
    EXPECT_EQ(pauses, 1);
    EXPECT_TRUE(detector.paused_since(before));
    EXPECT_FALSE(detector.paused_since(Clock::now())) << "what began after it";
}

TEST(PauseDetector, StoppedItKeepsNoWorkAndNoticesNothing) {
    IoContext io;
    PauseDetector detector(io);
    const auto begin = Clock::now();
    detector.start();
    detector.stop();
    io.run(); // returns
    std::this_thread::sleep_for(PauseDetector::shortest + milliseconds(20));
    EXPECT_FALSE(detector.paused_since(begin));
}

} // namespace
} // namespace weir::net
