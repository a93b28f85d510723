// How a link ends: silence, resets, close frames, messages past the limit, and its owner's will; and TLS.
#include "ws_peer.hpp"

namespace weir::upstream {
namespace {

using Told = std::vector<std::string>;

TEST_F(WsLinkTest, ANodeThatFallsSilentIsGivenUpWithinTwoPings) {
    limits.ping_interval = 100ms;
    must_open();
    settle(350ms);
    ASSERT_FALSE(ended.has_value()); // pongs alone keep it up
    peer.silent = true;
    Heard heard;
    link->call("the last one that it reads", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    link->call("a", "[]", into(heard));
    const auto begin = net::Clock::now();
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "no answer to a ping");
    EXPECT_LT(net::Clock::now() - begin, 2 * limits.ping_interval + 100ms);
    EXPECT_EQ(heard.told, (Told{"lost", "lost"}));
    EXPECT_FALSE(link->is_open());
}

TEST_F(WsLinkTest, EventsAreASignOfLifeToo) {
    limits.ping_interval = 60ms;
    must_open();
    peer.silent = true;
    Heard heard;
    link->subscribe("eth_subscribe", "[]", into(heard), events_into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 1; }));
    peer.answer(peer.messages[0], R"("result":"0x1")");
    for (int i = 0; i < 10; ++i) {
        peer.event(R"("0x1")", "1");
        settle(30ms);
        ASSERT_FALSE(ended.has_value());
    }
    EXPECT_EQ(heard.told.size(), 11U);
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
}

TEST_F(WsLinkTest, AResetIsTheEndAndPendingCallsAreLost) {
    must_open();
    Heard heard;
    link->call("a", "[]", into(heard));
    link->subscribe("eth_subscribe", "[]", into(heard), events_into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.reset();
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "connection reset");
    EXPECT_EQ(heard.told, (Told{"lost", "lost"}));
    link->call("b", "[]", into(heard));
    EXPECT_EQ(heard.told.size(), 2U); // never from within the call
    ASSERT_TRUE(run_until([&] { return heard.told.size() == 3; }));
    EXPECT_EQ(heard.told.back(), "lost");
}

TEST_F(WsLinkTest, ACloseFrameIsAnsweredAndIsTheEnd) {
    must_open();
    peer.close_frame(1001);
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "closed by the node, code 1001");
    ASSERT_TRUE(run_until([&] { return peer.closed.has_value(); }));
    EXPECT_FALSE(*peer.closed);
}

TEST_F(WsLinkTest, AMessageUpToTheLimitPassesOnePastItIsTheEnd) {
    limits.max_message_bytes = 3 << 20;
    must_open();
    Heard heard;
    std::size_t got = 0;
    link->call("a", "[]", [&](const LinkAnswer& answer) { got = answer.json.size(); });
    link->call("b", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.answer(peer.messages[0], "\"result\":\"" + std::string((3 << 20) - 100, 'x') + '"');
    ASSERT_TRUE(run_until([&] { return got != 0; }));
    EXPECT_EQ(got, (std::size_t{3} << 20) - 98);
    peer.answer(peer.messages[1], "\"result\":\"" + std::string(3 << 20, 'x') + '"');
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "a message is larger than the limit");
    EXPECT_EQ(heard.told, Told{"lost"});
}

TEST_F(WsLinkTest, WhatANodeDoesNotReadIsBounded) {
    limits.max_queued_bytes = 32 << 20;
    must_open();
    peer.silent = true;
    Heard heard;
    const std::string params = "[\"" + std::string(1 << 20, 'x') + "\"]";
    for (int i = 0; i < 40; ++i)
        link->call("a", params, into(heard));
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    settle();
    EXPECT_EQ(heard.told, Told(9, "lost")); // 31 fit into the bound
    EXPECT_TRUE(link->is_open());
}

TEST_F(WsLinkTest, CloseFromWithinAnAnswerIsSafe) {
    must_open();
    Heard heard;
    link->call("a", "[]", [&](const LinkAnswer& answer) {
        heard.told.push_back("answer " + std::string(answer.json));
        link->close();
        EXPECT_EQ(heard.told.size(), 1U); // b is not answered from within
        link.reset();
    });
    link->call("b", "[]", into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.answer(peer.messages[0], R"("result":1)");
    peer.answer(peer.messages[1], R"("result":2)");
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "closed");
    EXPECT_EQ(heard.told, (Told{"answer 1", "lost"}));
}

TEST_F(WsLinkTest, CloseFromWithinAnEventAndALostAnswerIsSafe) {
    must_open();
    Heard heard;
    link->subscribe("eth_subscribe", "[]", into(heard), [&](std::string_view) {
        heard.told.push_back("event");
        link->close();
    });
    link->call("b", "[]", [&](const LinkAnswer&) {
        heard.told.push_back("lost");
        link->close();
        link->call("c", "[]", into(heard));
    });
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    peer.event(R"("0x1")", "1");
    peer.event(R"("0x1")", "2");
    peer.answer(peer.messages[0], R"("result":"0x1")");
    ASSERT_TRUE(run_until([&] { return heard.told.size() == 4; }));
    settle();
    EXPECT_EQ(heard.told, (Told{R"(result "0x1")", "event", "lost", "lost"}));
}

