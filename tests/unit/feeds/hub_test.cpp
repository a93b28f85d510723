// The hub's feeds: who shares what, when they end, and whom they believe.
#include "hub_fixture.hpp"

namespace weir::feeds {
namespace {

TEST_F(HubTest, OnePostPerWorkerAndOneTextForAll) {
    begin();
    std::vector<std::unique_ptr<HubClient>> clients;
    for (int i = 0; i < 10; ++i)
        clients.push_back(subscribe(heads, static_cast<std::size_t>(i % 2)));
    mine();
    world->run();
    EXPECT_EQ(world->mail(0), 1U);
    EXPECT_EQ(world->mail(1), 1U);
    world->settle();
    for (const auto& client : clients) {
        ASSERT_EQ(client->texts.size(), 1U);
        EXPECT_EQ(client->texts[0].get(), clients[0]->texts[0].get());
    }
    EXPECT_EQ(world->metrics.feeds.value(), 1);
}

TEST_F(HubTest, AWorkerWithoutListenersIsNotPosted) {
    begin();
    const auto client = subscribe(heads, 1);
    mine();
    world->run();
    EXPECT_EQ(world->mail(0), 0U);
    EXPECT_EQ(world->mail(1), 1U);
}

TEST_F(HubTest, MoreFiltersThanTheBoundCostOneQuestionPerBlock) {
    plan.max_filters = 2;
    begin();
    std::vector<std::unique_ptr<HubClient>> clients;
    for (const auto* filter : {R"({})", R"({"topics":[null]})", R"({"topics":[null,null]})"})
        clients.push_back(subscribe(std::string(R"(["logs",)") + filter + "]"));
    mine_logs();
    world->run();
    ASSERT_EQ(world->questions->waiting.size(), 1U);
    EXPECT_EQ(world->questions->waiting[0]->method, "eth_getLogs");
    world->questions->answer(world->questions->waiting[0], world->says(*world->questions->waiting[0]));
    world->run();
    EXPECT_TRUE(world->questions->waiting.empty());
    EXPECT_EQ(world->mail(0), 1U) << "the answers to all filters are one post; nobody listens to heads";
    world->settle();
    EXPECT_FALSE(clients[0]->received.empty());
}

TEST_F(HubTest, TheLastOneOutClosesUpstreamAfterTheGrace) {
    plan.grace = 30ms;
    begin();
    auto one = subscribe(pending), two = subscribe(pending, 1);
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 2) << "pending transactions: of both nodes";
    one.reset();
    pass_time(60ms);
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 2);
    two.reset();
    world->run();
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 2);
    pass_time(60ms);
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 0);
    EXPECT_EQ(world->metrics.feeds.value(), 0);
    EXPECT_EQ(fake_of(node(1).link).unsubscribed.size(), 1U);
}

TEST_F(HubTest, AClientThatReturnsWithinTheGraceFindsItWarm) {
    plan.grace = 150ms;
    begin();
    auto client = subscribe(pending);
    const auto feed = client->feed;
    client.reset();
    world->run();
    client = subscribe(pending);
    EXPECT_EQ(client->feed, feed);
    pass_time(250ms);
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 2);
    EXPECT_TRUE(fake_of(node(1).link).unsubscribed.empty());
}

TEST_F(HubTest, AJoinThatNobodyWaitsForAnyMoreLeavesAgain) {
    plan.grace = 0ms;
    begin();
    { HubClient client(*world, 0, heads); }
    world->settle();
    EXPECT_EQ(world->metrics.feeds.value(), 0);
}

TEST_F(HubTest, ASubscriptionThatNoNodeTakesIsRefusedInTime) {
    plan.nodes = {{true, true}};
    plan.patience = 20ms;
    begin();
    HubClient hashes(*world, 0, R"(["other"])");
    HubClient late(*world, 0, R"(["other"])");
    world->run(); // the node does not answer
    pass_time(40ms);
    world->settle();
    EXPECT_FALSE(hashes.listening);
    EXPECT_FALSE(hashes.error.empty());
    EXPECT_FALSE(late.error.empty());
    EXPECT_EQ(world->metrics.feeds.value(), 0);
    EXPECT_EQ(world->metrics.upstream_subscriptions.value(), 0) << "its late answer is undone";
}

