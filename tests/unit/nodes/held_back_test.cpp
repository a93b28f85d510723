// What holds a node back without making it unfit: specification "Only what makes answers wrong excludes".
#include "nodes/fitness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::nodes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Reason::Kind;

CheckResult at_head(std::uint64_t head) {
    CheckResult result;
    result.outcome = CheckResult::Outcome::answered;
    result.head = head;
    result.network.chain_id = 1;
    return result;
}
CheckResult without_answer(CheckResult::Outcome outcome, std::string why) {
    CheckResult result;
    result.outcome = outcome;
    result.failure = std::move(why);
    return result;
}
CheckResult refused() {
    return without_answer(CheckResult::Outcome::refused, "connection refused");
}
CheckResult limited() {
    return without_answer(CheckResult::Outcome::limited, "eth_blockNumber: HTTP 429");
}

struct Layer {
    explicit Layer(const std::vector<Tier>& tiers)
        : fitness(nodes_of(tiers), FitnessLimits{}) {}
    explicit Layer(std::size_t primaries)
        : Layer(std::vector<Tier>(primaries, Tier::primary)) {}

    static std::vector<NodeFitness> nodes_of(const std::vector<Tier>& tiers) {
        std::vector<NodeFitness> nodes(tiers.size());
        for (std::size_t i = 0; i < tiers.size(); ++i)
            nodes[i].tier = tiers[i];
        return nodes;
    }
    void check(std::size_t node, const CheckResult& result) {
        fitness.checked(node, result, now += milliseconds(1));
    }
    void good(std::size_t node) { check(node, at_head(100)); }
    /// Each node: '1' fit, '-' held back, '0' out.
    std::string standing() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : node.held() ? '-' : '0';
        return out;
    }
    std::string said(std::size_t node) const { return words(fitness.nodes()[node].reason); }

    LayerFitness fitness;
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(HeldBack, ANodeThatWasAwayIsInServiceFromItsFirstGoodCheckOn) {
    Layer layer(1);
    layer.good(0);
    layer.check(0, refused());
    EXPECT_EQ(layer.standing(), "0");
    layer.good(0);
    EXPECT_EQ(layer.standing(), "-");
    EXPECT_EQ(layer.said(0), "recovering: 1 of 2 good checks");
    layer.good(0);
    EXPECT_EQ(layer.standing(), "1");
}

TEST(HeldBack, ARecoveringNodeThatFailsOneCheckIsOutAgain) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    layer.check(0, refused());
    layer.good(0);
    layer.check(0, without_answer(CheckResult::Outcome::failed, "timed out"));
    EXPECT_EQ(layer.standing(), "01");
    layer.good(0);
    EXPECT_EQ(layer.said(0), "recovering: 1 of 2 good checks") << "in a row";
}

TEST(HeldBack, APenaltyIsAsLongAsItIsOnlyWhileItsTierOrABetterOneServes) {
    struct {
        std::vector<Tier> tiers;
        int checks;
    } const cases[] = {
        {{Tier::primary}, 2},
        {{Tier::primary, Tier::backup}, 2},
        {{Tier::primary, Tier::primary}, 8},
        {{Tier::backup, Tier::primary}, 8},
    };
    for (const auto& [tiers, checks] : cases) {
        Layer layer(tiers);
        for (std::size_t i = 0; i < tiers.size(); ++i)
            layer.good(i);
        int needed = 0;
        for (int flap = 0; flap < 3; ++flap) {
            layer.check(0, refused());
            needed = 0;
            while (!layer.fitness.nodes()[0].fit() && needed < 100) {
                layer.good(0);
                ++needed;
            }
        }
        EXPECT_EQ(needed, checks) << tiers.size();
    }
}

TEST(HeldBack, ThePenaltyEndsAtOnceWhenWhoServedMeanwhileIsLost) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    for (int flap = 0; flap < 2; ++flap) {
        layer.check(0, refused());
        layer.good(0);
        layer.good(0);
    }
    EXPECT_EQ(layer.standing(), "-1");
    layer.fitness.witnessed(1, {Evidence::Kind::refused, 1, ""}, layer.now += milliseconds(1));
    EXPECT_EQ(layer.standing(), "10");
}

TEST(HeldBack, WhoTurnsChecksAwayForAskingTooOftenRestsAndIsNotOut) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    for (int i = 0; i < 10; ++i)
        layer.check(0, limited());
    EXPECT_EQ(layer.standing(), "-1");
    EXPECT_EQ(layer.said(0), "rate limited: eth_blockNumber: HTTP 429");
    layer.good(0);
    EXPECT_EQ(layer.standing(), "11");
}

TEST(HeldBack, WhoseChainIsNotKnownYetIsNotServedBecauseItTurnsChecksAway) {
    Layer layer(1);
    layer.check(0, limited());
    EXPECT_EQ(layer.standing(), "0");
    EXPECT_EQ(layer.said(0), "rate limited: eth_blockNumber: HTTP 429");
}

