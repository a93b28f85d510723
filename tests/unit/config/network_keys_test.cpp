// Keys on names, addresses and certificates of nodes.
#include "config/reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::config {
namespace {

Reading read(const std::string& global, const std::string& node = "") {
    const auto environment = [](const std::string&) { return std::optional<std::string>(); };
    return read_text("[global]\n" + global + "\n[[cl]]\nname = \"a\"\nurl = \"https://a\"\n" + node + "\n",
                     "f", environment);
}
std::string mistake_of(const Reading& reading) {
    EXPECT_EQ(reading.mistakes.size(), 1U);
    return reading.mistakes.empty() ? "" : to_string(reading.mistakes.front());
}

TEST(NetworkKeys, HaveDefaultsThatAnOperatorCanLiveWith) {
    const auto global = read("").config.global;
    EXPECT_EQ(global.connect_attempt_delay, milliseconds(250)); // RFC 8305 §8
    EXPECT_EQ(global.upstream_max_connection_age, milliseconds(600'000));
    EXPECT_TRUE(global.dns_servers.empty());
    EXPECT_EQ(global.dns_timeout, milliseconds(5000));
    EXPECT_EQ(global.dns_min_ttl, milliseconds(1000));
    EXPECT_EQ(global.dns_max_ttl, milliseconds(30'000));
}

TEST(NetworkKeys, AreTakenWithinTheirBounds) {
    const auto given = read("connect_attempt_delay_ms = 10\ndns_min_ttl_ms = 100\ndns_max_ttl_ms = 86400000");
    EXPECT_TRUE(given.mistakes.empty());
    EXPECT_EQ(given.config.global.connect_attempt_delay, milliseconds(10));
    EXPECT_EQ(given.config.global.dns_min_ttl, milliseconds(100));
    EXPECT_EQ(given.config.global.dns_max_ttl, milliseconds(86'400'000));
    const auto told = [](const std::string& global) { return mistake_of(read(global)); };
    EXPECT_EQ(told("connect_attempt_delay_ms = 9"),
              "f:2:28: global.connect_attempt_delay_ms: out of range, must be from 10 to 60000");
    EXPECT_EQ(told("connect_attempt_delay_ms = 60001"),
              "f:2:28: global.connect_attempt_delay_ms: out of range, must be from 10 to 60000");
    EXPECT_EQ(told("dns_min_ttl_ms = 99"),
              "f:2:18: global.dns_min_ttl_ms: out of range, must be from 100 to 86400000");
    EXPECT_EQ(told("dns_max_ttl_ms = 86400001"),
              "f:2:18: global.dns_max_ttl_ms: out of range, must be from 100 to 86400000");
}

TEST(NetworkKeys, AnAnswersLeastTimeIsNotMoreThanItsMost) {
    const auto told = [](const std::string& global) { return mistake_of(read(global)); };
    EXPECT_EQ(told("dns_min_ttl_ms = 2000\ndns_max_ttl_ms = 1000"),
              "f:2:18: global.dns_min_ttl_ms: the least is more than the most, dns_min_ttl_ms may be "
              "dns_max_ttl_ms (1000) at most");
    EXPECT_EQ(told("dns_max_ttl_ms = 500"),
              "f:2:18: global.dns_max_ttl_ms: the least is more than the most, dns_min_ttl_ms may be "
              "dns_max_ttl_ms (500) at most");
    EXPECT_TRUE(read("dns_min_ttl_ms = 1000\ndns_max_ttl_ms = 1000").mistakes.empty());
}

TEST(NetworkKeys, NameServersAreAddressesWithOrWithoutPorts) {
    const auto reading =
        read(R"(dns_servers = ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53"])");
    EXPECT_TRUE(reading.mistakes.empty());
    EXPECT_EQ(reading.config.global.dns_servers,
              (std::vector<std::string>{"192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]", "[2001:db8::1]:53"}));
    EXPECT_NE(mistake_of(read(R"(dns_servers = ["ns.example"])")).find("dns_servers: not an address"),
              std::string::npos);
}

TEST(NetworkKeys, AClientCertificateNeedsItsKey) {
    const auto half = mistake_of(read("", R"(client_cert = "/dev/null")"));
    EXPECT_NE(half.find("cl.client_key: missing"), std::string::npos) << half;
    const auto other_half = mistake_of(read("", R"(client_key = "/dev/null")"));
    EXPECT_NE(other_half.find("cl.client_cert: missing"), std::string::npos) << other_half;
    const auto empty = mistake_of(read("", "client_cert = \"/dev/null\"\nclient_key = \"/dev/null\""));
    EXPECT_NE(empty.find("cl.client_cert: client_cert /dev/null cannot be used"), std::string::npos) << empty;
    const auto absent = mistake_of(read("", "client_cert = \"/no/such\"\nclient_key = \"/dev/null\""));
    EXPECT_NE(absent.find("cl.client_cert: file cannot be read"), std::string::npos) << absent;
}

} // namespace
} // namespace weir::config
