// In which order a node's addresses are tried, and that one which is dead costs a moment once.
#include "http_peer.hpp"
#include "net/race.hpp"
#include "upstream/ask.hpp"

namespace weir::upstream {
namespace {

using net::tcp;

tcp::endpoint at(const char* address, std::uint16_t port = 8545) {
    return {asio::ip::make_address(address), port};
}
std::vector<std::string> in_order(const AddressList& list) {
    std::vector<std::string> names;
    for (const auto i : list.order())
        names.push_back(list[i]->endpoint.address().to_string());
    return names;
}
using Names = std::vector<std::string>;

TEST(AddressOrder, FamiliesTakeTurns) {
    const auto list = address_list({at("::1"), at("::2"), at("::3"), at("10.0.0.1"), at("10.0.0.2")});
    EXPECT_EQ(in_order(*list), (Names{"::1", "10.0.0.1", "::2", "10.0.0.2", "::3"}));
}

TEST(AddressOrder, TheOneThatWorkedLastComesFirst) {
    const auto list = address_list({at("::1"), at("::2"), at("10.0.0.1"), at("10.0.0.2")});
    list->worked(3);
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.2", "::1", "10.0.0.1", "::2"}));
}

TEST(AddressOrder, OneThatDoesNoWorkComesLater) {
    const auto list = address_list({at("10.0.0.1"), at("10.0.0.2")});
    list->failed(*(*list)[0]);
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.2", "10.0.0.1"}));
    list->failed(*(*list)[0]); // not the first any more: nothing changes
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.2", "10.0.0.1"}));
    const auto alone = address_list({at("10.0.0.1")});
    alone->failed(*(*alone)[0]);
    EXPECT_EQ(in_order(*alone), Names{"10.0.0.1"});
}

TEST(ShunnedAddress, IsTriedNoMoreWhileOthersAreLeft) {
    using Fault = Address::Fault;
    const auto list = address_list({at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3")});
    auto& one = *(*list)[0];
    auto& two = *(*list)[1];
    auto& three = *(*list)[2];
    EXPECT_TRUE(list->found_unfit(one, Fault::wrong));
    EXPECT_TRUE(one.shunned());
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.2", "10.0.0.3"}));
    EXPECT_TRUE(list->found_unfit(three, Fault::fails));
    EXPECT_FALSE(list->found_unfit(three, Fault::fails)); // no news
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.2", "10.0.0.3"}));
    EXPECT_EQ(list->order(true), (std::vector<std::size_t>{1, 2, 0}));
    // Who has failed before is better than who has failed now; who is wrong is not.
    list->failed(two);
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.3", "10.0.0.2"}));
    EXPECT_TRUE(list->found_unfit(three, Fault::wrong));
    EXPECT_FALSE(list->found_unfit(two, Fault::fails)); // the last one: all are on trial again
    EXPECT_EQ(in_order(*list), (Names{"10.0.0.1", "10.0.0.2", "10.0.0.3"}));
    EXPECT_TRUE(list->found_unfit(three, Fault::wrong));
    list->found_fit(three);
    EXPECT_FALSE(three.shunned());
}

TEST(ShunnedAddress, IsWhatIsLeftWhereTheOthersAreDead) {
    const auto list = address_list({at("::1"), at("127.0.0.1")}); // localhost, and nobody at ::1
    auto& served = *(*list)[1];
    EXPECT_TRUE(list->found_unfit(served, Address::Fault::fails));
    EXPECT_EQ(in_order(*list), (Names{"::1", "127.0.0.1"}));
    EXPECT_FALSE(list->found_unfit(served, Address::Fault::wrong)); // by a check that found nobody else
    EXPECT_EQ(in_order(*list), Names{"::1"});
    EXPECT_EQ(list->order(true).size(), 2U);
}

TEST(ShunnedAddress, IsNeverTheOnlyOne) {
    const auto alone = address_list({at("10.0.0.1")});
    EXPECT_FALSE(alone->found_unfit(*(*alone)[0], Address::Fault::wrong));
    EXPECT_FALSE((*alone)[0]->shunned());
    Address stranger(at("10.0.0.9"));
    const auto list = address_list({at("10.0.0.1"), at("10.0.0.2")});
    EXPECT_FALSE(list->found_unfit(stranger, Address::Fault::wrong));
    EXPECT_EQ(list->order().size(), 2U);
}

class AddressesTest : public testing::Test {
  protected:
    AddressesTest() {
        // A full backlog is what a dead address looks like: SYNs are dropped without a word.
        dead.listen(0);
        for (int i = 0; i < 4; ++i)
            crowd.emplace_back(io).async_connect(dead.local_endpoint(), [](net::error_code) {});
        io.run_for(20ms);
    }
    ~AddressesTest() override {
        if (pool) pool->close_all();
        peer.acceptor.close();
        crowd.clear();
        wheel.stop();
        io.restart();
        io.run_for(20ms);
    }
    void make_pool(net::milliseconds max_age = 0ms, net::milliseconds idle_timeout = 4s) {
        Endpoint endpoint;
        endpoint.host_header = "n";
        Pool::Settings settings;
        settings.max_age = max_age;
        settings.idle_timeout = idle_timeout;
        pool = std::make_shared<Pool>(io, wheel, endpoint, settings, counters, metrics.pool_waiters);
    }
    static net::Task<> run(Pool& pool, Addresses addresses, std::optional<Reply>& reply) {
        Question question;
        question.target = "/";
        reply = co_await ask(pool, std::move(addresses), std::move(question), net::Clock::now() + 5s);
    }
    Reply ask_once(const Addresses& addresses) {
        std::optional<Reply> reply;
        asio::co_spawn(io, run(*pool, addresses, reply), asio::detached);
        const auto limit = net::Clock::now() + 10s;
        while (!reply && net::Clock::now() < limit)
            io.run_one_for(100ms);
        return reply.value_or(Reply{});
    }
    Addresses list(const std::vector<tcp::endpoint>& endpoints) { return address_list(endpoints); }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::WorkerMetrics metrics;
    metrics::NodeMetrics& counters = metrics.nodes[0];
    HttpPeer peer{io};
    net::Acceptor dead{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0), false};
    std::vector<net::Socket> crowd;
    std::shared_ptr<Pool> pool;
};

TEST_F(AddressesTest, ADeadFirstAddressCostsAMomentOnce) {
    make_pool(0ms, 0ms); // each connection serves one request
    const auto addresses = list({dead.local_endpoint(), peer.acceptor.local_endpoint()});
    auto begin = net::Clock::now();
    EXPECT_EQ(ask_once(addresses).status, 200U);
    EXPECT_GE(net::Clock::now() - begin, 240ms);
    EXPECT_LT(net::Clock::now() - begin, 1s);
    for (int i = 0; i < 5; ++i) {
        begin = net::Clock::now();
        EXPECT_EQ(ask_once(addresses).status, 200U);
        EXPECT_LT(net::Clock::now() - begin, 200ms);
    }
    EXPECT_EQ(peer.connections, 6);
}

TEST_F(AddressesTest, OneThatRefusesCostsNothing) {
    make_pool();
    net::Acceptor gone(io, {asio::ip::address_v4::loopback(), 0});
    const auto refusing = gone.local_endpoint();
    gone.close();
    const auto begin = net::Clock::now();
    EXPECT_EQ(ask_once(list({refusing, peer.acceptor.local_endpoint()})).status, 200U);
    EXPECT_LT(net::Clock::now() - begin, 200ms);
}

TEST_F(AddressesTest, WhereAllRefuseTheNodeRefuses) {
    make_pool();
    net::Acceptor one(io, {asio::ip::address_v4::loopback(), 0}),
        two(io, {asio::ip::address_v4::loopback(), 0});
    const auto addresses =
        list({at("fe80::1"), one.local_endpoint(), two.local_endpoint()}); // no way to the first
    one.close();
    two.close();
    EXPECT_EQ(ask_once(addresses).failure, Failure::refused);
}

TEST_F(AddressesTest, OneFromWhichNothingComesDoesNotHideThatTheOthersRefuse) {
    make_pool();
    net::Acceptor gone(io, {asio::ip::address_v4::loopback(), 0});
    const auto addresses = list({gone.local_endpoint(), dead.local_endpoint()});
    gone.close();
    const auto begin = net::Clock::now();
    EXPECT_EQ(ask_once(addresses).failure, Failure::refused);
    EXPECT_LT(net::Clock::now() - begin, 1500ms); // twice, as any refusal
}

TEST_F(AddressesTest, ConnectionsToAWithdrawnAddressAreUsedNoMore) {
    make_pool();
    const auto addresses = list({peer.acceptor.local_endpoint()});
    EXPECT_EQ(ask_once(addresses).status, 200U);
    EXPECT_EQ(ask_once(addresses).status, 200U);
    EXPECT_EQ(peer.connections, 1);
    (*addresses)[0]->withdraw();
    EXPECT_EQ(ask_once(list({peer.acceptor.local_endpoint()})).status, 200U);
    EXPECT_EQ(peer.connections, 2);
    EXPECT_EQ(counters.retired_withdrawn.value(), 1U);
    EXPECT_EQ(counters.connections.value(), 1);
}

TEST_F(AddressesTest, AConnectionIsReplacedWhenItIsOld) {
    make_pool(100ms);
    const auto addresses = list({peer.acceptor.local_endpoint()});
    EXPECT_EQ(ask_once(addresses).status, 200U);
    std::this_thread::sleep_for(101ms);
    EXPECT_EQ(ask_once(addresses).status, 200U);
    EXPECT_EQ(peer.connections, 2);
    EXPECT_EQ(counters.retired_old.value(), 1U);
}

TEST_F(AddressesTest, ABackendThatTakesConnectionsAndDoesNoWorkIsNotTriedFirstAgain) {
    make_pool();
    HttpPeer mute{io};
    mute.answer = [](const std::string&) { return std::vector<std::string>{"nonsense\r\n\r\n"}; };
    const auto addresses = list({mute.acceptor.local_endpoint(), peer.acceptor.local_endpoint()});
    EXPECT_EQ(ask_once(addresses).failure, Failure::bad_answer);
    EXPECT_EQ(ask_once(addresses).status, 200U);
    mute.acceptor.close();
}

class ResumptionTest : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override {
        peer.tls = certificate.server();
        if (GetParam()) SSL_CTX_set_max_proto_version(peer.tls->native_handle(), TLS1_2_VERSION);
        endpoint.url.host = endpoint.host_header = "localhost";
        endpoint.tls = certificate.client();
        Pool::Settings settings;
        settings.idle_timeout = 0ms;
        pool = std::make_shared<Pool>(io, wheel, endpoint, settings, counters, metrics.pool_waiters);
    }
    void TearDown() override {
        pool->close_all();
        peer.acceptor.close();
        wheel.stop();
        io.run_for(20ms);
    }
    Reply ask_it() {
        std::optional<Reply> reply;
        const auto once = [&]() -> net::Task<> {
            Question question;
            question.target = "/";
            reply = co_await ask(*pool, peer.addresses(), std::move(question), net::Clock::now() + 5s);
        };
        asio::co_spawn(io, once(), asio::detached);
        while (!reply)
            io.run_one_for(100ms);
        return *reply;
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::WorkerMetrics metrics;
    metrics::NodeMetrics& counters = metrics.nodes[0];
    HttpPeer peer{io};
    Certificate certificate;
    Endpoint endpoint;
    std::shared_ptr<Pool> pool;
};

TEST_P(ResumptionTest, SessionsAreResumedWithTheSameContextOnly) {
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask_it().status, 200U);
    EXPECT_EQ(counters.tls_handshakes.value(), 5U);
    EXPECT_EQ(counters.tls_resumed.value(), 4U);
    endpoint.tls->set(*net::make_client_tls({certificate.file(), true, {}, {}}));
    EXPECT_EQ(ask_it().status, 200U);
    EXPECT_EQ(counters.tls_resumed.value(), 4U); // a session lives under the terms it was made under
    EXPECT_EQ(ask_it().status, 200U);
    EXPECT_EQ(counters.tls_resumed.value(), 5U);
}

TEST_P(ResumptionTest, WhoBreaksConnectionsThatGoOnFromASessionGetsWholeHandshakes) {
    EXPECT_EQ(ask_it().status, 200U);
    const auto working = std::exchange(peer.answer, [&](const std::string&) {
        peer.hang_up();
        return std::vector<std::string>{};
    });
    EXPECT_EQ(ask_it().failure, Failure::reset);
    EXPECT_EQ(counters.tls_resumed.value(), 1U);
    peer.answer = working;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(ask_it().status, 200U);
    EXPECT_EQ(counters.tls_handshakes.value(), 5U);
    EXPECT_EQ(counters.tls_resumed.value(), 1U);
}
INSTANTIATE_TEST_SUITE_P(Versions, ResumptionTest, testing::Bool(),
                         [](const auto& one) { return one.param ? "Tls12" : "Tls13"; });

} // namespace
} // namespace weir::upstream
