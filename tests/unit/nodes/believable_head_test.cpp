// The believable head of a layer: one node must not make the others unfit.
#include "nodes/fitness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace weir::nodes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr std::uint64_t far = 1'000'000;

CheckResult at_head(std::uint64_t head) {
    CheckResult result;
    result.outcome = CheckResult::Outcome::answered;
    result.head = head;
    result.network.chain_id = 1;
    return result;
}

struct Layer {
    explicit Layer(std::size_t count)
        : fitness(std::vector<NodeFitness>(count), FitnessLimits{}) {}
    void check(std::size_t node, const CheckResult& result) {
        fitness.checked(node, result, now += milliseconds(1));
    }
    void check(std::size_t node, std::uint64_t head) { check(node, at_head(head)); }
    void round(const std::vector<std::uint64_t>& heads) {
        for (std::size_t i = 0; i < heads.size(); ++i)
            check(i, heads[i]);
        now += seconds(1);
    }
    std::string fit() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : '0';
        return out;
    }
    LayerFitness fitness;
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(BelievableHead, OneLiarOfThreeIsSuspectAndTheOthersStayFit) {
    for (std::size_t liar = 0; liar < 3; ++liar) {
        Layer layer(3);
        layer.round({100, 100, 100});
        for (std::uint64_t i = 1; i < 4; ++i) {
            std::vector<std::uint64_t> heads(3, 100 + i);
            heads[liar] += far;
            layer.round(heads);
            for (std::size_t n = 0; n < 3; ++n) {
                if (n != liar) {
                    EXPECT_TRUE(layer.fitness.nodes()[n].fit()) << liar << n;
                }
            }
            EXPECT_EQ(layer.fitness.head(), 100 + i);
        }
        EXPECT_FALSE(layer.fitness.nodes()[liar].fit()) << liar;
        EXPECT_TRUE(layer.fitness.nodes()[liar].suspect);
        EXPECT_TRUE(words(layer.fitness.nodes()[liar].reason).starts_with("suspect: claims head "))
            << words(layer.fitness.nodes()[liar].reason);
    }
}

