// Who gets a request, in which order: specification "Selection", as properties over random layers.
#include "routing/plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace weir::routing {
namespace {

using config::Policy;
using nodes::LayerView;
using nodes::NodeStatus;
using nodes::Tier;

NodeStatus node(std::uint32_t id, Tier tier, bool fit, std::uint64_t head = 100) {
    auto fixed = std::make_shared<nodes::Node>();
    fixed->id = id;
    fixed->tier = tier;
    NodeStatus status;
    status.node = fixed;
    status.fit = fit;
    status.reachable = fit;
    status.head = head;
    return status;
}

LayerView primaries(std::size_t count) {
    LayerView layer;
    for (std::size_t i = 0; i < count; ++i)
        layer.nodes.push_back(node(static_cast<std::uint32_t>(i), Tier::primary, true));
    return layer;
}

std::vector<std::uint16_t> order(const Candidates& candidates) {
    return {candidates.begin(), candidates.end()};
}
using Order = std::vector<std::uint16_t>;

/// A random layer with everything that a plan looks at, and a random wish of the request.
struct World {
    LayerView layer;
    std::vector<std::uint32_t> latency;
    std::vector<std::uint8_t> resting;
    Policy policy = Policy::priority;
    bool serve_stale = false;
    std::uint32_t rotation = 0;
    std::optional<std::uint64_t> wanted;
    std::optional<std::uint32_t> sticky;

