// A subscription that only a node can make, across nodes.
#include "fake_link.hpp"
#include "feeds/pass_feed.hpp"

#include <gtest/gtest.h>

namespace weir::feeds {
namespace {

using Kind = upstream::LinkAnswer::Kind;

struct PassFeedTest : testing::Test {
    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::ControlMetrics metrics;
    std::shared_ptr<upstream::WsLink> a = make_fake_link(io, wheel), b = make_fake_link(io, wheel);
    std::vector<std::string> told, first;
    int settled = 0;
    std::shared_ptr<PassFeed> feed = make(net::milliseconds(3'600'000));

    std::shared_ptr<PassFeed> make(net::milliseconds refusal) {
        return std::make_shared<PassFeed>(
            chain::read_subscription("eth_subscribe", R"(["newPendingTransactions"])"), metrics,
            Pauses{{}, refusal, {}, refusal},
            PassFeed::Events{[this](std::string_view event) { told.emplace_back(event); },
                             [this](std::string_view error) { first.emplace_back(error); },
                             [this] { ++settled; }});
    }
    FakeLink& at_a() { return fake_of(a); }
    FakeLink& at_b() { return fake_of(b); }
    void live_on_a() {
        feed->use(1, a);
        at_a().take();
    }
    using Texts = std::vector<std::string>;
};

TEST_F(PassFeedTest, TheFirstNodeThatTakesItIsAllThatClientsHearOf) {
    feed->use(1, a);
    feed->use(1, a); // again: nothing happens
    ASSERT_EQ(at_a().calls.size(), 1U);
    EXPECT_EQ(at_a().calls[0].method, "eth_subscribe");
    EXPECT_EQ(at_a().calls[0].params, R"(["newPendingTransactions"])");
    EXPECT_FALSE(feed->live());
    at_a().take();
    EXPECT_TRUE(feed->live());
    EXPECT_EQ(first, Texts{""});
    feed->use(2, b);
    at_b().take();
    EXPECT_EQ(first, Texts{""});
    EXPECT_EQ(metrics.upstream_subscriptions.value(), 1);
}

TEST_F(PassFeedTest, TheOldNodeIsReadUntilTheNewOneHasTakenIt) {
    live_on_a();
    feed->use(2, b);
    at_a().emit("1");
    at_b().take();
    at_a().emit("2"); // told to stop already
    at_b().emit("3");
    EXPECT_EQ(told, (Texts{"1", "3"}));
    EXPECT_EQ(at_a().unsubscribed.size(), 1U);
}

TEST_F(PassFeedTest, ANodeThatRefusesLeavesThingsAsTheyAreAndIsNotAskedAgainForAWhile) {
    live_on_a();
    feed->use(2, b);
    at_b().refuse(R"({"code":-32601,"message":"the method eth_subscribe does not exist"})");
    EXPECT_TRUE(feed->refused_by(2));
    EXPECT_EQ(first, Texts{""});
    feed->use(2, b);
    EXPECT_TRUE(at_b().calls.empty());
    at_a().emit("1");
    EXPECT_EQ(told, Texts{"1"});
}

TEST_F(PassFeedTest, AnErrorAboutTheRequestIsTheClients) {
    feed->use(1, a);
    const std::string error = R"({"code":-32602,"message":"invalid argument 0"})";
    at_a().refuse(error);
    EXPECT_EQ(first, Texts{error});
}

TEST_F(PassFeedTest, AnErrorAboutTheNodeIsNotTheClientsWhileAnotherNodeMayTakeIt) {
    feed->use(1, a);
    at_a().refuse(R"({"code":-32601,"message":"the method eth_subscribe does not exist"})");
    EXPECT_EQ(first, Texts{});
    EXPECT_EQ(settled, 1);
    EXPECT_FALSE(feed->refusal().empty());
    feed->use(2, b);
    at_b().take();
    EXPECT_EQ(first, Texts{""});
}

TEST_F(PassFeedTest, ALostLinkIsNoAnswer) {
    feed->use(1, a);
    at_a().answer({Kind::lost, {}});
    EXPECT_EQ(first, Texts{});
    EXPECT_EQ(settled, 1);
    feed->use(2, b);
    at_b().take();
    EXPECT_EQ(first, Texts{""});
    feed->link_lost(2);
    EXPECT_FALSE(feed->live());
    EXPECT_EQ(metrics.upstream_subscriptions.value(), 0);
}

TEST_F(PassFeedTest, AnAnswerThatComesAfterTheLinkWasLostIsUndone) {
    feed->use(1, a);
    feed->link_lost(1);
    at_a().take();
    EXPECT_FALSE(feed->live());
    EXPECT_EQ(first, Texts{});
    EXPECT_EQ(at_a().unsubscribed.size(), 1U);
}

TEST_F(PassFeedTest, AnAnswerThatIsNoLongerWantedIsUndone) {
    feed->use(1, a);
    feed->use(2, b); // a better one before the first has answered
    at_a().take();
    EXPECT_EQ(at_a().unsubscribed.size(), 1U);
    EXPECT_FALSE(feed->live());
    at_b().take();
    EXPECT_TRUE(feed->live());
}

TEST_F(PassFeedTest, BackToTheLiveOneBeforeTheOtherHasAnswered) {
    live_on_a();
    feed->use(2, b);
    feed->use(1, a);
    at_b().take();
    EXPECT_EQ(at_b().unsubscribed.size(), 1U);
    at_a().emit("1");
    EXPECT_EQ(told, Texts{"1"});
    EXPECT_TRUE(at_a().unsubscribed.empty());
}

TEST_F(PassFeedTest, NothingIsLeftAtTheNodeAfterStop) {
    live_on_a();
    feed->use(2, b);
    feed->stop();
    at_b().take();
    at_a().emit("1");
    EXPECT_EQ(told, Texts{});
    EXPECT_EQ(at_a().unsubscribed.size(), 1U);
    EXPECT_EQ(at_b().unsubscribed.size(), 1U);
    EXPECT_EQ(metrics.upstream_subscriptions.value(), 0);
}

TEST_F(PassFeedTest, AnAnswerToAFeedThatIsGoneIsUndone) {
    feed->use(1, a);
    feed.reset();
    at_a().take();
    EXPECT_EQ(at_a().unsubscribed.size(), 1U);
}

} // namespace
} // namespace weir::feeds
