// Which network the nodes are of: pinned once learned, never guessed, and not decided by who is quicker.
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

NetworkId chain(std::uint64_t id, const std::string& genesis = {}) {
    return {id, genesis.empty() ? "" : "0x" + genesis + std::string(64 - genesis.size(), '0'), {}};
}
NetworkId beacon(const std::string& root,
                 const std::string& details = "genesis time 7, fork version 0x00000001") {
    return {{}, "0x" + root + std::string(64 - root.size(), '0'), details};
}

struct Layer {
    explicit Layer(std::size_t count, std::optional<std::uint64_t> configured = std::nullopt)
        : limits{.chain_id = configured}
        , fitness(std::vector<NodeFitness>(count), limits) {}

    void check(std::size_t node, const NetworkId& network) {
        CheckResult result;
        result.outcome = CheckResult::Outcome::answered;
        result.head = 100;
        result.network = network;
        result.asked_at = now;
        fitness.checked(node, result, now += milliseconds(1));
    }
    void fail(std::size_t node, seconds took = {}) {
        CheckResult result;
        result.failure = "timed out";
        result.asked_at = now;
        fitness.checked(node, result, now += took + milliseconds(1));
    }
    void round(const std::vector<NetworkId>& networks) {
        for (std::size_t i = 0; i < networks.size(); ++i)
            check(i, networks[i]);
        now += seconds(1);
    }
    std::string fit() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : '0';
        return out;
    }
    std::string reason(std::size_t i) const { return words(fitness.nodes()[i].reason); }

    FitnessLimits limits;
    LayerFitness fitness;
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(Network, WhoComesLaterWithAnotherChainIsTheStrangerWhateverItsPlace) {
    for (const std::size_t stranger : {0U, 1U, 2U}) {
        Layer layer(3);
        layer.round({chain(1, "aa"), chain(1, "aa"), chain(1, "aa")});
        ASSERT_EQ(layer.fit(), "111");
        std::vector<NetworkId> said(3, chain(1, "aa"));
        said[stranger] = chain(0x4268, "bb");
        std::string wanted = "111";
        wanted[stranger] = '0';
        for (int i = 0; i < 20; ++i) {
            layer.round(said);
            EXPECT_EQ(layer.fit(), wanted);
            EXPECT_EQ(layer.reason(stranger), "wrong chain 0x4268, expected 0x1");
        }
    }
}

TEST(Network, TheGenesisIsPartOfTheChain) {
    Layer layer(2);
    layer.round({chain(1337, "aa"), chain(1337, "aa")});
    layer.round({chain(1337, "bb"), chain(1337, "aa")});
    EXPECT_EQ(layer.fit(), "01");
    EXPECT_EQ(layer.reason(0), "other genesis 0xbb000000…, expected 0xaa000000…");
}

TEST(Network, WhoDoesNotGiveBlockZeroIsJudgedByItsChainIdAlone) {
    Layer layer(3);
    layer.round({chain(1), chain(1, "aa"), chain(1)});
    EXPECT_EQ(layer.fit(), "111");
    layer.round({chain(1), chain(1, "aa"), chain(2)});
    EXPECT_EQ(layer.fit(), "110");
}

TEST(Network, BeaconNodesAreOfTheirGenesisTimeAndForkVersion) {
    Layer layer(3);
    layer.round({beacon("aa"), beacon("aa"), beacon("aa")});
    layer.round({beacon("aa"), beacon("bb"), beacon("aa", "genesis time 8, fork version 0x00000001")});
    EXPECT_EQ(layer.fit(), "100");
    EXPECT_EQ(layer.reason(1), "other genesis 0xbb000000…, expected 0xaa000000…");
    EXPECT_EQ(layer.reason(2),
              "other network: genesis time 8, fork version 0x00000001, expected genesis time 7, "
              "fork version 0x00000001");
}