    PlanInput input() const {
        return {.layer = layer,
                .policy = policy,
                .serve_stale = serve_stale,
                .rotation = rotation,
                .latency_us = latency,
                .wanted_head = wanted,
                .sticky = sticky,
                .resting = resting};
    }
};

World random_world() {
    World w;
    const auto count = *rc::gen::inRange<std::size_t>(0, 9);
    const auto primary_count = *rc::gen::inRange<std::size_t>(0, count + 1);
    for (std::size_t i = 0; i < count; ++i) {
        auto status = node(static_cast<std::uint32_t>(i), i < primary_count ? Tier::primary : Tier::backup,
                           *rc::gen::arbitrary<bool>(), *rc::gen::inRange<std::uint64_t>(90, 110));
        status.held_back = !status.fit && *rc::gen::inRange(0, 3) == 0;
        status.reachable = status.in_service() || *rc::gen::arbitrary<bool>();
        status.serves_while_syncing = !status.fit && *rc::gen::inRange(0, 4) == 0;
        status.lag = *rc::gen::inRange<std::uint64_t>(0, 20);
        w.layer.nodes.push_back(status);
        w.latency.push_back(*rc::gen::inRange<std::uint32_t>(0, 5));
        w.resting.push_back(*rc::gen::inRange<std::uint8_t>(0, 2));
    }
    w.policy = *rc::gen::element(Policy::priority, Policy::round_robin, Policy::least_latency);
    w.serve_stale = *rc::gen::arbitrary<bool>();
    w.rotation = *rc::gen::arbitrary<std::uint32_t>();
    if (*rc::gen::arbitrary<bool>()) w.wanted = *rc::gen::inRange<std::uint64_t>(90, 110);
    if (*rc::gen::arbitrary<bool>()) w.sticky = *rc::gen::inRange<std::uint32_t>(0, 9);
    if (*rc::gen::inRange(0, 3) == 0) w.resting.clear();
    return w;
}

/// One in which some node is fit.
World fit_world() {
    auto w = random_world();
    w.layer.nodes.push_back(node(static_cast<std::uint32_t>(w.layer.nodes.size()), Tier::backup, true));
    w.latency.push_back(0);
    w.resting.resize(w.layer.nodes.size(), 0);
    auto& lucky = w.layer.nodes[*rc::gen::inRange<std::size_t>(0, w.layer.nodes.size())];
    lucky.fit = true;
    lucky.held_back = false;
    return w;
}

RC_GTEST_PROP(Plan, NamesEachNodeAtMostOnceAndOnlyNodesThatExist, ()) {
    const auto w = random_world();
    const auto got = plan(w.input());
    RC_ASSERT(std::set<std::uint16_t>(got.begin(), got.end()).size() == got.size());
    for (const auto i : got)
        RC_ASSERT(i < w.layer.nodes.size());
}

RC_GTEST_PROP(Plan, NamesExactlyTheNodesInServiceWhileThereIsOne, ()) {
    const auto w = fit_world();
    const auto got = plan(w.input());
    std::size_t in_service = 0;
    for (const auto& status : w.layer.nodes)
        in_service += status.in_service();
    RC_ASSERT(got.size() == in_service);
    for (const auto i : got)
        RC_ASSERT(w.layer.nodes[i].in_service());
}

RC_GTEST_PROP(Plan, PutsFitNodesBeforeThoseHeldBackAndPrimariesBeforeBackupsAmongEach, ()) {
    const auto w = random_world();
    const auto got = plan(w.input());
    RC_ASSERT(std::is_sorted(got.begin(), got.end(), [&](auto a, auto b) {
        const auto &x = w.layer.nodes[a], &y = w.layer.nodes[b];
        return std::pair(!x.fit, x.node->tier) < std::pair(!y.fit, y.node->tier);
    }));
}

RC_GTEST_PROP(Plan, IsNeverEmptyWhileANodeIsHeldBackOnly, ()) {
    auto w = random_world();
    for (auto& status : w.layer.nodes)
        status.fit = false;
    auto held = node(static_cast<std::uint32_t>(w.layer.nodes.size()), Tier::backup, false);
    held.held_back = held.reachable = true;
    w.layer.nodes.push_back(held);
    w.latency.push_back(0);
    w.resting.resize(w.layer.nodes.size(), 1);
    RC_ASSERT(!plan(w.input()).empty());
}

RC_GTEST_PROP(Plan, RestingNodesComeLastWithinTheirTier, ()) {
    const auto w = fit_world();
    const auto got = plan(w.input());
    for (std::size_t i = 1; i < got.size(); ++i) {
        const auto &before = w.layer.nodes[got[i - 1]], &after = w.layer.nodes[got[i]];
        if (before.node->tier != after.node->tier || before.fit != after.fit) continue;
        RC_ASSERT(w.resting[before.node->id] <= w.resting[after.node->id]);
    }
}

RC_GTEST_PROP(Plan, NodesAtTheWantedHeadComeFirstAmongThoseThatDoNotRest, ()) {
    auto w = fit_world();
    w.resting.clear();
    w.wanted = *rc::gen::inRange<std::uint64_t>(90, 110);
    const auto got = plan(w.input());
    for (std::size_t i = 1; i < got.size(); ++i) {
        const auto &before = w.layer.nodes[got[i - 1]], &after = w.layer.nodes[got[i]];
        if (before.node->tier != after.node->tier || before.fit != after.fit) continue;
        RC_ASSERT(*before.head >= *w.wanted || *after.head < *w.wanted);
    }
}

RC_GTEST_PROP(Plan, SyncingNodesAreUsedExactlyWhenNoneIsFitLowestLagFirst, ()) {
    auto w = random_world();
    for (auto& status : w.layer.nodes)
        status.fit = status.held_back = false;
    const auto got = plan(w.input());
    std::size_t serving = 0, reachable = 0;
    for (const auto& status : w.layer.nodes) {
        serving += status.serves_while_syncing && status.reachable;
        reachable += status.reachable;
    }
    RC_ASSERT(got.size() == (serving > 0 ? serving : w.serve_stale ? reachable : 0));
    for (const auto i : got) {
        RC_ASSERT(w.layer.nodes[i].reachable);
        if (serving > 0) RC_ASSERT(w.layer.nodes[i].serves_while_syncing);
    }
    for (std::size_t i = 1; i < got.size(); ++i) {
        const auto &a = w.layer.nodes[got[i - 1]], &b = w.layer.nodes[got[i]];
        RC_ASSERT(std::pair(a.node->tier, a.lag) <= std::pair(b.node->tier, b.lag));
    }
}

RC_GTEST_PROP(Plan, PriorityWithoutWishesKeepsTheConfiguredOrder, ()) {
    auto w = fit_world();
    w.policy = Policy::priority;
    w.sticky.reset();
    w.wanted.reset();
    w.resting.clear();
    const auto got = plan(w.input());
    const auto held = std::find_if(got.begin(), got.end(), [&](auto n) { return !w.layer.nodes[n].fit; });
    RC_ASSERT(std::is_sorted(got.begin(), held) && std::is_sorted(held, got.end()));
}

TEST(Plan, WithNoFitNodeAndWithoutServeStaleNobodyIsAsked) {
    auto layer = primaries(3);
    for (auto& status : layer.nodes) {
        status.fit = false;
        status.reachable = true;
    }
    EXPECT_TRUE(
        plan({.layer = layer, .latency_us = {}, .wanted_head = {}, .sticky = {}, .resting = {}}).empty());
}

TEST(Plan, ServeStaleTakesTheLeastBadReachablePrimaryFirst) {
    LayerView layer;
    layer.nodes = {node(0, Tier::primary, false), node(1, Tier::primary, false),
                   node(2, Tier::primary, false), node(3, Tier::backup, false)};
    for (auto& status : layer.nodes)
        status.reachable = true;
    layer.nodes[0].lag = 30;
    layer.nodes[1].lag = 10;
    layer.nodes[2].reachable = false;
    layer.nodes[3].lag = 0;
    const auto got = plan({.layer = layer,
                           .serve_stale = true,
                           .latency_us = {},
                           .wanted_head = {},
                           .sticky = {},
                           .resting = {}});
    EXPECT_EQ(order(got), (Order{1, 0, 3}));
}

TEST(Plan, RoundRobinBeginsOnePlaceFurtherWithEveryRequestAndKeepsTheRing) {
    const auto layer = primaries(3);
    std::vector<Order> got;
    for (std::uint32_t rotation = 0; rotation < 4; ++rotation) {
        got.push_back(order(plan({.layer = layer,
                                  .policy = Policy::round_robin,
                                  .rotation = rotation,
                                  .latency_us = {},
                                  .wanted_head = {},
                                  .sticky = {},
                                  .resting = {}})));
    }
    EXPECT_EQ(got, (std::vector<Order>{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 1, 2}}));
}