TEST(HeldBack, ThereMayBeSeveralReasonsAndEachEndsByItself) {
    Layer layer(1);
    layer.good(0);
    EXPECT_TRUE(layer.fitness.hold(0, {Kind::silent, 2100}, layer.now));
    EXPECT_TRUE(layer.fitness.hold(0, {Kind::standing, 100, 103}, layer.now));
    EXPECT_EQ(layer.standing(), "-");
    EXPECT_EQ(layer.said(0), "silent: nothing came for 2.1 s");
    layer.fitness.hold(0, {Kind::silent, 3000}, layer.now);
    EXPECT_EQ(layer.said(0), "silent: nothing came for 3.0 s");
    EXPECT_TRUE(layer.fitness.release(0, Kind::silent, layer.now));
    EXPECT_EQ(layer.said(0), "its head stands at 100, the others are at 103");
    EXPECT_TRUE(layer.fitness.release(0, Kind::standing, layer.now));
    EXPECT_EQ(layer.standing(), "1");
    EXPECT_FALSE(layer.fitness.release(0, Kind::standing, layer.now));
}

TEST(HeldBack, WhatMakesAnswersWrongCountsForAHeldNodeToo) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    layer.fitness.hold(0, {Kind::slow, 0, 0, "a call timed out"}, layer.now);
    layer.check(1, at_head(106));
    layer.good(0);
    EXPECT_EQ(layer.standing(), "01");
    EXPECT_EQ(layer.said(0), "lag 6 > 5");
    layer.check(0, at_head(106));
    EXPECT_EQ(layer.said(0), "recovering: 1 of 2 good checks") << "what held it back is over";
}

TEST(HeldBack, AHeadThatWasAskedForLongAgoIsNotHeldAgainstOneOfNow) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    layer.now += seconds(10); // weir was stopped, say
    layer.fitness.announced(1, 110, layer.now);
    EXPECT_EQ(layer.standing(), "11");
    EXPECT_EQ(layer.fitness.nodes()[0].lag, 0U);
    EXPECT_EQ(layer.fitness.nodes()[0].distance, 10U);
    layer.fitness.announced(0, 103, layer.now, false); // said during the pause
    EXPECT_EQ(layer.standing(), "11");
    auto late = at_head(103); // asked before, and read after the pause
    late.asked_at = layer.now - seconds(9);
    layer.check(0, late);
    EXPECT_EQ(layer.standing(), "11");
    layer.check(1, at_head(110));
    layer.check(0, at_head(103));
    EXPECT_EQ(layer.standing(), "01");
    EXPECT_EQ(layer.said(0), "lag 7 > 5");
}

// Blocks that come between two checks are no lag where the chain has made as many all the time.
TEST(HeldBack, NodesOfAFastChainThatAreAskedInTurnDoNotLag) {
    Layer layer(2);
    layer.good(0);
    layer.good(1);
    std::uint64_t head = 100;
    for (int second = 0; second < 3; ++second) { // its pace is learned
        layer.now += seconds(1);
        head += 5;
        layer.check(0, at_head(head));
        layer.check(1, at_head(head));
    }
    for (int second = 0; second < 40; ++second) {
        layer.now += seconds(1);
        head += 8;
        layer.check(0, at_head(head));
        ASSERT_EQ(layer.standing(), "11") << second;
        layer.check(1, at_head(head));
        ASSERT_EQ(layer.standing(), "11") << second;
    }
    layer.now += seconds(1);
    layer.check(0, at_head(head + 8));
    layer.check(1, at_head(head)); // it is held against what was known when it was asked
    layer.check(0, at_head(head + 8));
    EXPECT_EQ(layer.standing(), "10");
    EXPECT_EQ(layer.said(1), "lag 8 > 5");
}

// However the nodes come and go: as long as one has answered its last check, is of the right chain and at its
// head, somebody is in service.
RC_GTEST_PROP(HeldBack, SomebodyIsInServiceWhileANodeAnswersItsChecks, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 5);
    Layer layer(count);
    for (std::size_t i = 0; i < count; ++i)
        layer.good(i);
    std::vector<bool> answers(count, true);
    for (int step = 0; step < 200; ++step) {
        const auto i = *rc::gen::inRange<std::size_t>(0, count);
        switch (*rc::gen::inRange(0, 5)) {
        case 0:
            layer.check(i, refused());
            answers[i] = false;
            break;
        case 1:
            layer.check(i, limited());
            break;
        case 2:
            layer.fitness.hold(i, {Kind::silent, 2100}, layer.now);
            break;
        default:
            layer.good(i);
            answers[i] = true;
        }
        layer.now += milliseconds(*rc::gen::inRange(0, 2000));
        for (std::size_t n = 0; n < count; ++n)
            RC_ASSERT(layer.fitness.nodes()[n].in_service() == answers[n]);
    }
}

} // namespace
} // namespace weir::nodes
