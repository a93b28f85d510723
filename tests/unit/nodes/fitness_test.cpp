// Which nodes are fit, and why not: specification "Fitness".
#include "nodes/fitness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::nodes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

CheckResult at_head(std::uint64_t head, std::uint64_t chain = 1) {
    CheckResult result;
    result.outcome = CheckResult::Outcome::answered;
    result.head = head;
    result.network.chain_id = chain;
    return result;
}
CheckResult failed(std::string why = "timed out") {
    CheckResult result;
    result.failure = std::move(why);
    return result;
}
CheckResult refused() {
    auto result = failed("connection refused");
    result.outcome = CheckResult::Outcome::refused;
    return result;
}

/// A layer and its clock; each check takes a millisecond, each round a second.
struct Layer {
    explicit Layer(std::size_t count, FitnessLimits limits = {})
        : fitness(std::vector<NodeFitness>(count), limits) {}

    void check(std::size_t node, const CheckResult& result) {
        fitness.checked(node, result, now += milliseconds(1));
    }
    void check(std::size_t node, std::uint64_t head) { check(node, at_head(head)); }
    void round(const std::vector<std::uint64_t>& heads) {
        for (std::size_t i = 0; i < heads.size(); ++i)
            check(i, heads[i]);
        now += seconds(1);
    }
    void witness(std::size_t node, Evidence::Kind kind, std::uint32_t in_a_row) {
        fitness.witnessed(node, {kind, in_a_row, "connection reset"}, now += milliseconds(1));
    }
    std::string fit() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : '0';
        return out;
    }
    const NodeFitness& operator[](std::size_t i) const { return fitness.nodes()[i]; }
    /// Good checks until node 0 is fit.
    int checks_to_return() {
        for (int n = 1; n <= 100; ++n) {
            check(0, 100);
            if (fitness.nodes()[0].fit()) return n;
        }
        return 0;
    }

    LayerFitness fitness;
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(Fitness, ANodeBeginsUnfitAndIsFitAfterItsFirstGoodCheck) {
    Layer layer(1);
    EXPECT_EQ(layer.fit(), "0");
    EXPECT_EQ(words(layer[0].reason), "not checked yet");
    layer.check(0, 100);
    EXPECT_EQ(layer.fit(), "1");
    EXPECT_EQ(words(layer[0].reason), "");
    EXPECT_EQ(layer.fitness.head(), 100U);
}

TEST(Fitness, ANodeThatFailedBeforeItWasEverFitNeedsOneGoodCheckOnly) {
    Layer layer(1);
    layer.check(0, failed("DNS"));
    EXPECT_EQ(words(layer[0].reason), "DNS");
    layer.check(0, 100);
    EXPECT_EQ(layer.fit(), "1");
}

TEST(Fitness, ThreeFailuresInARowTakeANodeOutAndTwoDoNot) {
    Layer layer(1);
    layer.check(0, 100);
    for (int i = 0; i < 5; ++i) {
        layer.check(0, failed());
        layer.check(0, failed());
        EXPECT_EQ(layer.fit(), "1");
        EXPECT_EQ(layer[0].consecutive_failures, 2U);
        layer.check(0, 100);
    }
    layer.check(0, failed());
    layer.check(0, failed());
    layer.check(0, failed("no answer within 5000 ms"));
    EXPECT_EQ(layer.fit(), "0");
    EXPECT_EQ(words(layer[0].reason), "no answer within 5000 ms");
    EXPECT_FALSE(layer[0].reachable);
}

TEST(Fitness, ARefusedConnectionTakesANodeOutAtOnce) {
    Layer by_check(1), by_traffic(1);
    by_check.check(0, 100);
    by_check.check(0, refused());
    EXPECT_EQ(by_check.fit(), "0");
    EXPECT_EQ(words(by_check[0].reason), "connection refused");
    by_traffic.check(0, 100);
    by_traffic.witness(0, Evidence::Kind::refused, 1);
    EXPECT_EQ(by_traffic.fit(), "0");
    EXPECT_EQ(words(by_traffic[0].reason), "connection refused");
}

