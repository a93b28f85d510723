// Going back to a better node by choice.
#include "hub_fixture.hpp"

namespace weir::feeds {
namespace {

struct HubSourceTest : HubTest {};

TEST_F(HubSourceTest, ABetterNodeThatIsBackTakesOverWithoutAnythingElseHappening) {
    plan.hold = 150ms;
    begin();
    const auto client = subscribe(heads);
    world->disconnect(node(1));
    mine();
    world->settle();
    world->connect(node(1));
    world->settle();
    EXPECT_EQ(world->metrics.nodes[1].feeds_read_from.value(), 0);
    pass_time(250ms);
    EXPECT_EQ(world->metrics.nodes[1].feeds_read_from.value(), 1);
}

TEST_F(HubSourceTest, ABetterNodeThatIsBackOnAnotherBranchIsNotGoneBackToUntilItHasLeftThat) {
    plan.hold = 500ms;
    begin();
    const auto client = subscribe(heads);
    const auto base = world->canonical;
    world->disconnect(node(1));
    mine();
    world->settle();
    world->connect(node(1));
    world->announce(node(1));
    world->settle();
    const auto beside = world->canonical =
        world->chain.child(base); // a reorganisation that only the source has seen
    world->move(node(2), beside);
    world->settle();
    pass_time(700ms);
    world->settle();
    EXPECT_EQ(world->metrics.nodes[1].feeds_read_from.value(), 0);
    EXPECT_EQ(client->received.size(), 2U) << "what was told is not taken back";
    world->move(node(1), beside);
    world->settle();
    EXPECT_EQ(world->metrics.nodes[1].feeds_read_from.value(), 1);
    EXPECT_EQ(client->received.size(), 2U);
    EXPECT_EQ(client->complaint(), "");
}

} // namespace
} // namespace weir::feeds
