// A link to a node over WebSocket: what goes into its handshake, whose answer is whose, and how it ends.
#include "upstream/link_message.hpp"
#include "ws_peer.hpp"

namespace weir::upstream {
namespace {

using Told = std::vector<std::string>;

TEST_F(WsLinkTest, TheUpgradeAsksForTheNodesPathWithItsHeaders) {
    auto endpoint = peer.endpoint("/v3/KEY?token=T");
    endpoint.headers = {{"Authorization", "Basic dTpw"}, {"X-Key", "k"}};
    ASSERT_EQ(try_open(endpoint), "");
    EXPECT_TRUE(link->is_open());
    EXPECT_EQ(peer.request.target(), "/v3/KEY?token=T");
    EXPECT_EQ(peer.request[http::field::host], endpoint.host_header);
    EXPECT_EQ(peer.request[http::field::authorization], "Basic dTpw");
    EXPECT_EQ(peer.request["X-Key"], "k");
    EXPECT_EQ(peer.request.count(http::field::sec_websocket_extensions), 0U);
}

TEST_F(WsLinkTest, WithoutAPathItAsksForTheRoot) {
    ASSERT_EQ(try_open(peer.endpoint()), "");
    EXPECT_EQ(peer.request.target(), "/");
}

TEST_F(WsLinkTest, ARefusedUpgradeSaysTheStatusAndNoSecret) {
    peer.manner = Peer::Manner::answers;
    for (const std::string status : {"401", "503", "200"}) {
        opened.reset();
        peer.plain_answer = "HTTP/1.1 " + status + " X\r\nContent-Length: 3\r\n\r\nno!";
        EXPECT_EQ(try_open(peer.endpoint("/SECRET")), "the upgrade was refused: HTTP " + status);
        EXPECT_FALSE(link->is_open());
    }
}

TEST_F(WsLinkTest, WhatIsNotHttpIsRefused) {
    peer.manner = Peer::Manner::answers;
    peer.plain_answer = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
    EXPECT_TRUE(try_open(peer.endpoint()).starts_with("the upgrade failed: "));
    EXPECT_FALSE(link->is_open());
}

TEST_F(WsLinkTest, APeerThatNeverAnswersIsGivenUpAfterTheConnectTimeout) {
    peer.manner = Peer::Manner::accepts_no_tcp_bytes;
    limits.connect_timeout = 100ms;
    const auto begin = net::Clock::now();
    EXPECT_EQ(try_open(peer.endpoint()), "the upgrade timed out");
    EXPECT_LT(net::Clock::now() - begin, 1s);
}

TEST_F(WsLinkTest, NobodyThereIsToldAtOnce) {
    const auto endpoint = peer.endpoint();
    const auto addresses = peer.addresses();
    peer.acceptor.close();
    link = std::make_shared<WsLink>(io, wheel, limits, metrics);
    asio::co_spawn(io, open_and_run(link, endpoint, addresses, opened, ended), asio::detached);
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    EXPECT_EQ(*opened, "Connection refused");
}

TEST_F(WsLinkTest, CloseWhileItOpensEndsTheOpening) {
    peer.manner = Peer::Manner::accepts_no_tcp_bytes;
    start(peer.endpoint());
    settle();
    ASSERT_FALSE(opened.has_value());
    link->close();
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    EXPECT_EQ(*opened, "closed");
}

TEST_F(WsLinkTest, AnswersFindTheirCallsInAnyOrder) {
    must_open();
    Heard heard;
    link->call("a", "[]", into(heard));
    link->call("b", R"([{"x":1}])", into(heard));
    link->call("b", R"([{"x":1}])", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 3; }));
    EXPECT_EQ(peer.messages[1], R"({"jsonrpc":"2.0","id":2,"method":"b","params":[{"x":1}]})");
    peer.answer(peer.messages[2], R"("result":"third")");
    peer.answer(peer.messages[0], R"("error":{"code":-32601,"message":"no a"})");
    peer.answer(peer.messages[1], R"("result":{"second":[1,2]},"error":null)");
    peer.answer(peer.messages[1], R"("result":"again")");
    ASSERT_TRUE(run_until([&] { return heard.told.size() == 3; }));
    settle();
    EXPECT_EQ(heard.told, (Told{R"(result "third")", R"(error {"code":-32601,"message":"no a"})",
                                R"(result {"second":[1,2]})"}));
    EXPECT_EQ(metrics.link_messages_out.value(), 3U);
    EXPECT_EQ(metrics.link_messages_in.value(), 4U);
}

TEST_F(WsLinkTest, MessagesThatAnswerNothingAreReadOver) {
    must_open();
    Heard heard;
    link->call("a", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    peer.say(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700}})");
    peer.say(R"({"jsonrpc":"2.0","error":{"code":-32005}})");
    peer.say(R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":1}})");
    peer.say(R"({"jsonrpc":"2.0","method":"x","params":[]})");
    peer.answer(peer.messages[0], R"("result":true)");
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    EXPECT_EQ(heard.told, Told{"result true"});
}

TEST_F(WsLinkTest, AnAnswerToACallThatWasNeverMadeEndsTheLink) {
    for (const std::string id : {"99", "0", "-1", "\"1\"", "1.5", "18446744073709551616"}) {
        opened.reset();
        ended.reset();
        must_open();
        Heard heard;
        link->call("a", "[]", into(heard));
        const auto before = peer.messages.size();
        ASSERT_TRUE(run_until([&] { return peer.messages.size() == before + 1; })) << id;
        peer.say(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":1})");
        ASSERT_TRUE(run_until([&] { return ended.has_value(); })) << id;
        EXPECT_EQ(*ended, "answered a call that was not made");
        EXPECT_EQ(heard.told, Told{"lost"});
    }
}