TEST(Fitness, FailingRequestsTakeANodeOutAfterAsManyAsFailingChecks) {
    Layer layer(1);
    layer.check(0, 100);
    layer.witness(0, Evidence::Kind::failing, 1);
    layer.witness(0, Evidence::Kind::failing, 2);
    EXPECT_EQ(layer.fit(), "1");
    layer.witness(0, Evidence::Kind::failing, 3);
    EXPECT_EQ(layer.fit(), "0");
    EXPECT_EQ(words(layer[0].reason), "3 requests in a row failed: connection reset");
}

TEST(Fitness, ANodeReturnsAfterTwoGoodChecksInARow) {
    Layer layer(1);
    layer.check(0, 100);
    layer.check(0, refused());
    layer.check(0, 100);
    EXPECT_EQ(layer.fit(), "0");
    EXPECT_EQ(words(layer[0].reason), "recovering: 1 of 2 good checks");
    layer.check(0, failed());
    layer.check(0, 100);
    EXPECT_EQ(layer.fit(), "0") << "in a row";
    layer.check(0, 100);
    EXPECT_EQ(layer.fit(), "1");
}

TEST(Fitness, AnotherNodesCheckIsNoGoodCheckOfThisOne) {
    Layer layer(2);
    layer.round({100, 100});
    layer.check(0, refused());
    layer.check(0, 100);
    for (int i = 0; i < 5; ++i)
        layer.check(1, 100);
    EXPECT_EQ(layer.fit(), "01");
}

TEST(Fitness, LagIsSaidInWordsAndTheLimitItselfIsFit) {
    Layer layer(2);
    layer.round({100, 95});
    EXPECT_EQ(layer.fit(), "11");
    EXPECT_EQ(layer[1].lag, 5U);
    layer.round({101, 95});
    EXPECT_EQ(layer.fit(), "10");
    EXPECT_EQ(words(layer[1].reason), "lag 6 > 5");
    layer.round({107, 95});
    EXPECT_EQ(words(layer[1].reason), "lag 12 > 5");
    layer.check(1, 107);
    layer.check(1, 107);
    EXPECT_EQ(layer.fit(), "11");
}

TEST(Fitness, AWrongChainIsSaidInWords) {
    FitnessLimits limits;
    limits.chain_id = 1;
    Layer configured(2, limits);
    configured.check(0, at_head(100, 17000));
    configured.check(1, at_head(100, 1));
    EXPECT_EQ(configured.fit(), "01");
    EXPECT_EQ(words(configured[0].reason), "wrong chain 0x4268, expected 0x1");
}

TEST(Fitness, TheHeadOfAWrongChainIsNoOnesHead) {
    FitnessLimits limits;
    limits.chain_id = 1;
    Layer layer(2, limits);
    layer.check(0, at_head(5'000'000, 2));
    layer.check(1, at_head(100, 1));
    EXPECT_EQ(layer.fit(), "01");
    EXPECT_EQ(layer.fitness.head(), 100U);
}

TEST(Fitness, WhatANodeSaysAgainstItselfMakesItUnfit) {
    struct {
        void (*change)(CheckResult&);
        const char* reason;
    } const cases[] = {
        {[](CheckResult& r) { r.syncing = true; }, "syncing"},
        {[](CheckResult& r) { r.health_status = 206; }, "syncing"},
        {[](CheckResult& r) { r.health_status = 503; }, "health 503"},
        {[](CheckResult& r) { r.optimistic = true; },
         "optimistic: its execution node has not verified the head"},
        {[](CheckResult& r) { r.el_offline = true; }, "its execution node is offline"},
        {[](CheckResult& r) { r.head.reset(); }, "no head"},
        {[](CheckResult& r) {
             r.head.reset();
             r.health_status = 503;
         },
         "health 503"},
    };
    for (const auto& [change, reason] : cases) {
        Layer layer(2);
        layer.round({100, 100});
        auto result = at_head(100);
        change(result);
        layer.check(0, result);
        EXPECT_EQ(layer.fit(), "01") << reason;
        EXPECT_EQ(words(layer[0].reason), reason);
        EXPECT_TRUE(layer[0].reachable) << reason;
        EXPECT_EQ(layer[0].serves_while_syncing, result.health_status == 206) << reason;
    }
}

} // namespace
} // namespace weir::nodes
