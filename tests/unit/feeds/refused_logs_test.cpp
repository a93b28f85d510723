// Logs when nodes refuse a question: no filter holds up another.
#include "hub_client.hpp"

#include <gtest/gtest.h>

namespace weir::feeds {
namespace {

/// A filter like others, and one for everything that nodes shall refuse.
const std::string few = R"(["logs",{"address":")" + ChainWorld::address(0) + R"("}])";
const std::string refused_part = R"(")" + ChainWorld::address(0) + R"(",")" + ChainWorld::address(1);
const std::string refused =
    R"(["logs",{"address":[)" + refused_part + R"(",")" + ChainWorld::address(2) + R"("]}])";

struct RefusedLogs : testing::Test {
    HubWorld::Plan plan;
    std::unique_ptr<HubWorld> world;
    bool refuses_everything = false;

    void begin() {
        world = std::make_unique<HubWorld>(plan);
        world->refuses = [this](const FakeQuestions::Asked& asked) {
            if (asked.method != "eth_getLogs") return false;
            const bool everything = asked.params.find("\"address\"") == std::string::npos;
            return everything ? refuses_everything : asked.params.find(refused_part) != std::string::npos;
        };
        world->settle();
    }
    std::unique_ptr<HubClient> subscribe(const std::string& params) {
        auto client = std::make_unique<HubClient>(*world, 0, params);
        world->settle();
        return client;
    }
    /// How many logs there are in so many blocks that have some of the first address.
    std::size_t mine_logs(int blocks) {
        std::size_t count = 0;
        while (blocks > 0) {
            world->canonical = world->chain.child(world->canonical);
            for (auto& node : world->nodes)
                world->move(node, world->canonical);
            world->settle();
            const auto logs = ChainWorld::logs(*world->canonical);
            count += logs.size();
            for (const auto& log : logs) {
                if (log.address == 0) {
                    --blocks;
                    break;
                }
            }
        }
        return count;
    }
};

TEST_F(RefusedLogs, AFilterThatNodesRefuseIsServedFromAllLogsOfTheBlock) {
    begin();
    const auto own = subscribe(refused), other = subscribe(few);
    const auto count = mine_logs(3);
    EXPECT_EQ(own->received.size(), count);
    EXPECT_GE(other->received.size(), 3U);
    EXPECT_FALSE(own->ended_by);
}

TEST_F(RefusedLogs, OneThatGetsNoAnswerAtAllEndsAndTheOthersGoOn) {
    begin();
    refuses_everything = true;
    const auto own = subscribe(refused), other = subscribe(few);
    mine_logs(3);
    EXPECT_EQ(own->ended_by, FeedEnd::logs_refused);
    EXPECT_FALSE(other->ended_by);
    EXPECT_GE(other->received.size(), 3U);
}

TEST_F(RefusedLogs, AloneItEndsAsWell) {
    begin();
    refuses_everything = true;
    const auto own = subscribe(refused);
    mine_logs(1);
    EXPECT_EQ(own->ended_by, FeedEnd::logs_refused);
}

TEST_F(RefusedLogs, WithManyFiltersEachIsAskedForWhenAllLogsAreRefused) {
    plan.max_filters = 1;
    begin();
    world->refuses = [](const auto& asked) {
        return asked.method == "eth_getLogs" && asked.params.find("\"address\"") == std::string::npos;
    };
    const auto own = subscribe(refused), other = subscribe(few);
    const auto count = mine_logs(3);
    EXPECT_EQ(own->received.size(), count);
    EXPECT_GE(other->received.size(), 3U);
}

TEST_F(RefusedLogs, NothingEndsWhileNoNodeGivesLogsAtAll) {
    begin();
    const auto own = subscribe(refused);
    const auto usual = world->refuses;
    world->refuses = [](const auto& asked) { return asked.method == "eth_getLogs"; };
    auto count = mine_logs(2);
    world->settle();
    EXPECT_FALSE(own->ended_by);
    world->refuses = usual;
    count += mine_logs(1);
    EXPECT_EQ(own->received.size(), count);
}

} // namespace
} // namespace weir::feeds
