// One node whose heads are no good, as the source or beside it: clients see the honest chain, a bounded
// number of invented heads at the most, and are neither closed nor left in silence.
#include "hub_fixture.hpp"

#include <rapidcheck/gtest.h>

#include <set>

namespace weir::feeds {
namespace {

/// What one word may be ahead: max_lag, and the burst as long as the chain's pace is not known.
constexpr std::size_t most_invented = 16;

struct HubLiarsTest : HubTest {
    std::set<std::string> invented;

    chain::HeaderPtr invent(const chain::HeaderPtr& parent) {
        auto block = world->chain.child(parent);
        invented.insert(block->hash);
        return block;
    }
    std::size_t invented_told(const HubClient& client) const {
        std::set<std::string> told;
        for (const auto& text : client.received) {
            const auto hash = text.substr(text.find("\"hash\":\"") + 8, 66);
            if (invented.contains(hash)) told.insert(hash);
        }
        return told.size();
    }
    /// On the nodes that are not that one.
    void mine_on_others(std::uint32_t liar, int blocks = 1) {
        for (; blocks > 0; --blocks) {
            world->canonical = world->chain.child(world->canonical);
            for (auto& each : world->nodes) {
                if (each.id != liar) world->move(each, world->canonical);
            }
            world->settle();
        }
    }
};

TEST_F(HubLiarsTest, AHeadThatRisesByOneThousandsOfTimesIsToldAFewTimesOnly) {
    for (const std::uint32_t liar : {1U, 2U}) {
        begin();
        const auto client = subscribe(heads);
        const auto other = subscribe(logs, 1);
        mine();
        world->settle();
        auto head = world->canonical;
        for (int i = 0; i < 2000; ++i) {
            head = invent(head);
            world->tell(node(liar), head);
            if (i % 400 == 399) world->check();
        }
        world->settle();
        mine_on_others(liar, 3);
        world->check();
        world->settle();
        EXPECT_LE(invented_told(*client), most_invented) << liar;
        EXPECT_EQ(client->received.back(), world->canonical->json) << liar;
        EXPECT_FALSE(client->ended_by);
        EXPECT_FALSE(other->ended_by);
    }
}

TEST_F(HubLiarsTest, OneThatInventsAFewAndFallsSilentIsLeftAsSoonAsItsOwnCheckDeniesThem) {
    begin();
    const auto client = subscribe(heads);
    auto head = world->canonical;
    for (int i = 0; i < 5; ++i)
        world->tell(node(1), head = invent(head));
    world->settle();
    mine_on_others(1);
    world->check();
    world->settle();
    EXPECT_EQ(client->received.back(), world->canonical->json);
    EXPECT_EQ(world->metrics.nodes[2].feeds_read_from.value(), 1);
}

TEST_F(HubLiarsTest, ALoneNodeMayBeAsFastAsItLikes) {
    plan.nodes = {{true, true}};
    begin();
    const auto client = subscribe(heads);
    for (int i = 0; i < 200; ++i) {
        mine();
        if (i % 20 == 19) world->check();
    }
    world->settle();
    EXPECT_EQ(client->received.size(), 200U);
    EXPECT_EQ(client->complaint(), "");
}

TEST_F(HubLiarsTest, AWipedSourceIsLeftAndNothingIsTakenBack) {
    begin();
    const auto client = subscribe(heads);
    const auto other = subscribe(logs, 1);
    mine(30);
    world->settle();
    world->move(node(1), world->chain.genesis());
    world->settle();
    EXPECT_EQ(world->metrics.nodes[2].feeds_read_from.value(), 1);
    mine_on_others(1, 3);
    EXPECT_EQ(client->received.size(), 33U);
    EXPECT_EQ(client->complaint(), "");
    EXPECT_FALSE(other->ended_by);
}

TEST_F(HubLiarsTest, TheOnlyNodeIsBelievedAfterAWhileWhenItWasWiped) {
    plan.nodes = {{true, true}};
    plan.trust = 80ms;
    begin();
    const auto client = subscribe(heads);
    mine(30);
    world->settle();
    const auto wiped = world->chain.child(world->chain.genesis());
    world->move(node(1), wiped);
    world->check();
    world->settle();
    EXPECT_EQ(client->received.size(), 30U);
    pass_time(160ms);
    world->settle();
    EXPECT_EQ(client->received.back(), wiped->json);
    EXPECT_FALSE(client->ended_by);
    world->canonical = world->chain.child(wiped);
    world->move(node(1), world->canonical);
    world->settle();
    EXPECT_EQ(client->received.back(), world->canonical->json) << "and goes on from there";
}

TEST_F(HubLiarsTest, AReorganisationToASomewhatShorterChainGoesOn) {
    begin();
    const auto client = subscribe(heads);
    mine(30);
    world->settle();
    world->canonical = world->chain.child(world->chain.ancestor(world->canonical, 5));
    world->move(node(1), world->canonical);
    world->settle();
    EXPECT_EQ(client->received.back(), world->canonical->json);
    EXPECT_EQ(client->complaint(), "");
}

TEST_F(HubLiarsTest, ASourceWhoseHeadStandsOnNothingIsLeft) {
    begin();
    const auto client = subscribe(heads);
    mine();
    world->settle();
    const auto nothing = world->chain.child(world->canonical);
    const auto hanging = ChainWorld::falsified(world->chain.child(nothing), nothing->number + 1,
                                               chain::keccak256_hex("nothing"));
    invented.insert(hanging->hash);
    world->tell(node(1), hanging);
    mine_on_others(1, 2);
    for (int i = 0; i < 50 && client->received.size() < 3; ++i) {
        pass_time(5ms);
        world->settle();
    }
    EXPECT_EQ(client->received.size(), 3U);
    EXPECT_EQ(client->complaint(), "");
}

// Of three nodes, one lies in every way that there is, whatever its place: in the end the others' chain was
// told.
RC_GTEST_FIXTURE_PROP(HubLiarsTest, OneLiarAmongThreeChangesNothingInTheEnd, ()) {
    plan.nodes = {{true, true}, {true, true}, {*rc::gen::arbitrary<bool>(), true}};
    plan.max_gap = 256;
    plan.second_word = 1h; // the others answer, however busy the machine is
    begin();
    const auto client = subscribe(heads);
    const auto reference = subscribe(heads, 1);
    const HubClient other(*world, 1, logs, reference.get());
    world->settle();
    const auto liar = *rc::gen::inRange<std::uint32_t>(1, 4);
    auto own = world->canonical;
    const auto steps = *rc::gen::inRange(1, 12);
    for (int i = 0; i < steps; ++i) {
        switch (*rc::gen::inRange(0, 7)) {
        case 0:
            for (int n = *rc::gen::inRange(1, 30); n > 0; --n)
                world->tell(node(liar), own = invent(own));
            break;
        case 1:
            own = world->canonical;
            break;
        case 2: // the next block, falsified before anybody tells it
            world->tell(node(liar), ChainWorld::falsified(world->chain.child(world->canonical),
                                                          *rc::gen::inRange<std::uint64_t>(1000, 1100),
                                                          world->canonical->hash));
            break;
        case 3: {
            const auto next = world->chain.child(world->canonical);
            const auto wrong_parent =
                *rc::gen::arbitrary<bool>() ? chain::keccak256_hex("nothing") : next->parent;
            world->tell(node(liar),
                        ChainWorld::falsified(next, next->number + *rc::gen::inRange<std::uint64_t>(0, 5),
                                              wrong_parent));
            world->canonical = next;
            for (auto& each : world->nodes) {
                if (each.id != liar) world->move(each, world->canonical);
            }
            break;
        }
        case 4:
            world->tell(node(liar), world->chain.genesis());
            break;
        case 5:
            world->check();
            break;
        default:
            world->canonical = world->chain.child(world->canonical);
            for (auto& each : world->nodes) {
                if (each.id != liar) world->move(each, world->canonical);
            }
            break;
        }
        if (*rc::gen::inRange(0, 16) == 0) world->settle();
    }
    for (int i = 0; i < 4; ++i) {
        world->check();
        mine_on_others(liar);
    }
    for (int i = 0; i < 100 && client->received.back() != world->canonical->json; ++i)
        world->settle();
    RC_ASSERT(client->received.back() == world->canonical->json);
    RC_ASSERT(!client->ended_by);
    RC_ASSERT(other.complaint() == "");
}

} // namespace
} // namespace weir::feeds
