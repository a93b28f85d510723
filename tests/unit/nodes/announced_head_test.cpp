// Heads that nodes announce between their checks: they count, and give nobody power over the others.
#include "nodes/fitness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::nodes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr std::uint64_t far = 1'000'000;

struct Layer {
    explicit Layer(std::size_t count)
        : fitness(std::vector<NodeFitness>(count), FitnessLimits{}) {}
    void check(std::size_t node, std::uint64_t head, milliseconds took = {}) {
        CheckResult result;
        result.outcome = CheckResult::Outcome::answered;
        result.head = head;
        result.network.chain_id = 1;
        result.asked_at = now;
        now += took + milliseconds(1);
        fitness.checked(node, result, now);
    }
    void round(const std::vector<std::uint64_t>& heads) {
        for (std::size_t i = 0; i < heads.size(); ++i)
            check(i, heads[i]);
        now += seconds(1);
    }
    bool announce(std::size_t node, std::uint64_t head) {
        return fitness.announced(node, head, now += milliseconds(1));
    }
    std::string fit() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : '0';
        return out;
    }
    const NodeFitness& operator[](std::size_t i) const { return fitness.nodes()[i]; }
    LayerFitness fitness;
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(AnnouncedHead, RaisesTheNodesHeadTheLayersHeadAndTheOthersLag) {
    Layer layer(2);
    layer.round({100, 100});
    EXPECT_TRUE(layer.announce(0, 102));
    EXPECT_EQ(layer[0].head, 102U);
    EXPECT_EQ(layer.fitness.head(), 102U);
    EXPECT_EQ(layer[1].lag, 2U);
    EXPECT_EQ(layer.fit(), "11");
}

TEST(AnnouncedHead, WhoFallsTooFarBehindLeavesBeforeHisNextCheck) {
    Layer layer(3);
    layer.round({100, 100, 100});
    for (std::uint64_t head = 101; head <= 106; ++head) {
        layer.announce(0, head);
        layer.announce(1, head);
    }
    EXPECT_EQ(layer.fit(), "110");
    EXPECT_EQ(words(layer[2].reason), "lag 6 > 5");
    // And comes back by checks only.
    layer.announce(2, 106);
    EXPECT_EQ(layer.fit(), "110");
    layer.round({106, 106, 106});
    layer.round({106, 106, 106});
    EXPECT_EQ(layer.fit(), "111");
}

TEST(AnnouncedHead, ALowerOneSaysNothingUntilTheNextCheck) {
    Layer layer(2);
    layer.round({100, 100});
    EXPECT_FALSE(layer.announce(0, 98));
    EXPECT_FALSE(layer.announce(0, 100));
    EXPECT_EQ(layer[0].head, 100U);
    layer.check(0, 98);
    EXPECT_EQ(layer[0].head, 98U);
}

TEST(AnnouncedHead, ACheckThatAskedBeforeItDoesNotTakeItBack) {
    Layer layer(1);
    layer.check(0, 100);
    CheckResult slow;
    slow.outcome = CheckResult::Outcome::answered;
    slow.head = 100;
    slow.network.chain_id = 1;
    slow.asked_at = layer.now;
    layer.announce(0, 101);
    layer.fitness.checked(0, slow, layer.now += milliseconds(5));
    EXPECT_EQ(layer[0].head, 101U);
    layer.check(0, 99); // a reorganisation that this one has seen
    EXPECT_EQ(layer[0].head, 99U);
}

TEST(AnnouncedHead, WhoHasNotPassedACheckHasNoSay) {
    Layer layer(2);
    layer.check(0, 100);
    EXPECT_FALSE(layer.announce(1, far));
    layer.check(1, 100);
    CheckResult failed;
    layer.fitness.checked(1, failed, layer.now);
    EXPECT_FALSE(layer.announce(1, far));
    EXPECT_EQ(layer.fitness.head(), 100U);
    EXPECT_EQ(layer.fit(), "11"); // one failure is none
}

TEST(AnnouncedHead, ALiarWhoAnnouncesWhatHisChecksDenyHurtsNobody) {
    for (std::size_t liar = 0; liar < 3; ++liar) {
        Layer layer(3);
        layer.round({100, 100, 100});
        for (std::uint64_t head = 101; head < 120; ++head) {
            for (int i = 0; i < 10; ++i)
                layer.announce(liar, head + far + static_cast<std::uint64_t>(i));
            for (std::size_t n = 0; n < 3; ++n)
                layer.announce(n, head);
            EXPECT_EQ(layer.fitness.head(), head);
            layer.round({head, head, head});
            for (std::size_t n = 0; n < 3; ++n) {
                if (n != liar) {
                    EXPECT_TRUE(layer[n].fit()) << liar << n;
                }
            }
        }
    }
}

TEST(AnnouncedHead, ALiarWhoStandsByItInHisChecksBecomesSuspect) {
    Layer layer(3);
    layer.round({100, 100, 100});
    for (std::uint64_t head = 101; head < 105; ++head) {
        layer.announce(2, head + far);
        layer.round({head, head, head + far});
    }
    EXPECT_EQ(layer.fit(), "110");
    EXPECT_TRUE(layer[2].suspect);
}

TEST(AnnouncedHead, ManySmallLiesInOneSecondGainNoMoreThanOne) {
    Layer layer(3);
    layer.round({100, 100, 100});
    for (std::uint64_t lie = 110; lie < 5000; lie += 10)
        layer.announce(2, lie);
    // A second's growth and the burst that is always allowed: 10 + 10 + max_lag.
    EXPECT_LE(layer.fitness.head(), 126U);
    for (int i = 0; i < 4; ++i)
        layer.round({101, 101, 101});
    EXPECT_EQ(layer.fitness.head(), 101U);
    EXPECT_EQ(layer.fit(), "111");
}