TEST_F(WsLinkTest, ALinkThatIsDroppedAnswersItsCalls) {
    link = std::make_shared<WsLink>(io, wheel, limits, metrics);
    const auto only_open = [](std::shared_ptr<WsLink> one, Endpoint endpoint, Addresses addresses,
                              std::optional<std::string>& said) -> net::Task<> {
        said = co_await one->open(std::move(endpoint), std::move(addresses));
    };
    asio::co_spawn(io, only_open(link, peer.endpoint(), peer.addresses(), opened), asio::detached);
    ASSERT_TRUE(run_until([&] { return opened.has_value(); }));
    ASSERT_TRUE(link->is_open());
    Heard heard;
    link->call("a", "[]", into(heard));
    link->subscribe("eth_subscribe", "[]", into(heard), events_into(heard));
    ASSERT_TRUE(run_until([&] { return peer.messages.size() == 2; }));
    link.reset();
    EXPECT_EQ(heard.told, (Told{"lost", "lost"}));
    ASSERT_TRUE(run_until([&] { return bool(peer.end); }));
}

TEST_F(WsLinkTest, CloseWithoutARunAnswersToo) {
    must_open();
    Heard heard;
    link->call("a", "[]", into(heard));
    ended.reset();
    link->close();
    EXPECT_TRUE(heard.told.empty());
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(heard.told, Told{"lost"});
}

class SecureWsLinkTest : public WsLinkTest {
  protected:
    SecureWsLinkTest() {
        const auto made =
            std::system(("cd " + folder.string() +
                         " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                         " -keyout key.pem -out cert.pem -subj /CN=localhost"
                         " -addext subjectAltName=DNS:localhost >/dev/null 2>&1")
                            .c_str());
        EXPECT_EQ(made, 0);
        peer.tls = *net::make_server_tls(folder / "cert.pem", folder / "key.pem");
    }
    ~SecureWsLinkTest() override { std::filesystem::remove_all(folder); }

    Endpoint trusting(const std::string& ca_file, bool verify = true) const {
        auto endpoint = peer.endpoint();
        endpoint.tls = std::make_shared<net::RenewableTls>(*net::make_client_tls({ca_file, verify, {}, {}}));
        endpoint.verify = verify;
        return endpoint;
    }
    static std::filesystem::path make_folder() {
        std::string name = std::filesystem::temp_directory_path() / "weir_ws_link_XXXXXX";
        return mkdtemp(name.data());
    }
    std::filesystem::path folder = make_folder();
};

TEST_F(SecureWsLinkTest, CallsGoThroughTlsToWhomTheCaVouchesFor) {
    ASSERT_EQ(try_open(trusting(folder / "cert.pem")), "");
    Heard heard;
    peer.on_message = [&](const std::string& message) { peer.answer(message, R"("result":1)"); };
    link->call("a", "[\"" + std::string(200'000, 'x') + "\"]", into(heard));
    ASSERT_TRUE(run_until([&] { return !heard.told.empty(); }));
    EXPECT_EQ(heard.told, Told{"result 1"});
    peer.close_frame(1000);
    ASSERT_TRUE(run_until([&] { return ended.has_value(); }));
    EXPECT_EQ(*ended, "closed by the node, code 1000");
}

TEST_F(SecureWsLinkTest, AStrangersCertificateIsRefused) {
    const auto why = try_open(trusting(""));
    EXPECT_TRUE(why.starts_with("TLS: its certificate is self-signed")) << why;
    EXPECT_FALSE(link->is_open());
}

TEST_F(SecureWsLinkTest, ACertificateForAnotherNameIsRefused) {
    auto endpoint = trusting(folder / "cert.pem");
    endpoint.url.host = "127.0.0.1";
    EXPECT_EQ(try_open(endpoint), "TLS: its certificate is not for 127.0.0.1: it is for localhost");
}

TEST_F(SecureWsLinkTest, WithoutVerificationAnybodyWillDo) {
    auto endpoint = trusting("", false);
    endpoint.url.host = "127.0.0.1";
    EXPECT_EQ(try_open(endpoint), "");
}

TEST_F(SecureWsLinkTest, APeerThatSpeaksNoTlsIsGivenUp) {
    const auto endpoint = trusting(folder / "cert.pem");
    peer.tls = nullptr;
    limits.connect_timeout = 200ms;
    const auto why = try_open(endpoint);
    EXPECT_TRUE(why.starts_with("TLS: ")) << why;
}

} // namespace
} // namespace weir::upstream
