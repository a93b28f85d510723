// Numbers only have to rise: a chain may leave some out, and a node may say a wrong one.
#include "chain_world.hpp"
#include "feeds/head_line.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weir::feeds {
namespace {

constexpr std::size_t max_gap = 32;
constexpr HeaderBook::Node source = 1, other = 2, third = 3;
using Numbers = std::vector<std::uint64_t>;

struct SkippedNumbers : testing::Test {
    ChainWorld world;
    HeadLine line{max_gap};

    SkippedNumbers() {
        line.lead(source, world.genesis());
        line.take_steps();
    }
    Numbers told(Step::Kind kind = Step::Kind::added) {
        Numbers numbers;
        for (const auto& step : line.take_steps()) {
            if (step.kind == kind) numbers.push_back(step.header->number);
        }
        return numbers;
    }
    /// Whatever is wanted is given by that node, as it is.
    void fill(HeaderBook::Node node) {
        for (int i = 0; i < 1000 && line.wanted(); ++i)
            line.heard(node, world.find(*line.wanted()));
    }
};

TEST_F(SkippedNumbers, HeadsThatLeaveNumbersOutAreToldWhenASecondNodeSaysTheSame) {
    auto head = world.genesis();
    Numbers expected;
    for (const std::uint64_t left_out : {0U, 1U, 0U, 0U, 2U, 0U}) {
        head = world.child_after(head, left_out);
        expected.push_back(head->number);
        line.lead(source, head);
        EXPECT_EQ(line.wants_second_word(), left_out != 0);
        line.heard(other, head);
        EXPECT_FALSE(line.wanted());
    }
    EXPECT_EQ(told(), expected);
}

TEST_F(SkippedNumbers, OrWhenNobodyElseCanSay) {
    const auto head = world.child_after(world.genesis(), 2);
    line.lead(source, head);
    ASSERT_EQ(line.wanted(), head->hash);
    EXPECT_EQ(told(), Numbers{});
    line.accept(head->hash);
    EXPECT_EQ(told(), Numbers{1003});
    line.lead(source, world.child(head));
    EXPECT_EQ(told(), Numbers{1004});
}

TEST_F(SkippedNumbers, AGapIsCountedInBlocks) {
    auto head = world.genesis();
    for (std::size_t i = 0; i < max_gap; ++i)
        head = world.child_after(head, i == 0 ? 0 : 1);
    line.lead(source,
              world.child(world.genesis())); // another branch: a number that is left out is no surprise then
    const auto first = world.child_after(world.genesis(), 1);
    line.lead(source, first);
    line.heard(other, first);
    line.lead(source, head);
    for (int i = 0; i < 1000 && line.wanted(); ++i) {
        line.heard(source, world.find(*line.wanted()));
        if (line.wants_second_word()) line.heard(other, world.find(*line.wanted()));
    }
    EXPECT_FALSE(line.overflowed());
    EXPECT_EQ(line.tip(), head);
}

TEST_F(SkippedNumbers, AReorganisationAcrossASkippedNumber) {
    const auto two = world.child(world.child(world.genesis()));
    line.lead(source, two);
    fill(source);
    EXPECT_EQ(told(), (Numbers{1001, 1002}));
    const auto skipping = world.child_after(world.genesis(), 1); // 1002, beside 1001 and 1002
    const auto head = world.child(skipping);
    line.heard(other, skipping);
    line.lead(source, head);
    line.heard(source, skipping);
    EXPECT_FALSE(line.wanted());
    const auto steps = line.take_steps();
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_EQ(steps[0].header->number, 1002U);
    EXPECT_EQ(steps[1].header->number, 1001U);
    EXPECT_EQ(steps[2].header, skipping);
    EXPECT_EQ(steps[3].header, head);
    EXPECT_TRUE(line.contains(skipping->hash));
    EXPECT_FALSE(line.contains(two->hash));
}

TEST_F(SkippedNumbers, ATrueHashWithAWrongNumberOrParentGivesWayToTheRightOneWhoeverSpeaksFirst) {
    for (const bool poisoner_leads : {false, true}) {
        for (const std::uint64_t number : {0U, 999U, 1000U, 1002U, 1050U}) {
            HeadLine poisoned(max_gap);
            poisoned.lead(source, world.genesis());
            poisoned.take_steps();
            const auto next = world.child(world.genesis());
            const auto lie = ChainWorld::falsified(next, number, next->parent);
            if (poisoner_leads) {
                poisoned.lead(source, lie);
                EXPECT_TRUE(poisoned.take_steps().empty()) << number;
                poisoned.heard(other, next);
            } else {
                poisoned.heard(other, lie);
                poisoned.lead(source, next);
            }
            ASSERT_TRUE(poisoned.tip());
            EXPECT_EQ(poisoned.tip(), next) << number << poisoner_leads;
        }
        HeadLine poisoned(max_gap);
        poisoned.lead(source, world.genesis());
        const auto next = world.child(world.genesis());
        const auto lie = ChainWorld::falsified(next, next->number, chain::keccak256_hex("nothing"));
        poisoned.heard(poisoner_leads ? other : source, poisoner_leads ? next : lie);
        poisoned.lead(source, poisoner_leads ? lie : next);
        EXPECT_EQ(poisoned.tip(), next);
    }
}

TEST_F(SkippedNumbers, ALieBelowTheHeadIsFoundOutByItsChild) {
    const auto one = world.child(world.genesis()), two = world.child(one);
    line.lead(source, ChainWorld::falsified(one, 990, one->parent));
    line.lead(source, two);
    ASSERT_TRUE(line.wanted());
    line.heard(other, two);
    line.heard(other, one);
    EXPECT_EQ(line.tip(), two);
    EXPECT_EQ(told(), (Numbers{1001, 1002}));
}

TEST_F(SkippedNumbers, WhatMostSayIsBelieved) {
    const auto next = world.child_after(world.genesis(), 3);
    line.lead(source, ChainWorld::falsified(next, 1001, next->parent)); // the next number: told at once
    EXPECT_EQ(told(), Numbers{1001});
    const auto after = world.child(next);
    line.lead(source, ChainWorld::falsified(after, 1002, next->hash));
    EXPECT_EQ(told(), Numbers{1002});
    // Another source, and the truth: it goes on, the numbers too.
    line.source_changed();
    line.trust();
    const auto last = world.child(after);
    line.heard(third, last);
    line.lead(other, last);
    EXPECT_EQ(told(), Numbers{last->number});
}

TEST_F(SkippedNumbers, WhoInventsBlocksByTheThousandPushesOutNobodyElses) {
    const auto one = world.child(world.genesis()), two = world.child(one), three = world.child(two);
    line.heard(other, one);
    line.heard(other, two);
    for (int i = 0; i < 5000; ++i) {
        auto lie = *one;
        lie.hash = chain::keccak256_hex("lie " + std::to_string(i));
        line.heard(third, std::make_shared<const chain::Header>(lie));
    }
    line.lead(source, three);
    EXPECT_FALSE(line.wanted());
    EXPECT_EQ(told(), (Numbers{1001, 1002, 1003}));
}

// A chain that leaves numbers out now and then, two honest nodes and one that falsifies each block it names:
// the line is the chain's.
RC_GTEST_PROP(SkippedNumbersProperties, OneWhoFalsifiesEveryHeaderChangesNothingOfTheLine, ()) {
    ChainWorld world;
    HeadLine line(max_gap);
    line.lead(source, world.genesis());
    auto head = world.genesis();
    std::vector<chain::HeaderPtr> chain_of_all{head};
    for (int i = 0; i < 30; ++i) {
        head = world.child_after(head, *rc::gen::element<std::uint64_t>(0, 0, 0, 1, 2));
        chain_of_all.push_back(head);
        const auto lie = ChainWorld::falsified(
            head, *rc::gen::inRange<std::uint64_t>(0, 2000),
            *rc::gen::element(head->parent, world.genesis()->hash, chain::keccak256_hex("nothing")));
        const auto order = *rc::gen::inRange(0, 3);
        if (order == 0) line.heard(third, lie);
        line.heard(other, head);
        if (order == 1) line.heard(third, lie);
        line.lead(source, head);
        if (order == 2) line.heard(third, lie);
    }
    RC_ASSERT(!line.wanted());
    // By what they say: a lie may happen to be the truth, in an object of its own.
    std::vector<std::string> told, truth;
    for (const auto& step : line.take_steps()) {
        RC_ASSERT(step.kind == Step::Kind::added);
        told.push_back(step.header->json);
    }
    for (const auto& header : chain_of_all)
        truth.push_back(header->json);
    RC_ASSERT(told == truth);
}

} // namespace
} // namespace weir::feeds