TEST_F(HubTest, TheNodesOwnErrorIsTheAnswerWhenAllSayThatTheyCannot) {
    begin();
    HubClient client(*world, 0, R"(["other"])");
    world->run();
    const std::string error = R"({"code":-32601,"message":"the method does not exist/is not available"})";
    fake_of(node(1).link).refuse(error);
    world->run();
    EXPECT_EQ(world->mail(0), 0U);
    fake_of(node(2).link).refuse(error);
    world->settle();
    EXPECT_EQ(client.error, error);
}

TEST_F(HubTest, APendingFeedIsPolledUntilTheNodeHasTakenTheSubscription) {
    plan.nodes = {{true, true}};
    begin();
    world->disconnect(node(1));
    const auto client = subscribe(pending);
    EXPECT_TRUE(client->listening);
    world->connect(node(1));
    world->run();
    const auto poll = asked("eth_getFilterChanges");
    ASSERT_TRUE(poll);
    world->questions->answer(poll, R"(["0xaa"])");
    world->settle(); // the link takes it now
    fake_of(node(1).link).emit(R"("0xaa")");
    fake_of(node(1).link).emit(R"("0xbb")");
    world->settle();
    EXPECT_EQ(client->received, (std::vector<std::string>{R"("0xaa")", R"("0xbb")"}));
    EXPECT_EQ(world->metrics.dropped_duplicates.value(), 1U);
    EXPECT_TRUE(world->questions->waiting.empty());
}

TEST_F(HubTest, ARefusalAfterPollingBeganLosesNobody) {
    plan.nodes = {{true, true}};
    begin();
    world->disconnect(node(1));
    const auto client = subscribe(pending);
    world->connect(node(1));
    world->run();
    fake_of(node(1).link).refuse(R"({"code":-32602,"message":"no such subscription"})");
    world->settle();
    EXPECT_EQ(world->metrics.feeds.value(), 1);
    EXPECT_FALSE(client->ended_by);
}

TEST_F(HubTest, AHungSourceIsLeftForPassedFeedsToo) {
    begin();
    const auto client = subscribe(pending);
    node(1).hung = true; // its link is still up
    world->check();
    world->settle();
    fake_of(node(2).link).emit(R"("0xaa")");
    world->settle();
    EXPECT_EQ(client->received.size(), 1U);
}

TEST_F(HubTest, AHeadBeyondBeliefEndsNothingAndDrawsNothingToIt) {
    begin();
    const auto client = subscribe(heads);
    world->tell(node(2), lie(1'000'000));
    mine();
    world->settle();
    world->tell(node(1), lie(1'000'000)); // the source itself
    mine();
    world->settle();
    EXPECT_EQ(client->complaint(), "");
    EXPECT_EQ(client->received.size(), 2U);
}

TEST_F(HubTest, AGapTooLongEndsTheFeedsAndTheNextClientBeginsAnew) {
    plan.max_gap = 4;
    begin();
    const auto one = subscribe(heads), two = subscribe(logs, 1);
    world->canonical = world->chain.child(world->canonical);
    for (int i = 0; i < 29; ++i)
        world->canonical = world->chain.child(world->canonical);
    world->move(node(1), world->canonical);
    world->settle();
    EXPECT_FALSE(one->ended_by) << "nobody else has confirmed it yet";
    world->move(node(2), world->canonical);
    HubClient meanwhile(*world, 0, heads); // joins the feed that is about to end, or the next one
    world->settle();
    EXPECT_EQ(one->ended_by, FeedEnd::gap_too_large);
    EXPECT_EQ(two->ended_by, FeedEnd::gap_too_large);
    EXPECT_FALSE(meanwhile.ended_by);
    mine();
    world->settle();
    EXPECT_EQ(meanwhile.complaint(), "");
    EXPECT_EQ(one->received.size(), 0U);
}

