// Blooms that lie, and empty lists of nodes that have a block and not yet its logs.
#include "hub_fixture.hpp"

namespace weir::feeds {
namespace {

const std::string first_address = R"(["logs",{"address":")" + ChainWorld::address(0) + R"("}])";
const std::string every_address = R"(["logs",{"address":[")" + ChainWorld::address(0) + R"(",")" +
                                  ChainWorld::address(1) + R"(",")" + ChainWorld::address(2) + R"("]}])";
const std::string nobodys = R"(["logs",{"address":"0x)" + std::string(40, 'f') + R"("}])";

struct DoubtedLogs : HubTest {
    std::size_t asked_for_logs() const {
        std::size_t count = 0;
        for (const auto& question : world->questions->waiting)
            count += question->method == "eth_getLogs" ? 1U : 0U;
        return count;
    }
    /// Answers a question about logs as a node that has not got them yet.
    std::uint32_t says_empty() {
        const auto question = asked("eth_getLogs");
        const auto node = question->node;
        world->questions->answer(question, "[]");
        world->run();
        return node;
    }
    void has_the_block() {
        const auto question = asked("eth_getBlockByHash");
        world->questions->answer(question, world->says(*question));
        world->run();
    }
    std::size_t logs_here() const { return ChainWorld::logs(*world->canonical).size(); }
};

TEST_F(DoubtedLogs, ABloomThatIsNotTrustedDoesNotKeepABlockFromBeingAskedFor) {
    plan.trust_bloom = false;
    begin();
    const auto client = subscribe(nobodys);
    mine();
    world->run();
    EXPECT_EQ(asked_for_logs(), 1U);
    world->settle();
    EXPECT_TRUE(client->received.empty());
}

TEST_F(DoubtedLogs, ATrustedOneDoes) {
    begin();
    const auto client = subscribe(nobodys);
    mine();
    world->run();
    EXPECT_EQ(asked_for_logs(), 0U);
}

TEST_F(DoubtedLogs, BloomsAreTrustedOnEthereumsOwnNetworksAndOnNoOtherAndNotBeforeTheChainIsKnown) {
    using Ids = std::vector<std::optional<std::uint64_t>>;
    for (const auto& [ids, trusted] : std::vector<std::pair<Ids, bool>>{{{1, 1}, true},
                                                                        {{11'155'111, {}}, true},
                                                                        {{137, 137}, false},
                                                                        {{1, 137}, false},
                                                                        {{31'337, 31'337}, false},
                                                                        {{{}, {}}, false}}) {
        plan.trust_bloom.reset();
        plan.chain_ids = ids;
        begin();
        const auto client = subscribe(nobodys);
        mine();
        world->run();
        EXPECT_EQ(asked_for_logs(), trusted ? 0U : 1U) << ids.front().value_or(0);
    }
}

TEST_F(DoubtedLogs, WithoutTrustSeveralFiltersCostOneQuestionThatCoversThem) {
    plan.trust_bloom = false;
    begin();
    const auto one = subscribe(first_address), two = subscribe(nobodys);
    mine_logs();
    world->run();
    ASSERT_EQ(asked_for_logs(), 1U);
    const auto params = asked("eth_getLogs")->params;
    EXPECT_NE(params.find(ChainWorld::address(0)), std::string::npos);
    EXPECT_NE(params.find(std::string(40, 'f')), std::string::npos);
    std::size_t expected = 0;
    for (int i = 0; i < 12; ++i) {
        mine_logs();
        for (const auto& log : ChainWorld::logs(*world->canonical))
            expected += log.address == 0 ? 1U : 0U;
        world->settle();
    }
    EXPECT_GE(one->received.size(), expected);
    EXPECT_TRUE(two->received.empty());
}

TEST_F(DoubtedLogs, AnEmptyListThatTheBloomDoesNotDenyIsConfirmedByAnotherNode) {
    plan.empty_by_two = plan.empty_by_one = 1h;
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    world->run();
    EXPECT_EQ(says_empty(), 1U);
    has_the_block();
    const auto second = asked("eth_getLogs");
    EXPECT_EQ(second->node, 2U);
    world->questions->answer(second, world->says(*second)); // which has them
    world->run();
    EXPECT_TRUE(world->questions->waiting.empty());
    world->settle();
    EXPECT_EQ(client->received.size(), logs_here());
}

TEST_F(DoubtedLogs, TheOnlyNodeIsAskedOnceMoreAfterAPause) {
    plan.nodes = {{true, true}};
    plan.empty_by_one = 30ms;
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    world->run();
    says_empty();
    has_the_block();
    EXPECT_EQ(asked_for_logs(), 0U) << "not at once";
    const auto again = asked("eth_getLogs");
    ASSERT_TRUE(again);
    world->questions->answer(again, world->says(*again));
    world->settle();
    EXPECT_EQ(client->received.size(), logs_here());
}

TEST_F(DoubtedLogs, TwoNodesThatAgreeAreAskedOnceMoreUnlessTheBlockIsOldEnough) {
    plan.empty_by_two = 30ms;
    plan.empty_by_one = 1h;
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    world->run();
    for (const auto node : {1U, 2U}) {
        EXPECT_EQ(says_empty(), node);
        has_the_block();
    }
    EXPECT_TRUE(world->questions->waiting.empty());
    for (const auto node : {1U, 2U}) {
        EXPECT_EQ(says_empty(), node) << "after the pause";
        has_the_block();
    }
    EXPECT_TRUE(world->questions->waiting.empty()) << "now it is believed";
    mine_logs();
    world->settle();
    EXPECT_EQ(client->received.size(), logs_here()) << "the next block is told";
}

TEST_F(DoubtedLogs, ANodeThatIsOnlyGettingTheBlockIsAskedAgainSoon) {
    plan.empty_by_two = 30ms;
    plan.empty_by_one = 1h;
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    world->run();
    says_empty();
    has_the_block();
    EXPECT_EQ(asked("eth_getLogs")->node, 2U);
    world->questions->answer(asked("eth_getLogs"), std::nullopt); // it has not got the block
    world->run();
    EXPECT_EQ(says_empty(), 1U);
    has_the_block();
    world->settle(); // now the other one has it
    EXPECT_EQ(client->received.size(), logs_here());
}

TEST_F(DoubtedLogs, OtherLogsOfTheBlockFromTheSameNodeAreProofEnough) {
    plan.empty_by_two = plan.empty_by_one = 1h;
    begin();
    const auto all = subscribe(logs);
    const auto any = subscribe(every_address);
    mine_logs();
    world->run();
    const auto full = asked("eth_getLogs");
    world->questions->answer(full, world->says(*full));
    world->run();
    says_empty();
    EXPECT_TRUE(world->questions->waiting.empty());
    world->settle();
    EXPECT_EQ(all->received.size(), logs_here());
    EXPECT_TRUE(any->received.empty());
}

TEST_F(DoubtedLogs, AnEmptyListBeforeTheFirstLogsOfTheBlockIsAskedForAgain) {
    plan.empty_by_two = plan.empty_by_one = 1h;
    begin();
    const auto all = subscribe(logs);
    const auto any = subscribe(every_address);
    mine_logs();
    world->run();
    says_empty();
    world->settle(); // the second question finds them, and so does the first one asked again
    EXPECT_EQ(all->received.size(), logs_here());
    EXPECT_EQ(any->received.size(), logs_here());
}

TEST_F(DoubtedLogs, ABlockThatLeavesWhileItsEmptyListIsDoubtedHoldsUpNothing) {
    plan.nodes = {{true, true}};
    plan.empty_by_one = 1h;
    begin();
    const auto client = subscribe(logs);
    const auto fork = world->canonical;
    mine_logs();
    world->run();
    says_empty();
    has_the_block();
    world->canonical = world->chain.child(fork);
    while (ChainWorld::logs(*world->canonical).empty())
        world->canonical = world->chain.child(world->canonical);
    world->move(node(1), world->canonical);
    world->settle();
    EXPECT_FALSE(client->received.empty());
    EXPECT_FALSE(client->ended_by);
}

} // namespace
} // namespace weir::feeds
