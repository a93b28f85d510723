// When a node counts as silent, and what it must do to be forgiven.
#include "nodes/vigil.hpp"

#include <gtest/gtest.h>

namespace weir::nodes {
namespace {

using namespace std::chrono_literals;

TEST(VigilTest, OneAnswerInTimeForgivesTheFirstSilence) {
    Vigil vigil;
    const Vigil::TimePoint now{1h};
    vigil.heard(now);
    vigil.fell_silent(now + 2s);
    EXPECT_TRUE(vigil.is_silent());
    EXPECT_EQ(vigil.silent_for(now + 2s), 2s);
    EXPECT_TRUE(vigil.is_to_prove_itself_soon());
    EXPECT_FALSE(vigil.answered(3s, now + 5s)); // that one was late
    EXPECT_TRUE(vigil.answered(5ms, now + 6s));
    EXPECT_FALSE(vigil.is_silent());
}

TEST(VigilTest, WhoFallsSilentAgainSoonNeedsMoreEachTime) {
    Vigil vigil;
    Vigil::TimePoint now{1h};
    unsigned last = 0;
    for (int fall = 0; fall < 7; ++fall) {
        vigil.fell_silent(now += 1s);
        unsigned answers = 1;
        while (!vigil.answered(5ms, now += 100ms))
            ++answers;
        EXPECT_GE(answers, last);
        EXPECT_LE(answers, Vigil::most_required);
        last = answers;
    }
    EXPECT_EQ(last, Vigil::most_required);
    vigil.fell_silent(now += Vigil::flap_window + 1s);
    EXPECT_TRUE(vigil.answered(5ms, now));
}

TEST(VigilTest, ASlowNodesChecksMayTakeLonger) {
    Vigil vigil;
    const Vigil::TimePoint now{1h};
    EXPECT_EQ(vigil.patience(), Vigil::shortest_patience);
    for (int i = 0; i < 60; ++i)
        vigil.answered(600ms, now);
    EXPECT_GT(vigil.patience(), 2000ms);
    EXPECT_GT(vigil.look_patience(), 1000ms);
}

} // namespace
} // namespace weir::nodes
