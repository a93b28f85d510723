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
    EXPECT_EQ(layer[2].reason, "lag 6 > 5");
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
