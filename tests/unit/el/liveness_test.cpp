// Who is there, who is busy, and who has gone.
#include "el/liveness.hpp"

#include <gtest/gtest.h>

namespace weir::el {
namespace {

using namespace std::chrono_literals;
using Finding = Liveness::Finding;

struct LivenessTest : testing::Test {
    const Liveness::Patience patience{30s, 60s, 30s};
    net::Clock::time_point now{};
    Liveness liveness;
    Liveness::Sight sight;

    LivenessTest() { liveness.begin(now); }
    Finding after(std::chrono::seconds time) {
        now += time;
        return liveness.look(sight, patience, now);
    }
};

TEST_F(LivenessTest, ASilentClientIsPingedAndThenLost) {
    EXPECT_EQ(after(15s), Finding::alive);
    EXPECT_EQ(after(15s), Finding::ping);
    EXPECT_EQ(after(15s), Finding::alive);
    EXPECT_EQ(after(15s), Finding::lost);
}

TEST_F(LivenessTest, WhoAnswersIsThere) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(after(30s), Finding::ping);
        liveness.heard();
    }
}

TEST_F(LivenessTest, WhoTakesMessagesIsThereThoughItReadsNothing) {
    for (int i = 0; i < 20; ++i) {
        ++sight.written;
        sight.acknowledged += 500;
        EXPECT_NE(after(15s), Finding::lost) << i;
    }
    EXPECT_NE(after(30s), Finding::lost);
    EXPECT_EQ(after(30s), Finding::lost) << "nothing was sent that could be taken";
}

TEST_F(LivenessTest, ThatPingsAreTakenIsNoSignOfLife) {
    Finding finding{};
    for (int i = 0; i < 4; ++i) {
        sight.acknowledged += 2;
        finding = after(15s);
    }
    EXPECT_EQ(finding, Finding::lost);
}

TEST_F(LivenessTest, AMachineThatIsGoneTakesNothing) {
    sight.acknowledged = 1000;
    ++sight.written;
    EXPECT_EQ(after(15s), Finding::alive);
    sight.written += 3; // into its kernel's name, as long as ours has room
    EXPECT_EQ(after(15s), Finding::ping);
    EXPECT_EQ(after(15s), Finding::alive);
    EXPECT_EQ(after(15s), Finding::ping) << "it was seen 45 s ago";
    EXPECT_EQ(after(15s), Finding::lost);
}

TEST_F(LivenessTest, AMessageOfWhichNothingIsTakenIsWaitedForNoLongerThanSendTimeout) {
    sight.writing = true;
    sight.acknowledged = 10;
    EXPECT_EQ(after(15s), Finding::alive);
    EXPECT_EQ(after(15s), Finding::alive);
    sight.acknowledged = 11;
    EXPECT_EQ(after(15s), Finding::alive) << "one byte";
    EXPECT_EQ(after(15s), Finding::alive);
    EXPECT_EQ(after(30s), Finding::slow);
}

TEST_F(LivenessTest, WhoIsNotReadFromIsNotBlamedForSilence) {
    sight.unread = true;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(after(30s), Finding::alive);
    sight.unread = false;
    EXPECT_EQ(after(30s), Finding::ping);
}

TEST_F(LivenessTest, ATimeoutShorterThanTheIntervalStillGivesAChance) {
    const Liveness::Patience hasty{30s, 1s, 30s};
    now += 30s;
    EXPECT_EQ(liveness.look(sight, hasty, now), Finding::ping);
    now += 1s;
    EXPECT_EQ(liveness.look(sight, hasty, now), Finding::lost);
    EXPECT_EQ(hasty.pause(), 500ms);
}

} // namespace
} // namespace weir::el