TEST(BelievableHead, ALiarOfThreeFromTheStartIsFoundOutWhoeverAnswersFirst) {
    std::vector<std::size_t> order{0, 1, 2};
    do {
        for (std::size_t liar = 0; liar < 3; ++liar) {
            Layer layer(3);
            for (int round = 0; round < 3; ++round) {
                for (const auto n : order)
                    layer.check(n, n == liar ? 100 + far : 100);
                layer.now += seconds(1);
            }
            std::string wanted = "111";
            wanted[liar] = '0';
            EXPECT_EQ(layer.fit(), wanted) << "order " << order[0] << order[1] << order[2];
            EXPECT_EQ(layer.fitness.head(), 100U);
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(BelievableHead, OfTwoInDisagreementTheConfiguredOrderDecidesWhoeverAnswersFirst) {
    for (const bool second_answers_first : {false, true}) {
        for (const bool first_is_ahead : {false, true}) {
            Layer layer(2);
            for (int round = 0; round < 3; ++round) {
                for (const std::size_t n : {0U, 1U}) {
                    const auto node = second_answers_first ? 1 - n : n;
                    layer.check(node, (node == 0) == first_is_ahead ? 100 + far : 100);
                }
                layer.now += seconds(1);
            }
            EXPECT_EQ(layer.fit(), "10") << second_answers_first << first_is_ahead;
        }
    }
}

TEST(BelievableHead, ASuspectThatComesDownReturns) {
    Layer layer(3);
    layer.round({100, 100, 100});
    layer.round({101, 101, far});
    layer.round({102, 102, far});
    ASSERT_EQ(layer.fit(), "110");
    layer.round({103, 103, 103});
    layer.round({104, 104, 104});
    EXPECT_EQ(layer.fit(), "111");
}

TEST(BelievableHead, TheOthersMayCatchUpWithWhatSeemedTooFarAhead) {
    Layer layer(3);
    layer.round({100, 100, 100});
    layer.round({101, 101, 5000});
    layer.round({102, 102, 5000});
    ASSERT_EQ(layer.fit(), "110");
    // Two say so now: it was a stall of theirs. They agree, and whoever is behind leaves.
    layer.round({102, 5001, 5001});
    layer.round({102, 5002, 5002});
    layer.round({102, 5003, 5003});
    EXPECT_EQ(layer.fit(), "011");
}

TEST(BelievableHead, ASingleBlockAheadIsNotSuspect) {
    Layer layer(3);
    for (std::uint64_t head = 100; head < 200; ++head) {
        layer.round({head, head, head + 1});
        EXPECT_EQ(layer.fit(), "111");
        EXPECT_EQ(layer.fitness.head(), head + 1);
    }
}

RC_GTEST_PROP(BelievableHead, LegitimateGrowthNeverMakesTheNodeThatSeesItFirstSuspect, ()) {
    Layer layer(3);
    std::uint64_t head = 100;
    layer.round({head, head, head});
    for (int i = 0; i < 20; ++i) {
        const auto grown = *rc::gen::inRange<std::uint64_t>(0, 10);
        const auto leader = *rc::gen::inRange<std::size_t>(0, 3);
        std::vector<std::uint64_t> heads(3, head);
        head += grown;
        heads[leader] = head;
        layer.round(heads);
        RC_ASSERT(!layer.fitness.nodes()[leader].suspect);
        RC_ASSERT(layer.fitness.nodes()[leader].fit() || i == 0 || layer.fitness.nodes()[leader].lag == 0U);
        RC_ASSERT(layer.fitness.head() == head);
    }
}

TEST(BelievableHead, ALongSilenceMakesRoomForALargeStep) {
    Layer layer(1);
    layer.check(0, 100);
    layer.now += seconds(3600);
    layer.check(0, 400);
    EXPECT_EQ(layer.fit(), "1");
    EXPECT_EQ(layer.fitness.head(), 400U);
}

TEST(FlapBackoff, EachReturnAfterAFlapWaitsLongerUpToABoundAndIsForgivenAfterAQuietWhile) {
    Layer layer(2);
    layer.round({100, 100}); // the second one serves meanwhile
    CheckResult refused;
    refused.outcome = CheckResult::Outcome::refused;
    std::vector<int> waits;
    const auto flap = [&] {
        layer.check(0, refused);
        for (int n = 1;; ++n) {
            layer.check(0, 100);
            if (layer.fitness.nodes()[0].fit() || n > 100) return n;
        }
    };
    for (int i = 0; i < 7; ++i)
        waits.push_back(flap());
    EXPECT_EQ(waits, (std::vector<int>{2, 4, 8, 16, 32, 32, 32}));
    layer.now += LayerFitness::flap_window + seconds(1);
    EXPECT_EQ(flap(), 2);
}

// Whatever a minority does (fail, lag, sync, lie far ahead: one of them), a majority that answers and
// agrees is fit from its third round on, in whatever order the answers come.
RC_GTEST_PROP(Fitness, AMajorityThatAnswersAndAgreesStaysFitWhateverTheOthersDo, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(3, 7);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    const auto shuffle = [&] {
        for (std::size_t i = count; i > 1; --i)
            std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    };
    shuffle();
    const auto bad_count = *rc::gen::inRange<std::size_t>(0, (count - 1) / 2 + 1);
    const std::vector<std::size_t> bad(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(bad_count));
    const bool liar = *rc::gen::arbitrary<bool>(); // the first of the bad, always
    FitnessLimits limits;
    limits.chain_id = 1; // else nodes that disagree at the start are all left out
    LayerFitness fitness(std::vector<NodeFitness>(count), limits);
    auto now = FitnessClock::time_point{} + std::chrono::hours(1);
    std::uint64_t head = 1000;
    for (int round = 0; round < 12; ++round) {
        shuffle();
        head += *rc::gen::inRange<std::uint64_t>(0, 3);
        for (const auto n : order) {
            const auto place = static_cast<std::size_t>(std::find(bad.begin(), bad.end(), n) - bad.begin());
            auto result = at_head(head - *rc::gen::inRange<std::uint64_t>(0, 2));
            if (place < bad.size()) {
                switch (liar && place == 0 ? 6 : *rc::gen::inRange(0, 7)) {
                case 0:
                    result = {};
                    break;
                case 1:
                    result = {};
                    result.outcome = CheckResult::Outcome::refused;
                    break;
                case 2:
                    result.syncing = true;
                    break;
                case 3:
                    result.head = *rc::gen::inRange<std::uint64_t>(0, head);
                    break;
                case 4:
                    result.network.chain_id = 5;
                    break;
                case 5:
                    result.head.reset();
                    break;
                default:
                    if (place == 0) result.head = head + *rc::gen::inRange<std::uint64_t>(1000, far);
                    break;
                }
            }
            fitness.checked(n, result, now += milliseconds(1));
        }
        now += seconds(1);
        if (round < 2) continue; // who was doubted in the first round has to come back
        for (std::size_t n = 0; n < count; ++n) {
            if (std::find(bad.begin(), bad.end(), n) == bad.end()) RC_ASSERT(fitness.nodes()[n].fit());
        }
        RC_ASSERT(fitness.head() <= head);
    }
}

} // namespace
} // namespace weir::nodes