TEST(Network, NodesThatDisagreeAtTheStartAreServedByNoneWhoeverAnswersFirstAndWhateverTheMajority) {
    std::vector<std::size_t> order{0, 1, 2};
    do {
        for (const std::size_t odd : {0U, 1U, 2U}) {
            Layer layer(3);
            for (int round = 0; round < 10; ++round) {
                for (const auto node : order) {
                    layer.check(node, node == odd ? chain(5) : chain(1));
                    ASSERT_EQ(layer.fit(), "000") << node << " of round " << round;
                }
                layer.now += seconds(1);
            }
            EXPECT_TRUE(layer.fitness.network().disputed());
            EXPECT_EQ(layer.reason(odd),
                      "disputed chain: 0x5; other nodes say otherwise, and nothing that is "
                      "configured decides");
        }
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Network, ADisputeIsNotDecidedByADeathAndEndsWhenTheyAgree) {
    Layer layer(2);
    layer.round({chain(1), chain(5)});
    for (int i = 0; i < 5; ++i) {
        layer.fail(0);
        layer.check(1, chain(5));
        layer.now += seconds(60);
    }
    EXPECT_EQ(layer.fit(), "00");
    layer.round({chain(1), chain(1)});
    layer.round({chain(1), chain(1)});
    EXPECT_EQ(layer.fit(), "11");
    EXPECT_TRUE(layer.fitness.network().pinned());
}

TEST(Network, AConfiguredChainDecidesAtOnceAndForAll) {
    Layer layer(2, 5);
    layer.check(1, chain(5));
    EXPECT_EQ(layer.fit(), "01") << "nobody's word is waited for";
    layer.check(0, chain(1));
    EXPECT_EQ(layer.fit(), "01");
    EXPECT_EQ(layer.reason(0), "wrong chain 0x1, expected 0x5");
}

TEST(Network, TheFirstWordOfAllIsWaitedForButNotLong) {
    Layer layer(2);
    layer.check(0, chain(1));
    EXPECT_EQ(layer.fit(), "00");
    EXPECT_EQ(layer.reason(0), "waiting for the other nodes' first word on their chain");
    ASSERT_TRUE(layer.fitness.network().patience_ends());
    layer.fitness.patience_ended(layer.now = *layer.fitness.network().patience_ends());
    EXPECT_EQ(layer.fit(), "10");
    EXPECT_FALSE(layer.fitness.network().patience_ends());
    EXPECT_FALSE(layer.fitness.network().pinned()) << "the other may yet disagree";
    layer.check(1, chain(5));
    EXPECT_EQ(layer.fit(), "00");
}

TEST(Network, ADeadNodeIsNotWaitedForAndWhatItSaysLaterComesLater) {
    Layer layer(2);
    layer.fail(1);
    layer.check(0, chain(1));
    EXPECT_EQ(layer.fit(), "10");
    EXPECT_FALSE(layer.fitness.network().pinned()) << "it has not been asked since";
    layer.fail(1);
    layer.check(0, chain(1));
    EXPECT_TRUE(layer.fitness.network().pinned());
    layer.check(1, chain(5));
    EXPECT_EQ(layer.fit(), "10");
    EXPECT_EQ(layer.reason(1), "wrong chain 0x5, expected 0x1");
}

TEST(Network, ItIsKeptOverReloadsUnlessTheFileNamesAnother) {
    Layer layer(2);
    layer.round({chain(1, "aa"), chain(1, "aa")});
    layer.fitness.replace(std::vector<NodeFitness>(2), layer.limits, layer.now);
    layer.round({chain(5, "bb"), chain(5, "bb")});
    layer.round({chain(5, "bb"), chain(5, "bb")});
    EXPECT_EQ(layer.fit(), "00");
    EXPECT_EQ(layer.reason(0), "wrong chain 0x5, expected 0x1");
    layer.limits.chain_id = 5;
    layer.fitness.replace(layer.fitness.nodes(), layer.limits, layer.now);
    layer.round({chain(5, "bb"), chain(5, "bb")});
    EXPECT_EQ(layer.fit(), "11");
    layer.limits.chain_id.reset();
    layer.fitness.replace(std::vector<NodeFitness>(1), layer.limits, layer.now);
    layer.check(0, chain(1, "aa"));
    EXPECT_EQ(layer.reason(0), "wrong chain 0x1, expected 0x5") << "it has been learned";
}

TEST(Network, AReloadThatRemovesOneOfTwoThatDisagreeEndsTheDispute) {
    Layer layer(2);
    layer.round({chain(1), chain(5)});
    layer.fitness.replace({layer.fitness.nodes()[1]}, layer.limits, layer.now);
    layer.check(0, chain(5));
    layer.check(0, chain(5));
    EXPECT_EQ(layer.fit(), "1");
}

TEST(Network, AChainThatIsMadeAnewIsBelievedAfterAWhileIfEveryNodeInsists) {
    Layer layer(2);
    layer.round({chain(1337, "aa"), chain(1337, "aa")});
    layer.round({chain(1337, "bb"), chain(1337, "bb")});
    EXPECT_EQ(layer.fit(), "00");
    for (int i = 0; i < 12; ++i)
        layer.round({chain(1337, "bb"), chain(1337, "bb")});
    EXPECT_EQ(layer.fit(), "11");

    Layer one_away(2);
    one_away.round({chain(1337, "aa"), chain(1337, "aa")});
    for (int i = 0; i < 100; ++i) {
        one_away.fail(1);
        one_away.check(0, chain(1337, "bb"));
        one_away.now += seconds(1);
    }
    EXPECT_EQ(one_away.fit(), "00") << "the other may be the one that is right";

    Layer other_id(1);
    other_id.round({chain(1337, "aa")});
    for (int i = 0; i < 100; ++i)
        other_id.round({chain(1, "bb")});
    EXPECT_EQ(other_id.fit(), "0");
}

TEST(Network, WhoseLastCheckFailedIsNotServedEitherOnceItIsDisputed) {
    Layer layer(2);
    layer.fail(1);
    layer.check(0, chain(1));
    ASSERT_EQ(layer.fit(), "10");
    layer.fail(0);
    ASSERT_EQ(layer.fit(), "10");
    layer.check(1, chain(5));
    EXPECT_EQ(layer.fit(), "00");
}

TEST(Network, AStrangersHeadAndForkSayNothing) {
    Layer layer(2);
    layer.round({chain(1), chain(1)});
    CheckResult far;
    far.outcome = CheckResult::Outcome::answered;
    far.head = 5'000'000;
    far.network = chain(5);
    for (int i = 0; i < 3; ++i) {
        layer.fitness.checked(0, far, layer.now += milliseconds(1));
        layer.check(1, chain(1));
    }
    EXPECT_EQ(layer.fit(), "01");
    EXPECT_EQ(layer.fitness.head(), 100U);
    EXPECT_FALSE(layer.fitness.nodes()[0].at_home());
}

TEST(Network, TheGoodBeaconNodeIsNotTheMinorityWhenTheOtherIsOfAnotherNetwork) {
    Layer layer(2);
    const auto at = [&](std::size_t node, const std::string& root, const std::string& genesis) {
        CheckResult result;
        result.outcome = CheckResult::Outcome::answered;
        result.head = 100;
        result.head_root = root;
        result.network = beacon(genesis);
        layer.fitness.checked(node, result, layer.now += milliseconds(1));
    };
    for (int i = 0; i < 3; ++i) {
        at(0, "0xaaaa", "aa");
        at(1, "0xaaaa", "aa");
    }
    for (int i = 0; i < 5; ++i) {
        at(0, "0xbbbb", "bb");
        at(1, "0xaaaa", "aa");
        EXPECT_EQ(layer.fit(), "01");
    }
}

// Whatever order and number of answers and failures: two chains are never served at once, and once one is
// pinned no other is served.
RC_GTEST_PROP(Network, TwoChainsAreNeverServedAtOnceNorAnotherThanWasLearned, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 5);
    Layer layer(count);
    std::optional<std::uint64_t> learned;
    for (int step = 0; step < 60; ++step) {
        const auto node = *rc::gen::inRange<std::size_t>(0, count);
        if (*rc::gen::inRange(0, 5) == 0)
            layer.fail(node);
        else
            layer.check(node, chain(*rc::gen::element<std::uint64_t>(1, 1, 1, 5)));
        layer.now += milliseconds(*rc::gen::inRange(0, 800));
        std::optional<std::uint64_t> served;
        for (const auto& one : layer.fitness.nodes()) {
            if (!one.fit()) continue;
            RC_ASSERT(!served || served == one.network.chain_id);
            served = one.network.chain_id;
        }
        if (learned && served) RC_ASSERT(served == learned);
        if (layer.fitness.network().pinned()) {
            RC_ASSERT(!learned || learned == layer.fitness.network().expected().chain_id);
            learned = layer.fitness.network().expected().chain_id;
        }
    }
}

} // namespace
} // namespace weir::nodes