RC_GTEST_PROP(Plan, RoundRobinGivesEveryFitPrimaryTheSameShare, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 8);
    const auto layer = primaries(count);
    std::vector<int> firsts(count, 0);
    const auto rounds = static_cast<std::uint32_t>(count * 5);
    for (std::uint32_t r = 0; r < rounds; ++r) {
        ++firsts[plan({.layer = layer,
                       .policy = Policy::round_robin,
                       .rotation = r,
                       .latency_us = {},
                       .wanted_head = {},
                       .sticky = {},
                       .resting = {}})
                     .front()];
    }
    for (const int n : firsts)
        RC_ASSERT(n == 5);
}

TEST(Plan, LeastLatencyTakesTheFastestAndTriesUnknownNodesFirst) {
    const auto layer = primaries(4);
    const std::array<std::uint32_t, 4> latency{300, 100, 0, 200};
    EXPECT_EQ(order(plan({.layer = layer,
                          .policy = Policy::least_latency,
                          .latency_us = latency,
                          .wanted_head = {},
                          .sticky = {},
                          .resting = {}})),
              (Order{2, 1, 3, 0}));
    const std::array<std::uint32_t, 2> unknown_tail{300, 100};
    EXPECT_EQ(order(plan({.layer = layer,
                          .policy = Policy::least_latency,
                          .latency_us = unknown_tail,
                          .wanted_head = {},
                          .sticky = {},
                          .resting = {}})),
              (Order{2, 3, 1, 0}));
}

TEST(Plan, StickyNodeComesFirstWhileFitAndTheOthersKeepTheirOrder) {
    auto layer = primaries(3);
    EXPECT_EQ(order(plan({.layer = layer, .latency_us = {}, .wanted_head = {}, .sticky = 2, .resting = {}})),
              (Order{2, 0, 1}));
    layer.nodes[2].fit = false;
    EXPECT_EQ(order(plan({.layer = layer, .latency_us = {}, .wanted_head = {}, .sticky = 2, .resting = {}})),
              (Order{0, 1}));
}

TEST(Plan, StickyBackupDoesNotComeBeforeAFitPrimary) {
    LayerView layer;
    layer.nodes = {node(0, Tier::primary, true), node(1, Tier::backup, true)};
    EXPECT_EQ(order(plan({.layer = layer, .latency_us = {}, .wanted_head = {}, .sticky = 1, .resting = {}})),
              (Order{0, 1}));
}

TEST(Plan, AWantedHeadThatIsBindingLeavesOutNodesBelowItWhateverTheirTier) {
    LayerView layer;
    layer.nodes = {node(0, Tier::primary, true, 99), node(1, Tier::primary, true, 98),
                   node(2, Tier::backup, true, 100)};
    EXPECT_EQ(order(plan({.layer = layer,
                          .latency_us = {},
                          .wanted_head = 99,
                          .wanted_strictly = true,
                          .sticky = {},
                          .resting = {}})),
              (Order{0, 2}));
    EXPECT_EQ(order(plan({.layer = layer, .latency_us = {}, .wanted_head = 99, .sticky = {}, .resting = {}})),
              (Order{0, 1, 2}));
    EXPECT_TRUE(plan({.layer = layer,
                      .latency_us = {},
                      .wanted_head = 101,
                      .wanted_strictly = true,
                      .sticky = {},
                      .resting = {}})
                    .empty());
}