TEST_F(HubTest, AQuestionToAHungNodeDoesNotHoldUpTheNextSource) {
    plan.hold = 1s; // and so long a node is not silent whose head is known a moment before it is heard
    begin();
    const auto client = subscribe(heads);
    mine();
    world->settle();
    node(1).hung = true;
    world->canonical = world->chain.child(world->chain.child(world->canonical)); // the first is not announced
    world->tell(node(1), world->canonical);
    world->run();
    ASSERT_EQ(world->questions->waiting.size(), 1U); // to node 1, which will not answer
    const auto stuck = world->questions->waiting[0];
    world->move(node(2), world->canonical);
    world->disconnect(node(1));
    world->run();
    ASSERT_EQ(world->questions->waiting.size(), 2U);
    const auto next = world->questions->waiting[1];
    EXPECT_EQ(next->node, 2U);
    world->questions->answer(next, world->says(*next));
    world->run();
    while (world->deliver_mail(0)) {}
    EXPECT_EQ(client->received.size(), 3U);
    world->questions->answer(stuck, ChainWorld::block_json(*world->chain.find(world->canonical->parent)));
    world->settle();
    EXPECT_EQ(client->complaint(), "");
}

TEST_F(HubTest, ASourceThatHasNoHeadToTellIsLeft) {
    begin();
    const auto client = subscribe(heads);
    for (const auto id : {1U, 2U})
        world->disconnect(node(id));
    world->settle();
    world->canonical = world->chain.child(world->canonical); // and nobody hears of it
    for (const auto id : {1U, 2U}) {
        node(id).head = world->canonical;
        world->connect(node(id));
    }
    // What was asked of the last source is nobody's business any more.
    for (const auto& stale : std::vector(world->questions->waiting))
        world->questions->answer(stale, std::nullopt);
    for (int i = 0; i < 2; ++i) {
        const auto question = asked("eth_getBlockByNumber");
        ASSERT_TRUE(question);
        EXPECT_EQ(question->node, 1U);
        world->questions->answer(question, "null");
    }
    const auto next = asked("eth_getBlockByNumber");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->node, 2U);
    world->settle();
    EXPECT_EQ(client->received.size(), 1U);
    EXPECT_EQ(client->complaint(), "");
}

TEST_F(HubTest, LogsOfAnotherBlockAreNotBelieved) {
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    const auto other = world->canonical;
    world->settle();
    const auto before = client->received.size();
    mine_logs();
    world->run();
    // A node that does not know blockHash tells the logs of whatever block it likes.
    world->questions->answer(world->questions->waiting[0], '[' + ChainWorld::logs(*other)[0].json + ']');
    world->run();
    EXPECT_EQ(world->questions->waiting.at(0)->node, 2U);
    world->settle();
    EXPECT_GT(client->received.size(), before);
    EXPECT_NE(client->received.back().find(world->canonical->hash), std::string::npos);
}

TEST_F(HubTest, AnEmptyListFromANodeWithoutTheBlockIsNoAnswer) {
    begin();
    const auto client = subscribe(logs);
    mine_logs();
    world->run();
    world->questions->answer(asked("eth_getLogs"), std::nullopt); // the source fails
    world->run();
    world->questions->answer(asked("eth_getLogs"), "[]");
    world->questions->answer(asked("eth_getBlockByHash"), "null");
    world->settle();
    EXPECT_EQ(client->received.size(), ChainWorld::logs(*world->canonical).size());
}

TEST_F(HubTest, WhoJoinsInTheMiddleOfAGapHearsTheRestOfItLikeEverybody) {
    begin();
    const auto first = subscribe(heads);
    mine();
    world->settle();
    world->canonical = world->chain.child(world->chain.child(world->canonical));
    world->move(node(1), world->canonical);
    world->run(); // the block between is being asked for
    const auto second = subscribe(heads);
    mine();
    world->settle();
    EXPECT_EQ(first->received.size(), 4U);
    EXPECT_EQ(first->complaint(), "");
    EXPECT_EQ(second->complaint(), "");
    EXPECT_GE(world->metrics.backfilled_blocks.value(), 1U);
}

TEST_F(HubTest, StopEndsWaitsAndSaysNothingMore) {
    plan.grace = 5ms;
    begin();
    auto one = subscribe(heads), two = subscribe(pending), three = subscribe(logs);
    two.reset();
    mine_logs();
    world->hub->stop();
    const auto posts = world->mail(0);
    pass_time(15ms);
    one.reset();
    mine();
    EXPECT_EQ(world->mail(0), posts);
}

} // namespace
} // namespace weir::feeds
