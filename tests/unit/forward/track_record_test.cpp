// What one worker learns of a node: failures that tell of it, those of one kind of call, and what is late.
#include "forward/allowance.hpp"
#include "forward/track_record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weir::forward {
namespace {

using namespace std::chrono_literals;
using About = TrackRecord::About;

constexpr CallKind balance = 1, logs = 2;

class TrackRecordTest : public testing::Test {
  protected:
    /// One that began `lasting` ago fails now.
    std::optional<TrackRecord::Condemned> fail(CallKind kind, About about, net::milliseconds lasting = 1ms) {
        now += 1ms + lasting;
        return record.failed(kind, about, now - lasting, now, limits);
    }
    void answer(CallKind kind, net::milliseconds took = 2ms) {
        now += took;
        record.answered(kind, took, now);
    }

    TrackRecord record;
    TrackRecord::Limits limits{3};
    net::Clock::time_point now{1h};
};

TEST_F(TrackRecordTest, ThreeInARowThatTellOfTheNodeAreEnough) {
    EXPECT_FALSE(fail(balance, About::node));
    EXPECT_FALSE(fail(balance, About::node));
    const auto condemned = fail(balance, About::node);
    ASSERT_TRUE(condemned);
    EXPECT_EQ(condemned->in_a_row, 3U);
}

TEST_F(TrackRecordTest, AnAnswerInBetweenBeginsTheRowAnew) {
    fail(balance, About::node);
    fail(balance, About::node);
    answer(logs);
    now += TrackRecord::answers_well;
    EXPECT_FALSE(fail(balance, About::node));
    EXPECT_FALSE(fail(balance, About::node));
    EXPECT_TRUE(fail(balance, About::node));
}

TEST_F(TrackRecordTest, AThousandConnectionsThatDieTogetherAreOneFailure) {
    const auto began = now;
    now += 5ms;
    for (int i = 0; i < 1000; ++i)
        EXPECT_FALSE(record.failed(balance, About::node, began, now, limits));
}

TEST_F(TrackRecordTest, FailuresOfOneKindOfCallAreNoneOfTheNode) {
    for (int i = 0; i < 50; ++i)
        EXPECT_FALSE(fail(logs, About::kind));
    EXPECT_TRUE(record.is_avoided(logs, now));
    EXPECT_FALSE(record.is_avoided(balance, now));
}

TEST_F(TrackRecordTest, ThoseOfSeveralKindsAre) {
    fail(logs, About::kind);
    fail(balance, About::kind);
    EXPECT_TRUE(fail(logs, About::kind));
}

TEST_F(TrackRecordTest, AFewInARowAmongManyThatSucceedAreChance) {
    for (int i = 0; i < 100; ++i)
        answer(balance);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(fail(balance, About::node));
    EXPECT_TRUE(fail(balance, About::node));
}

TEST_F(TrackRecordTest, MoreThanHalfOfManyIsEnoughWithoutARow) {
    std::optional<TrackRecord::Condemned> condemned;
    for (int i = 0; i < 30 && !condemned; ++i) {
        now += TrackRecord::slice;
        record.answered(balance, 1ms, now);
        for (int k = 0; k < 2 && !condemned; ++k)
            condemned = record.failed(balance, About::node, now, now, limits);
    }
    ASSERT_TRUE(condemned);
    EXPECT_EQ(condemned->in_a_row, 0U);
}

TEST_F(TrackRecordTest, WhatFailsAgainIsAvoidedForTwiceAsLong) {
    net::milliseconds last{0};
    for (int i = 0; i < 12; ++i) {
        record.avoid(logs, now);
        const auto begin = now;
        while (record.is_avoided(logs, now))
            now += 100ms;
        const auto lasted = std::chrono::duration_cast<net::milliseconds>(now - begin);
        EXPECT_GE(lasted, last);
        EXPECT_LE(lasted, TrackRecord::longest_avoidance + 100ms);
        last = lasted;
    }
    EXPECT_GE(last, TrackRecord::longest_avoidance);
    now += 2 * TrackRecord::longest_avoidance;
    record.avoid(logs, now);
    EXPECT_FALSE(record.is_avoided(logs, now + TrackRecord::first_avoidance));
}

TEST_F(TrackRecordTest, OutrunOnceIsChanceTwiceIsNot) {
    for (int i = 0; i < 20; ++i)
        answer(logs);
    const auto late = record.patience(logs) + 1ms;
    record.outrun(logs, now - late, now);
    EXPECT_FALSE(record.is_avoided(logs, now));
    now += 1s;
    record.outrun(logs, now - late, now);
    EXPECT_TRUE(record.is_avoided(logs, now));
}

TEST_F(TrackRecordTest, OutrunBeforeItsOwnTimeSaysNothing) {
    for (int i = 0; i < 10; ++i) {
        now += 1s;
        record.outrun(logs, now - longest_patience + 1ms, now);
    }
    EXPECT_FALSE(record.is_avoided(logs, now));
}

TEST_F(TrackRecordTest, PatienceIsWhatTheNodeUsuallyNeeds) {
    EXPECT_EQ(record.patience(balance), longest_patience); // nothing is known
    for (int i = 0; i < 50; ++i)
        answer(balance, 1ms);
    EXPECT_EQ(record.patience(balance), shortest_patience);
    for (int i = 0; i < 50; ++i)
        answer(logs, 3000ms);
    EXPECT_GE(record.patience(logs), 3000ms);
}

RC_GTEST_PROP(UsualTimeTest, PatienceNeverLeavesItsBoundsForQuickCalls, ()) {
    UsualTime usual;
    const auto samples = *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(1U, 200'000U));
    for (const auto us : samples)
        usual.add(UsualTime::microseconds(us));
    RC_ASSERT(patience_with(usual) >= shortest_patience);
    RC_ASSERT(patience_with(usual) <= longest_patience);
}

RC_GTEST_PROP(AllowanceTest, NoMoreThanItsShareAndABurst, ()) {
    Allowance allowance;
    const auto percent = *rc::gen::inRange(0U, 101U);
    const auto calls = *rc::gen::inRange(0U, 2000U);
    unsigned spent = 0;
    for (unsigned i = 0; i < calls; ++i) {
        allowance.earn(percent);
        if (*rc::gen::arbitrary<bool>() && allowance.spend()) ++spent;
    }
    RC_ASSERT(spent <= Allowance::burst + calls * percent / 100);
}

TEST(CallKindTest, NumbersAndHashesInAPathAreTheCallsOwn) {
    EXPECT_EQ(kind_of_path("GET", "/eth/v2/beacon/blocks/12345"),
              kind_of_path("GET", "/eth/v2/beacon/blocks/9"));
    EXPECT_EQ(kind_of_path("GET", "/eth/v1/node/version?x=1"), kind_of_path("GET", "/eth/v1/node/version"));
    EXPECT_NE(kind_of_path("GET", "/eth/v1/node/version"), kind_of_path("GET", "/eth/v1/node/syncing"));
    EXPECT_NE(kind_of_path("GET", "/eth/v1/node/version"), kind_of_path("POST", "/eth/v1/node/version"));
}

} // namespace
} // namespace weir::forward