TEST(AnnouncedHead, ANodeThatSeesEachBlockFirstIsNeverDoubted) {
    Layer layer(3);
    layer.round({100, 100, 100});
    for (std::uint64_t head = 101; head < 200; ++head) {
        layer.announce(1, head);
        EXPECT_EQ(layer.fitness.head(), head);
        layer.now += milliseconds(200);
        layer.check(0, head);
        layer.check(2, head - 1);
        ASSERT_EQ(layer.fit(), "111");
    }
}

TEST(AnnouncedHead, ABurstAfterAStallIsBelievedWhenASecondNodeTellsIt) {
    Layer layer(3);
    layer.round({100, 100, 100});
    layer.announce(0, 300);
    EXPECT_EQ(layer.fitness.head(), 100U);
    layer.announce(1, 299);
    EXPECT_EQ(layer.fitness.head(), 300U);
    EXPECT_TRUE(layer[0].fit());
}

TEST(AnnouncedHead, OneThatRisesByOneThousandsOfTimesMovesNothingAndTakesNobodyOut) {
    for (const std::size_t count : {2U, 3U}) {
        Layer layer(count);
        const std::vector<std::uint64_t> honest(count, 100);
        layer.round(honest);
        layer.round(honest);
        for (std::uint64_t lie = 101; lie < 2101; ++lie) {
            layer.announce(count - 1, lie);
            ASSERT_LE(layer.fitness.head(), 120U);
            if (lie % 250 != 0) continue;
            layer.round(honest);
            for (std::size_t i = 0; i + 1 < count; ++i)
                ASSERT_TRUE(layer[i].fit()) << lie;
        }
        layer.round(honest);
        EXPECT_EQ(layer.fitness.head(), 100U);
    }
}

TEST(AnnouncedHead, AFarClaimDoesNotBecomeBelievableByWaiting) {
    Layer layer(3);
    layer.round({100, 100, 100});
    for (int i = 0; i < 600; ++i) {
        layer.round({100, 100, 1100});
        ASSERT_EQ(layer.fitness.head(), 100U);
    }
    EXPECT_EQ(layer.fit(), "110");
}

TEST(AnnouncedHead, OneThatGoesOnWhileAllOthersAreStuckIsBelieved) {
    for (const std::size_t leader : {0U, 2U}) {
        Layer layer(3);
        std::uint64_t head = 100;
        for (int i = 0; i < 60; ++i) // the chain's pace is learned: a block in two seconds
            layer.round(std::vector<std::uint64_t>(3, head += i % 2 == 0 ? 1 : 0));
        const auto stuck = head;
        for (int i = 0; i < 60; ++i) {
            std::vector<std::uint64_t> heads(3, stuck);
            heads[leader] = head += i % 2 == 0 ? 1 : 0;
            layer.round(heads);
            ASSERT_EQ(layer.fitness.head(), head);
            ASSERT_TRUE(layer[leader].fit());
        }
        EXPECT_EQ(layer.fit(), leader == 0 ? "100" : "001");
    }
}

TEST(AnnouncedHead, AWipedNodeIsNoReorganisationWhileAnotherThatKnowsBetterMissesACheck) {
    Layer layer(2);
    layer.round({100, 100});
    layer.fitness.checked(1, CheckResult{}, layer.now);
    layer.check(0, 0);
    EXPECT_EQ(layer.fitness.head(), 100U);
    EXPECT_EQ(layer.fit(), "01");
    EXPECT_EQ(words(layer[0].reason), "lag 100 > 5: it fell from 100, as a node that was wiped does");
}

TEST(AnnouncedHead, TheOnlyNodeThatFallsIsTheChainAtOnceAndOneThatIsLeftAfterAMinute) {
    Layer alone(1);
    alone.check(0, 100);
    alone.check(0, 0);
    EXPECT_EQ(alone.fitness.head(), 0U);
    EXPECT_EQ(alone.fit(), "1");

    Layer left(2);
    left.round({100, 100});
    for (int i = 0; i < 70; ++i) {
        left.fitness.checked(1, CheckResult{}, left.now);
        left.check(0, 3);
        left.now += seconds(1);
        if (i < 55) {
            ASSERT_FALSE(left[0].fit()) << i;
        }
    }
    EXPECT_EQ(left.fit(), "10");
}

// Of three, one announces and is found at whatever it likes, far ahead: the others stay fit and set the head.
RC_GTEST_PROP(AnnouncedHead, OneLiarOfThreeNeverMovesTheHeadFarAhead, ()) {
    Layer layer(3);
    std::uint64_t head = 1000;
    layer.round({head, head, head});
    for (int step = 0; step < 60; ++step) {
        const auto lie = head + *rc::gen::inRange<std::uint64_t>(100, far);
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
            layer.announce(2, lie);
            break;
        case 1:
            ++head;
            layer.announce(0, head);
            layer.announce(1, head);
            break;
        case 2:
            layer.check(2, *rc::gen::arbitrary<bool>() ? lie : head);
            break;
        default:
            layer.round({head, head, head});
            break;
        }
        layer.now += milliseconds(*rc::gen::inRange(0, 500));
        RC_ASSERT(layer.fitness.head() <= head);
        RC_ASSERT(layer[0].fit() && layer[1].fit());
    }
}

} // namespace
} // namespace weir::nodes