TEST(Plan, WhatANodeHasToldAClientCountsBeforeItsNextCheck) {
    const auto layer = primaries(2); // both at 100, as far as checks know
    nodes::SeenHeads seen;
    seen.told(1, 101);
    EXPECT_EQ(seen.layer(), 101U);
    EXPECT_EQ(order(plan({.layer = layer,
                          .latency_us = {},
                          .wanted_head = 101,
                          .seen = &seen,
                          .sticky = {},
                          .resting = {}})),
              (Order{1, 0}));
    seen.went_back(1, 100);
    EXPECT_EQ(order(plan({.layer = layer,
                          .latency_us = {},
                          .wanted_head = 101,
                          .seen = &seen,
                          .sticky = {},
                          .resting = {}})),
              (Order{0, 1}));
}

PlanInput wish(const LayerView& layer) {
    return {.layer = layer, .latency_us = {}, .wanted_head = {}, .sticky = {}, .resting = {}};
}

TEST(Plan, NodesThatHaveTheNamedBlockComeFirstWithinTheirTier) {
    LayerView layer;
    layer.nodes = {node(0, Tier::primary, true, 98), node(1, Tier::primary, true, 100),
                   node(2, Tier::backup, true, 98), node(3, Tier::backup, true, 101)};
    auto input = wish(layer);
    for (const auto& [named, expected] : std::vector<std::pair<std::uint64_t, Order>>{
             {0, {0, 1, 2, 3}},        // none
             {98, {0, 1, 2, 3}},       // all have it: the configured order
             {100, {1, 0, 3, 2}},      // a backup that has it waits for primaries, one of which will
             {101, {0, 1, 3, 2}},      // no primary has it
             {1'000'000, {0, 1, 2, 3}} // nobody
         }) {
        input.named_block = named;
        EXPECT_EQ(order(plan(input)), expected) << named;
    }
    input.wanted_head = 98;
    input.named_block = 100;
    EXPECT_EQ(order(plan(input)), (Order{1, 0, 3, 2})) << "what the call names is the stronger wish";
}

TEST(Plan, NodesThatFellShortOfANamedHeadComeLastForItsName) {
    using chain::HeadTag;
    const auto layer = primaries(3);
    nodes::SeenHeads seen;
    const auto now = net::Clock::now();
    seen.told(0, HeadTag::finalized, 64, now);
    seen.told(1, HeadTag::finalized, 65, now);
    auto input = wish(layer);
    input.seen = &seen;
    input.told = seen.heads();
    const auto bit = [](HeadTag tag) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(tag)); };
    input.wanted_tags = bit(HeadTag::finalized);
    EXPECT_EQ(order(plan(input)), (Order{0, 1, 2})) << "it may have come to it meanwhile";
    seen.told(0, HeadTag::finalized, 64, now);
    EXPECT_EQ(order(plan(input)), (Order{1, 2, 0}));
    input.wanted_tags = bit(HeadTag::safe);
    EXPECT_EQ(order(plan(input)), (Order{0, 1, 2})) << "that says nothing of others";
    input.wanted_tags = bit(HeadTag::finalized);
    input.told[HeadTag::finalized] = 64;
    EXPECT_EQ(order(plan(input)), (Order{0, 1, 2})) << "one who was told of less may go to it";
    seen.told(1, HeadTag::finalized, 66, now);
    input.told = seen.heads();
    EXPECT_EQ(order(plan(input)), (Order{0, 1, 2})) << "there is a new one: all are asked again";
}

TEST(AttemptBudget, TheLastCandidateGetsAllThatRemains) {
    EXPECT_EQ(attempt_budget(std::chrono::milliseconds(3000), 0).count(), 3000);
}

RC_GTEST_PROP(AttemptBudget, NeverTakesAllWhileAnotherCandidateWaitsAndAlwaysSumsUpToAtMostTheWhole, ()) {
    const auto total = *rc::gen::inRange<long>(10, 100'000);
    const auto waiting = *rc::gen::inRange<std::size_t>(1, 8);
    std::chrono::milliseconds remaining(total);
    for (std::size_t w = waiting + 1; w-- > 0;) {
        const auto share = attempt_budget(remaining, w);
        RC_ASSERT(share.count() > 0);
        if (w > 0) RC_ASSERT(share < remaining);
        remaining -= share;
        RC_ASSERT(remaining.count() >= 0);
    }
}

} // namespace
} // namespace weir::routing
