// Following a node's heads over its WebSocket: through losses, refusals and returns.
#include "../upstream/ws_peer.hpp"
#include "nodes/follower.hpp"

namespace weir::nodes {
namespace {

namespace asio = net::asio;
using namespace std::chrono_literals;
using Told = std::vector<std::string>;

std::string header(int number) {
    const auto digits = std::to_string(number);
    const auto hash = "0x" + std::string(64 - digits.size(), '0') + digits;
    return R"({"hash":")" + hash + R"(","parentHash":")" + hash + R"(","number":"0x)" + digits + "\"}";
}

class FollowerTest : public testing::Test, protected HeadSink {
  protected:
    FollowerTest() {
        limits.ping_interval = 100ms;
        limits.connect_timeout = 200ms;
        limits.call_timeout = 300ms;
        peer.on_message = [this](const std::string& message) { peer.answer(message, subscribe_answer); };
    }
    ~FollowerTest() override {
        if (follower) follower->stop();
        peer.acceptor.close();
        wheel.stop();
        io.restart();
        io.run_for(50ms);
    }

    void follow() {
        auto node = std::make_shared<Node>();
        node->id = 7;
        node->name = "n";
        node->ws = peer.endpoint();
        HeadSink& self = *this;
        follower = std::make_shared<Follower>(io, wheel, metrics, node, self);
        follower->set_limits(limits);
        follower->set_addresses(peer.addresses());
        follower->start();
    }
    template <class Done>
    bool run_until(Done done, net::milliseconds within = 10s) {
        const auto limit = net::Clock::now() + within;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(5ms);
        return done();
    }
    bool told_of(std::size_t count) {
        return run_until([&] { return told.size() >= count; });
    }

    void link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> opened) override {
        EXPECT_EQ(node_id, 7U);
        EXPECT_TRUE(opened->is_open());
        link = opened;
        told.push_back("up");
    }
    void link_down(std::uint32_t, std::string_view why) override {
        told.push_back("down: " + std::string(why));
        if (stop_when_down) follower->stop();
    }
    void head_announced(std::uint32_t, chain::HeaderPtr head) override {
        told.push_back("head " + std::to_string(head->number));
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    std::unique_ptr<metrics::ControlMetrics> counters = std::make_unique<metrics::ControlMetrics>();
    metrics::ControlMetrics& metrics = *counters;
    upstream::LinkLimits limits;
    upstream::Peer peer{io};
    std::shared_ptr<Follower> follower;
    std::weak_ptr<upstream::WsLink> link;
    std::string subscribe_answer = R"("result":"0xabc")";
    Told told;
    bool stop_when_down = false;
};

TEST_F(FollowerTest, TellsOfTheLinkOnceItFollowsAndThenOfEveryHead) {
    peer.on_message = nullptr;
    follow();
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    EXPECT_EQ(peer.messages[0], R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})");
    EXPECT_TRUE(told.empty());
    peer.event(R"("0xabc")", header(1));
    peer.answer(peer.messages[0], subscribe_answer);
    peer.event(R"("0xabc")", header(2));
    peer.event(R"("0xabc")", R"({"no":"header"})");
    peer.event(R"("0xabc")", header(3));
    ASSERT_TRUE(told_of(4));
    EXPECT_EQ(told, (Told{"up", "head 1", "head 2", "head 3"}));
    EXPECT_EQ(metrics.links_opened.value(), 1U);
    EXPECT_EQ(metrics.links_reopened.value(), 0U);
    EXPECT_EQ(metrics.nodes[7].link_open.value(), 1);
}

TEST_F(FollowerTest, ALostLinkIsToldAndOpenedAgain) {
    follow();
    ASSERT_TRUE(told_of(1));
    const auto begin = net::Clock::now();
    peer.reset();
    ASSERT_TRUE(told_of(2));
    EXPECT_EQ(metrics.nodes[7].link_open.value(), 0);
    ASSERT_TRUE(told_of(3));
    EXPECT_EQ(told, (Told{"up", "down: connection reset", "up"}));
    EXPECT_LT(net::Clock::now() - begin, 500ms);
    EXPECT_EQ(metrics.links_reopened.value(), 1U);
    EXPECT_EQ(metrics.links_failed.value(), 0U);
    EXPECT_EQ(metrics.nodes[7].link_open.value(), 1);
}

TEST_F(FollowerTest, ASilentNodeIsLostByItsPings) {
    follow();
    ASSERT_TRUE(told_of(1));
    peer.on_message = [&](const std::string&) { peer.silent = true; };
    link.lock()->call("x", "[]", [](const upstream::LinkAnswer&) {});
    ASSERT_TRUE(told_of(2));
    EXPECT_EQ(told[1], "down: no answer to a ping");
}

TEST_F(FollowerTest, FailuresAreTriedAgainLaterAndLater) {
    peer.manner = upstream::Peer::Manner::answers;
    peer.plain_answer = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
    follow();
    run_until([] { return false; }, 900ms); // at 0, 100, 300 and 700 ms
    EXPECT_GE(metrics.links_failed.value(), 3U);
    EXPECT_LE(metrics.links_failed.value(), 4U);
    EXPECT_TRUE(told.empty());
    peer.manner = upstream::Peer::Manner::upgrades;
    ASSERT_TRUE(told_of(1));
    EXPECT_EQ(told, Told{"up"});
}

TEST_F(FollowerTest, ANodeThatRefusesToSubscribeIsLeftAloneForLonger) {
    subscribe_answer = R"("error":{"code":-32601,"message":"no"})";
    follow();
    run_until([] { return false; }, 500ms);
    EXPECT_EQ(peer.connections, 1);
    EXPECT_EQ(metrics.links_failed.value(), 1U);
    EXPECT_TRUE(told.empty());
}

TEST_F(FollowerTest, ANodeThatNeverAnswersTheSubscriptionIsTriedAgain) {
    peer.on_message = nullptr;
    follow();
    ASSERT_TRUE(run_until([&] { return peer.connections == 2; }));
    EXPECT_TRUE(told.empty());
}

TEST_F(FollowerTest, StopClosesTheLinkAndTellsOfItAtOnce) {
    follow();
    ASSERT_TRUE(told_of(1));
    follower->stop();
    EXPECT_EQ(told, (Told{"up", "down: stopped"}));
    ASSERT_TRUE(run_until([&] { return bool(peer.end) && link.expired(); }));
    EXPECT_EQ(metrics.nodes[7].link_open.value(), 0);
    follower.reset();
    run_until([] { return false; }, 50ms);
    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(FollowerTest, StopFromWithinWhatItTellsIsSafe) {
    stop_when_down = true;
    follow();
    ASSERT_TRUE(told_of(1));
    peer.reset();
    ASSERT_TRUE(told_of(2));
    run_until([] { return false; }, 200ms);
    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(peer.connections, 1);
}

TEST_F(FollowerTest, StopWhileItOpensOrWaitsEndsIt) {
    peer.manner = upstream::Peer::Manner::accepts_no_tcp_bytes;
    follow();
    ASSERT_TRUE(run_until([&] { return peer.connections == 1; }));
    std::weak_ptr<Follower> watched = follower;
    follower->stop();
    follower.reset();
    EXPECT_TRUE(run_until([&] { return watched.expired(); }, 1s));
}

} // namespace
} // namespace weir::nodes