TEST_F(WsLinkTest, ALateAnswerIsReadOver) {
    limits.call_timeout = 30ms;
    must_open();
    Heard heard;
    link->call("a", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    EXPECT_EQ(heard.told, Told{"timed out"});
    peer.answer(peer.messages.at(0), R"("result":true)");
    link->call("b", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.answer(peer.messages[1], R"("result":2)");
    ASSERT_TRUE(run_until([&] { return heard.told.size() == 2; }));
    EXPECT_EQ(heard.told[1], "result 2");
}

TEST_F(WsLinkTest, WhatIsNotJsonEndsTheLink) {
    must_open();
    peer.say("{\"half");
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "a message is not a JSON object");
}

TEST_F(WsLinkTest, EventsGoToTheirSubscriptionAlsoThoseBeforeItsAnswer) {
    must_open();
    Heard heads, logs;
    link->subscribe("eth_subscribe", R"(["newHeads"])", into(heads), events_into(heads));
    link->subscribe("eth_subscribe", R"(["logs"])", into(logs), events_into(logs));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.event(R"("0xh")", "1");
    peer.event(R"("0xl")", "{\"log\":1}");
    peer.event(R"("0xh")", "2");
    peer.answer(peer.messages[1], R"("result":"0xl")");
    peer.event(R"("0xh")", "3");
    peer.answer(peer.messages[0], R"("result":"0xh")");
    peer.event(R"("0xh")", "4");
    peer.event(R"("0xl")", "{\"log\":2}");
    ASSERT_TRUE(run_until([&] { return logs.told.size() == 3; }));
    EXPECT_EQ(heads.told, (Told{R"(result "0xh")", "event 1", "event 2", "event 3", "event 4"}));
    EXPECT_EQ(logs.told, (Told{R"(result "0xl")", R"(event {"log":1})", R"(event {"log":2})"}));
}

TEST_F(WsLinkTest, ARefusedSubscriptionSaysTheNodesError) {
    must_open();
    Heard heard;
    link->subscribe("eth_subscribe", R"(["x"])", into(heard), events_into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    peer.answer(peer.messages[0], R"("error":{"code":-32601})");
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    EXPECT_EQ(heard.told, Told{R"(error {"code":-32601})"});
}

TEST_F(WsLinkTest, ASubscriptionWithoutAnIdIsNone) {
    must_open();
    Heard heard;
    link->subscribe("eth_subscribe", R"(["x"])", into(heard), events_into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    peer.answer(peer.messages[0], R"("result":null)");
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    EXPECT_TRUE(heard.told.front().starts_with("error ")) << heard.told.front();
}

TEST_F(WsLinkTest, AfterUnsubscribingNoEventComesAndTheNodeIsTold) {
    must_open();
    Heard heard;
    link->subscribe("eth_subscribe", R"(["newHeads"])", into(heard), [&](std::string_view event) {
        heard.told.push_back("event " + std::string(event));
        link->unsubscribe("eth_unsubscribe", R"("0xh")"); // from within the event itself
    });
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    peer.event(R"("0xh")", "1");
    peer.event(R"("0xh")", "2");
    peer.answer(peer.messages[0], R"("result":"0xh")");
    peer.event(R"("0xh")", "3");
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    settle();
    EXPECT_EQ(heard.told, (Told{R"(result "0xh")", "event 1"}));
    EXPECT_EQ(peer.messages[1], R"({"jsonrpc":"2.0","id":2,"method":"eth_unsubscribe","params":["0xh"]})");
}

TEST_F(WsLinkTest, WhatWouldCostTheLinkIsRefusedAndNotSent) {
    limits.max_queued_bytes = 1000;
    must_open();
    Heard heard;
    link->call("a", "[\"\xc3\x28\"]", into(heard));
    link->call("b", "[\"" + std::string(1000, 'x') + "\"]", into(heard));
    link->call("c", "[\"\xc3\xa9\"]", into(heard));
    ASSERT_TRUE(run_until([&] { return heard.told.size() == 2 && peer.messages.size() == 1; }));
    EXPECT_EQ(heard.told, (Told{R"(error {"code":-32700,"message":"the request is not UTF-8"})",
                                R"(error {"code":-32600,"message":"the request is too large"})"}));
}

TEST(LinkMessage, KnowsWhatIsUtf8) {
    for (const std::string good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf",
                                   "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "x\xc3\xa9y"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const std::string bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\x80", "\xe2\x82", "\xed\xa0\x80",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(bad)) << bad;
    }
}

TEST_F(WsLinkTest, ACallWithoutAnAnswerTimesOutAndItsLateSubscriptionIsGivenBack) {
    limits.call_timeout = 50ms;
    must_open();
    Heard call, subscription;
    link->call("a", "[]", into(call));
    link->subscribe("x_subscribe", "[]", into(subscription), events_into(subscription));
    ASSERT_TRUE(run_until([&] { return subscription.told.size() == 1; }));
    EXPECT_EQ(call.told, Told{"timed out"});
    EXPECT_EQ(subscription.told, Told{"timed out"});
    peer.answer(peer.messages[0], R"("result":1)");
    peer.answer(peer.messages[1], R"("result":"0xs")");
    peer.event(R"("0xs")", "1");
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 3; }));
    settle();
    EXPECT_EQ(peer.messages[2], R"({"jsonrpc":"2.0","id":3,"method":"x_unsubscribe","params":["0xs"]})");
    EXPECT_EQ(call.told.size() + subscription.told.size(), 2U);
    EXPECT_TRUE(link->is_open());
}

} // namespace
} // namespace weir::upstream
