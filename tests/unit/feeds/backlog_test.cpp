// What waits at a worker that does not come round to it: bounded, but never at the cost of heads or logs.
#include "hub_client.hpp"

#include <gtest/gtest.h>

namespace weir::feeds {
namespace {

struct BacklogTest : testing::Test {
    HubWorld world{HubWorld::Plan{}};

    void SetUp() override { world.settle(); }
    std::unique_ptr<HubClient> subscribe(const std::string& params, std::size_t worker) {
        auto client = std::make_unique<HubClient>(world, worker, params);
        world.settle();
        return client;
    }
    /// The source's link tells so many new ones.
    void hear_of(std::size_t transactions) {
        auto& link = fake_of(world.nodes[0].link);
        for (; transactions > 0; --transactions)
            link.emit("\"0x" + std::to_string(++heard_) + '"');
        world.run();
    }
    void mine() {
        world.canonical = world.chain.child(world.canonical);
        for (auto& node : world.nodes)
            world.move(node, world.canonical);
        world.run();
    }
    void deliver_all(std::size_t worker) {
        while (world.deliver_mail(worker)) {}
    }

    std::size_t heard_ = 0;
};

TEST_F(BacklogTest, PendingTransactionsAreLeftOutForAWorkerThatIsFarBehind) {
    const auto pending = subscribe(R"(["newPendingTransactions"])", 0),
               heads = subscribe(R"(["newHeads"])", 0);
    hear_of(Backlog::most + 10);
    EXPECT_EQ(world.mail(0), Backlog::most);
    EXPECT_EQ(world.metrics.left_out_events.value(), 10U);
    mine();
    mine();
    EXPECT_EQ(world.mail(0), Backlog::most + 2) << "heads are always told";
    deliver_all(0);
    EXPECT_EQ(pending->received.size(), Backlog::most);
    EXPECT_EQ(heads->received.size(), 2U);
    hear_of(1);
    deliver_all(0);
    EXPECT_EQ(pending->received.back(), '"' + ("0x" + std::to_string(heard_)) + '"') << "all is well again";
    EXPECT_EQ(world.metrics.left_out_events.value(), 10U);
}

TEST_F(BacklogTest, OtherWorkersGetThem) {
    const auto behind = subscribe(R"(["newPendingTransactions"])", 0),
               other = subscribe(R"(["newPendingTransactions"])", 1);
    hear_of(Backlog::most);
    deliver_all(1);
    hear_of(5);
    deliver_all(1);
    deliver_all(0);
    EXPECT_EQ(other->received.size(), Backlog::most + 5);
    EXPECT_EQ(behind->received.size(), Backlog::most);
}

} // namespace
} // namespace weir::feeds
