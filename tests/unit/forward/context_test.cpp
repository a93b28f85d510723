// What a worker keeps of nodes by their ids, across a reload.
#include "forward/context.hpp"

#include <gtest/gtest.h>

namespace weir::forward {
namespace {

struct Told final : EvidenceSink {
    void witness(std::uint32_t, nodes::Evidence) override { ++witnessed; }
    void in_trouble(std::uint32_t, std::string) override {}
    int witnessed = 0;
};

std::shared_ptr<const nodes::Snapshot> with_node(std::uint32_t id) {
    auto node = std::make_shared<nodes::Node>();
    node->id = id;
    node->continues = false;
    auto snapshot = std::make_shared<nodes::Snapshot>();
    snapshot->config = std::make_shared<config::Config>();
    snapshot->el.nodes.emplace_back().node = node;
    return snapshot;
}

TEST(Context, OfAnIdThatAnotherNodeGetsNothingIsRemembered) {
    constexpr std::uint32_t id = 3;
    net::IoContext io;
    net::DeadlineWheel wheel{io};
    const auto metrics = std::make_unique<metrics::WorkerMetrics>();
    Told told;
    nodes::SeenHeads heads;
    const auto context = std::make_unique<Context>(io, wheel, *metrics, told, heads, 1, std::size_t{1} << 20);
    context->adopt(with_node(id));
    const auto now = net::Clock::now();
    context->batch_limits.learn(id, {.calls = 1}, now);
    context->in_trouble(id, "database corrupted");
    context->silent(id, now, now);
    ASSERT_EQ(context->batch_limits.of(id, now).calls, 1U);
    ASSERT_FALSE(context->hears_of_trouble(id, net::Clock::now()));
    ASSERT_EQ(told.witnessed, 1);

    context->adopt(with_node(id));
    EXPECT_EQ(context->batch_limits.of(id, now).calls, BatchLimits::unlimited);
    EXPECT_TRUE(context->hears_of_trouble(id, net::Clock::now()));
    context->silent(id, now, now);
    EXPECT_EQ(told.witnessed, 2) << "that the new one is silent is told at once";
}

} // namespace
} // namespace weir::forward
