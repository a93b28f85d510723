// Which node the feeds are read from.
#include "feeds/source_choice.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace weir::feeds {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock::time_point;

const Time start{1h};
constexpr auto hold = 500ms;

SourceCandidate node(std::uint32_t id, bool primary = true) {
    return {.id = id,
            .primary = primary,
            .best = true,
            .doubted = false,
            .followable = true,
            .followed = true,
            .head = 100,
            .ready_since = start};
}

std::optional<std::uint32_t> choose(const std::vector<SourceCandidate>& nodes,
                                    std::optional<std::uint32_t> current, Time now = start + 1h) {
    return choose_source(nodes, current, hold, now);
}

TEST(SourceChoice, TheFirstFitPrimaryInConfiguredOrder) {
    EXPECT_EQ(choose({node(7), node(3), node(9, false)}, {}), 7U);
    auto lost = node(7);
    lost.best = false;
    EXPECT_EQ(choose({lost, node(3), node(9, false)}, 7U), 3U);
    auto other = node(3);
    other.best = false;
    EXPECT_EQ(choose({lost, other, node(9, false)}, 7U), 9U);
    EXPECT_EQ(choose({lost, other}, 7U), 7U); // nothing better: it may come back
    EXPECT_EQ(choose({lost, other}, {}), std::nullopt);
}

TEST(SourceChoice, ALostSocketIsLeftAtOnceThoughTheNodeIsFit) {
    auto lost = node(7);
    lost.followed = false;
    EXPECT_EQ(choose({lost, node(3)}, 7U), 3U);
    EXPECT_EQ(choose({lost}, 7U), 7U);                 // polled meanwhile
    EXPECT_EQ(choose({lost, node(9, false)}, 7U), 7U); // a backup is no reason to leave a fit primary
}

TEST(SourceChoice, AnOpenSocketThatTellsNothingIsNoWebSocket) {
    auto silent = node(7);
    silent.silent = true;
    EXPECT_EQ(choose({silent, node(3)}, 7U), 3U);
    auto polled = node(3);
    polled.followable = polled.followed = false;
    polled.head.reset();
    EXPECT_EQ(choose({silent, polled}, 7U), 3U);
    EXPECT_EQ(choose({silent}, 7U), 7U); // asked meanwhile
}

TEST(SourceChoice, AnEarlierNodeReturnsAfterAWhile) {
    auto back = node(7);
    back.ready_since = start;
    EXPECT_EQ(choose({back, node(3)}, 3U, start + hold - 1ms), 3U);
    EXPECT_EQ(choose({back, node(3)}, 3U, start + hold), 7U);
    auto backup = node(9, false);
    EXPECT_EQ(choose({back, backup}, 9U, start), 7U) << "no waiting on a backup when a primary is fit";
}

TEST(SourceChoice, AnEarlierNodeWhoseHeadIsOnAnotherBranchIsNotGoneBackTo) {
    auto beside = node(7);
    beside.elsewhere = true;
    EXPECT_EQ(choose({beside, node(3)}, 3U), 3U) << "what clients were told would be taken back";
    auto lost = node(3);
    lost.followed = false;
    EXPECT_EQ(choose({beside, lost}, 3U), 7U) << "there is no other";
}

TEST(SourceChoice, ANodeThatStandsStillWhileOthersMoveIsLeft) {
    auto still = node(7), ahead = node(3);
    ahead.head = 101;
    EXPECT_EQ(choose({still, ahead}, 7U), 7U); // the ordinary race
    ahead.head = 102;
    EXPECT_EQ(choose({still, ahead}, 7U), 3U);
    EXPECT_EQ(choose({still, ahead}, 3U), 3U) << "and it does not return while it is behind";
}

TEST(SourceChoice, ANodeWithoutWebSocketIsAsGood) {
    auto polled = node(7);
    polled.followable = polled.followed = false;
    polled.head.reset();
    EXPECT_EQ(choose({polled, node(3)}, {}), 7U);
}

TEST(SourceChoice, AHeadBeyondBeliefDrawsNothingToIt) {
    auto liar = node(3);
    liar.head = 1'000'000;
    liar.doubted = true;
    EXPECT_EQ(choose({node(7), liar}, 7U), 7U);
    EXPECT_EQ(choose({liar, node(7)}, 3U), 7U) << "and the source is left when it tells one";
    auto backup = node(9, false);
    EXPECT_EQ(choose({liar, backup}, 3U), 9U);
    backup.best = false;
    EXPECT_EQ(choose({liar, backup}, 9U), 3U) << "but it is better than none";
}

RC_GTEST_PROP(SourceChoiceProperties, ABackupOnlyWithoutAFitPrimaryAndStableWhenNothingChanges, ()) {
    std::vector<SourceCandidate> nodes;
    for (auto n = *rc::gen::inRange<std::uint32_t>(1, 6); n > 0; --n) {
        auto one = node(n, *rc::gen::arbitrary<bool>());
        one.best = *rc::gen::arbitrary<bool>();
        one.followable = *rc::gen::arbitrary<bool>();
        one.followed = one.followable && *rc::gen::arbitrary<bool>();
        one.head = *rc::gen::inRange<std::uint64_t>(98, 103);
        one.ready_since = start + std::chrono::milliseconds(*rc::gen::inRange(0, 1000));
        nodes.push_back(one);
    }
    const auto now = start + std::chrono::milliseconds(*rc::gen::inRange(0, 2000));
    const auto first = choose(nodes, *rc::gen::inRange<std::uint32_t>(1, 6), now);
    const auto by_id = [&](std::uint32_t id) {
        return *std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.id == id; });
    };
    const bool any_primary =
        std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return n.best && n.primary; });
    const bool any_fit = std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return n.best; });
    if (any_fit) {
        RC_ASSERT(first.has_value());
        RC_ASSERT(by_id(*first).best);
        RC_ASSERT(by_id(*first).primary == any_primary);
    }
    RC_ASSERT(choose(nodes, first, now) == first);
}

} // namespace
} // namespace weir::feeds
