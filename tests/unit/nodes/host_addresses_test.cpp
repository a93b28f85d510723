// How a node's name is followed: by its time to live, at once when the node is gone, and not into nothing.
#include "../names/dns_server.hpp"
#include "nodes/host_addresses.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace weir::nodes {
namespace {

using names::DnsAnswer;
using names::DnsServer;
using namespace std::chrono_literals;
namespace asio = net::asio;

class HostAddressesTest : public testing::Test {
  protected:
    HostAddressesTest() {
        server.say = [this](unsigned type) {
            DnsAnswer answer = trouble;
            answer.ttl = ttl;
            for (const auto& address : stands_for) {
                if (address.is_v6() == (type == DnsServer::aaaa)) answer.addresses.push_back(address);
            }
            return answer;
        };
        global.dns_servers = {server.at()};
        global.dns_timeout = 200ms;
        global.dns_min_ttl = 100ms;
    }
    ~HostAddressesTest() override {
        if (host) host->stop();
        host.reset();
        server.stop();
        io.restart();
        io.run_for(300ms); // lookups end within their time
    }
    void start(const std::string& name = "node.weir.test.") {
        host =
            std::make_shared<HostAddresses>(io, *net::parse_url("http://" + name + ":8545"), "a", *metrics);
        host->set_limits(global);
        host->start([this] { ++changes; });
    }
    template <class Done>
    bool run_until(Done done, std::chrono::milliseconds patience = 5s) {
        const auto limit = net::Clock::now() + patience;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(10ms);
        return done();
    }
    bool stands(const std::vector<std::string>& wanted) const {
        if (!host->get()) return wanted.empty();
        std::vector<std::string> names;
        for (const auto& address : *host->get())
            names.push_back(address->endpoint.address().to_string());
        return names == wanted;
    }
    std::size_t asked() const { return server.asked.size() / 2; }
    static asio::ip::address at(const char* address) { return asio::ip::make_address(address); }

    net::IoContext io;
    DnsServer server{io};
    std::vector<asio::ip::address> stands_for{at("10.0.0.1")};
    DnsAnswer trouble;
    std::uint32_t ttl = 0;
    config::Global global;
    std::unique_ptr<metrics::ControlMetrics> metrics = std::make_unique<metrics::ControlMetrics>();
    std::shared_ptr<HostAddresses> host;
    int changes = 0;
};

TEST_F(HostAddressesTest, ARecordThatMovesIsFollowedWhenItsTimeIsOver) {
    start();
    ASSERT_TRUE(run_until([&] { return stands({"10.0.0.1"}); }));
    const auto old = (*host->get())[0];
    stands_for = {at("10.0.0.2"), at("fd00::2")};
    ASSERT_TRUE(run_until([&] { return stands({"fd00::2", "10.0.0.2"}); }));
    EXPECT_TRUE(old->withdrawn());
    EXPECT_EQ(changes, 2);
}

TEST_F(HostAddressesTest, WhoStaysKeepsHisPlaceAndHisConnections) {
    stands_for = {at("10.0.0.1"), at("10.0.0.2")};
    start();
    ASSERT_TRUE(run_until([&] { return stands({"10.0.0.1", "10.0.0.2"}); }));
    const auto list = host->get();
    const auto second = (*list)[1];
    list->worked(1);
    const auto before = asked();
    stands_for = {at("10.0.0.2"), at("10.0.0.1")}; // many servers turn their records round with each answer
    ASSERT_TRUE(run_until([&] { return asked() >= before + 2; }));
    EXPECT_EQ(host->get(), list);
    EXPECT_EQ(changes, 1);
    stands_for = {at("10.0.0.3"), at("10.0.0.2")};
    ASSERT_TRUE(run_until([&] { return stands({"10.0.0.3", "10.0.0.2"}); }));
    EXPECT_FALSE(second->withdrawn());
    EXPECT_EQ((*host->get())[1], second);
    EXPECT_EQ(host->get()->order().front(), 1U); // the one that worked is still tried first
}

TEST_F(HostAddressesTest, ARecordIsNotAskedForBeforeItsTimeIsOver) {
    ttl = 1;
    start();
    ASSERT_TRUE(run_until([&] { return asked() == 1; }));
    const auto begin = net::Clock::now();
    ASSERT_TRUE(run_until([&] { return asked() == 2; }));
    EXPECT_GE(net::Clock::now() - begin, 900ms);
}

TEST_F(HostAddressesTest, LongerThanTheCeilingNoAnswerHolds) {
    ttl = 3600;
    global.dns_max_ttl = 200ms;
    start();
    EXPECT_TRUE(run_until([&] { return asked() == 3; }));
}

TEST_F(HostAddressesTest, WhoCannotBeReachedIsLookedUpAtOnceButNotWithoutEnd) {
    ttl = 3600;
    start();
    ASSERT_TRUE(run_until([&] { return stands({"10.0.0.1"}); }));
    stands_for = {at("10.0.0.2")};
    const auto begin = net::Clock::now();
    while (net::Clock::now() < begin + 2500ms) {
        host->ask_again();
        io.run_for(10ms);
    }
    EXPECT_TRUE(stands({"10.0.0.2"}));
    EXPECT_LE(asked(), 4U);
}

TEST_F(HostAddressesTest, ALookupThatFailsChangesNothing) {
    stands_for = {at("10.0.0.1"), at("fd00::1")};
    start();
    ASSERT_TRUE(run_until([&] { return stands({"fd00::1", "10.0.0.1"}); }));
    for (const auto& kind : {DnsAnswer{.code = 2}, DnsAnswer{.silent = true}}) {
        trouble = kind;
        const auto before = asked();
        ASSERT_TRUE(run_until([&] { return asked() >= before + 2; }, 8s));
        EXPECT_TRUE(stands({"fd00::1", "10.0.0.1"}));
    }
    EXPECT_EQ(changes, 1);
    EXPECT_GT(metrics->failed_name_lookups.value(), 0U);
}

TEST_F(HostAddressesTest, AFamilyOfWhichNobodyCanSayKeepsWhatWasKnownOfIt) {
    stands_for = {at("10.0.0.1"), at("fd00::1")};
    start();
    ASSERT_TRUE(run_until([&] { return stands({"fd00::1", "10.0.0.1"}); }));
    server.say = [&](unsigned type) {
        if (type == DnsServer::aaaa) return DnsAnswer{.code = 2};
        return DnsAnswer{.addresses = {at("10.0.0.2")}, .ttl = 0};
    };
    ASSERT_TRUE(run_until([&] { return stands({"fd00::1", "10.0.0.2"}); }));
}

TEST_F(HostAddressesTest, ALiteralAddressIsKnownAtOnceAndNobodyIsAsked) {
    start("10.0.0.9");
    EXPECT_TRUE(stands({"10.0.0.9"}));
    host->ask_again();
    io.run_for(50ms);
    EXPECT_TRUE(server.asked.empty());
}

} // namespace
} // namespace weir::nodes
