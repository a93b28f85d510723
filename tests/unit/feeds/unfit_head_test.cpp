// What a node that is not fit announces fills no gap.
#include "hub_client.hpp"

#include <gtest/gtest.h>

namespace weir::feeds {
namespace {

TEST(UnfitNodes, WhatTheyAnnounceIsNotTaken) {
    HubWorld world(HubWorld::Plan{});
    world.settle();
    const HubClient client(world, 0, R"(["newHeads"])");
    world.settle();
    auto &source = world.nodes[0], &liar = world.nodes[1];
    liar.lies = true;
    world.check();
    const auto next = world.chain.child(world.canonical);
    world.canonical = world.chain.child(next);
    auto lie = *next; // the right hash with another parent
    lie.parent = chain::keccak256_hex("nothing");
    world.tell(liar, std::make_shared<const chain::Header>(lie));
    world.run();
    world.move(source, world.canonical);
    world.settle();
    EXPECT_EQ(client.received, (std::vector<std::string>{next->json, world.canonical->json}));
}

} // namespace
} // namespace weir::feeds
