// What clients are told of the heads is one line: each block follows the one before, whatever happens to
// the nodes it is read from.
#include "chain_world.hpp"
#include "feeds/head_line.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace weir::feeds {
namespace {

constexpr std::size_t max_gap = 32;

/// A client that believes what it is told, and checks that it makes sense.
struct Client {
    std::vector<chain::HeaderPtr> chain;
    std::size_t told = 0;

    void hear(const std::vector<Step>& steps) {
        for (const auto& step : steps) {
            ++told;
            if (step.kind == Step::Kind::removed) {
                RC_ASSERT(!chain.empty());
                RC_ASSERT(chain.back() == step.header);
                chain.pop_back();
            } else {
                if (!chain.empty()) RC_ASSERT(chain.back()->hash == step.header->parent);
                chain.push_back(step.header);
            }
        }
    }
};

struct HeadLineTest : testing::Test {
    ChainWorld world;
    HeadLine line{max_gap};
    static constexpr HeaderBook::Node source = 1, other = 2;

    void lead(const chain::HeaderPtr& head) { line.lead(source, head); }
    void given(const chain::HeaderPtr& header) { line.heard(source, header); }
    void heard(const chain::HeaderPtr& header) { line.heard(other, header); }

    chain::HeaderPtr grow(chain::HeaderPtr from, int blocks) {
        while (blocks-- > 0)
            from = world.child(from);
        return from;
    }
    void fill() {
        while (line.wanted())
            heard(world.find(*line.wanted()));
    }
    std::vector<std::uint64_t> added() {
        std::vector<std::uint64_t> numbers;
        for (const auto& step : line.take_steps()) {
            if (step.kind == Step::Kind::added) numbers.push_back(step.header->number);
        }
        return numbers;
    }
    using Numbers = std::vector<std::uint64_t>;
};

TEST_F(HeadLineTest, AGapIsFilledOldestFirst) {
    lead(world.genesis());
    EXPECT_EQ(added(), Numbers{1000});
    line.source_changed();
    lead(grow(world.genesis(), 4));
    EXPECT_TRUE(line.wanted());
    EXPECT_EQ(added(), Numbers{});
    fill();
    EXPECT_EQ(added(), (Numbers{1001, 1002, 1003, 1004}));
}

TEST_F(HeadLineTest, WhatAnotherNodeAnnouncedNeedsNoQuestion) {
    lead(world.genesis());
    const auto one = grow(world.genesis(), 1), two = grow(one, 1), three = grow(two, 1);
    heard(one);
    heard(two);
    lead(three);
    EXPECT_FALSE(line.wanted());
    EXPECT_EQ(added(), (Numbers{1000, 1001, 1002, 1003}));
}

TEST_F(HeadLineTest, WhatTheSourceGivesReplacesWhatAnotherNodeSaidOfTheSameHash) {
    lead(world.genesis());
    const auto one = grow(world.genesis(), 1), two = grow(one, 1), three = grow(two, 1);
    const auto with_another_parent = [](chain::Header header) {
        header.parent = chain::keccak256_hex("nothing");
        return std::make_shared<const chain::Header>(std::move(header));
    };
    heard(with_another_parent(*one));
    heard(with_another_parent(*two));
    given(one);
    given(two);
    lead(three);
    EXPECT_FALSE(line.wanted());
    EXPECT_EQ(added(), (Numbers{1000, 1001, 1002, 1003}));
    heard(with_another_parent(*two));
    const auto fork = grow(two, 2);
    heard(world.find(fork->parent));
    lead(fork);
    EXPECT_EQ(added(), (Numbers{1003, 1004})) << "what the source gave stays";
}

TEST_F(HeadLineTest, ANewSourceThatIsBehindIsWaitedFor) {
    const auto tip = grow(world.genesis(), 3);
    lead(tip);
    added();
    line.source_changed();
    const auto fork = grow(world.genesis(), 2); // another branch, lower
    lead(fork);
    fill();
    EXPECT_EQ(added(), Numbers{});
    lead(grow(fork, 2));
    fill();
    EXPECT_EQ(added(), (Numbers{1001, 1002, 1003, 1004}));
}

TEST_F(HeadLineTest, BranchesThatPartBelowTheFirstHeadToldAreFollowedDownToThere) {
    const auto base = grow(world.genesis(), 3);
    lead(base);
    added();
    const auto fork = world.ancestor(base, 2);
    lead(grow(fork, 4)); // 1002 to 1005
    fill();
    EXPECT_EQ(added(), (Numbers{1002, 1003, 1004, 1005}));
}

TEST_F(HeadLineTest, WhatNobodyHasOfTheBranchThatWasLeftIsDoneWithout) {
    const auto base = grow(world.genesis(), 3);
    lead(base);
    added();
    lead(grow(world.genesis(), 4));
    while (line.wanted()) {
        if (*line.wanted() == base->parent)
            line.nobody_has(base->parent);
        else
            heard(world.find(*line.wanted()));
    }
    EXPECT_EQ(added(), (Numbers{1003, 1004}));
}

TEST_F(HeadLineTest, ASourceThatWentBackAlongItsOwnLineTellsNothingAgain) {
    const auto base = grow(world.genesis(), 5);
    lead(base);
    added();
    lead(world.ancestor(base, 2)); // lower than anything the line has seen
    fill();
    EXPECT_EQ(added(), Numbers{});
    EXPECT_EQ(line.tip(), base);
}

TEST_F(HeadLineTest, ALowerHeadOfTheSameSourceIsAReorganisation) {
    lead(world.genesis());
    lead(grow(world.genesis(), 3));
    fill();
    line.take_steps();
    const auto shorter = grow(world.genesis(), 2);
    lead(shorter);
    fill();
    const auto steps = line.take_steps();
    ASSERT_EQ(steps.size(), 5U);
    EXPECT_EQ(steps[0].kind, Step::Kind::removed);
    EXPECT_EQ(steps[0].header->number, 1003U);
    EXPECT_EQ(steps[2].header->number, 1001U);
    EXPECT_EQ(steps[4].header, shorter);
    EXPECT_EQ(line.tip(), shorter);
}

TEST_F(HeadLineTest, TrustTellsWhatWasHeldBack) {
    lead(world.genesis());
    lead(grow(world.genesis(), 3));
    fill();
    line.take_steps();
    line.source_changed();
    const auto lower = grow(world.genesis(), 1);
    lead(lower);
    EXPECT_EQ(added(), Numbers{});
    line.trust();
    fill();
    EXPECT_EQ(line.tip(), lower);
}

TEST_F(HeadLineTest, AGapLongerThanTheBoundIsSaidAndNotSkipped) {
    lead(world.genesis());
    added();
    lead(grow(world.genesis(), static_cast<int>(max_gap)));
    fill();
    EXPECT_FALSE(line.overflowed());
    EXPECT_EQ(added().size(), max_gap);
    lead(grow(line.tip(), static_cast<int>(max_gap) + 1));
    fill();
    EXPECT_TRUE(line.overflowed());
    EXPECT_EQ(added(), Numbers{});
    line.restart(line.target());
    EXPECT_FALSE(line.overflowed());
}

TEST_F(HeadLineTest, ANodeThatMiscountsIsNotFollowed) {
    lead(world.genesis());
    added();
    const auto block = grow(world.genesis(), 2);
    heard(world.find(block->parent));
    auto lie = *block;
    lie.number += 5;
    lie.hash.back() = lie.hash.back() == '0' ? '1' : '0';
    lead(std::make_shared<const chain::Header>(lie));
    EXPECT_EQ(added(), Numbers{});
    lead(block);
    EXPECT_EQ(added(), (Numbers{1001, 1002}));
}

/// Three nodes that mine, reorganise, follow each other, die and return in any order, of which one at a time
/// is the source; gaps are answered whenever it pleases the world.
RC_GTEST_PROP(HeadLineProperties, TheClientSeesOneLineThatEndsAtTheSourcesHead, ()) {
    ChainWorld world;
    HeadLine line(max_gap);
    Client client;
    std::array<chain::HeaderPtr, 3> heads;
    heads.fill(world.genesis());
    std::uint32_t source = 0;
    const auto lead = [&](const chain::HeaderPtr& head) { line.lead(source, head); };
    const auto heard = [&](const chain::HeaderPtr& header) { line.heard(3, header); };
    lead(world.genesis());
    const auto announce = [&](std::uint32_t node) {
        line.heard(node, heads[node]);
        if (node == source) lead(heads[node]);
    };
    const auto count = *rc::gen::inRange(1, 60);
    for (int i = 0; i < count; ++i) {
        const auto node = *rc::gen::inRange<std::uint32_t>(0, 3);
        switch (*rc::gen::inRange(0, 6)) {
        case 0:
        case 1:
            heads[node] = world.child(heads[node]);
            announce(node);
            break;
        case 2: { // a reorganisation: a few blocks back, and on, seen only at its end
            auto at = world.ancestor(heads[node], *rc::gen::inRange<std::uint64_t>(1, 5));
            for (auto blocks = *rc::gen::inRange(1, 7); blocks > 0; --blocks)
                at = world.child(at);
            heads[node] = at;
            announce(node);
            break;
        }
        case 3: // it follows another one
            heads[node] = heads[(node + 1) % 3];
            announce(node);
            break;
        case 4: // the source dies
            source = node;
            line.source_changed();
            if (*rc::gen::arbitrary<bool>()) lead(heads[source]);
            break;
        case 5:
            if (line.wanted()) heard(world.find(*line.wanted()));
            break;
        }
        client.hear(line.take_steps());
        if (line.overflowed()) RC_DISCARD("a longer gap than this test is about");
    }
    lead(heads[source]);
    line.trust();
    while (line.wanted())
        heard(world.find(*line.wanted()));
    client.hear(line.take_steps());
    RC_ASSERT(!line.overflowed());
    RC_ASSERT(client.chain.back() == line.tip());
    // A node that merely went back along its own line has announced nothing new.
    RC_ASSERT(client.chain.back() == heads[source] || world.is_ancestor(heads[source], client.chain.back()));
    std::map<std::string, int> seen;
    for (const auto& block : client.chain)
        RC_ASSERT(++seen[block->hash] == 1);
}

} // namespace
} // namespace weir::feeds
