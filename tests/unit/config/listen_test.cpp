#include "config/listen.hpp"
#include "config/reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::config {
namespace {

std::string no_address = "not ADDRESS:PORT";

TEST(ParseListen, EveryForm) {
    struct {
        const char* text;
        const char* host;
        std::uint16_t port;
    } const good[] = {{"127.0.0.1:8080", "127.0.0.1", 8080},
                      {"[::1]:8080", "::1", 8080},
                      {":9000", "*", 9000},
                      {"*:9000", "*", 9000},
                      {"localhost:0", "localhost", 0},
                      {"weir.example.:80", "weir.example", 80},
                      {"127.1:80", "127.1", 80},
                      {"0:80", "0", 80},
                      {"host.1a:80", "host.1a", 80},
                      {"[::]:65535", "::", 65535}};
    for (const auto& [text, host, port] : good) {
        const auto got = parse_listen(text);
        ASSERT_TRUE(got) << text;
        EXPECT_EQ(*got, (ListenAddress{host, port})) << text;
    }
    for (const auto* text : {"",
                             "8080",
                             "127.0.0.1",
                             "127.0.0.1:",
                             "127.0.0.1:x",
                             "127.0.0.1:65536",
                             "127.0.0.1:-1",
                             "::1:8080",
                             "[::1]",
                             "a:80 ",
                             "a:+80",
                             "a b:80",
                             "*.example:80",
                             "[x]:80",
                             "a:80:80",
                             "256.0.0.1:80",
                             "1.2.3.4.5:80",
                             "host.1:80",
                             "http://127.0.0.1:80",
                             "https://[::1]:80/"}) {
        const auto got = parse_listen(text);
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error(), no_address) << text;
    }
    for (const auto* text : {"unix:/run/weir.sock", "/run/weir.sock", "unix:weir"}) {
        const auto got = parse_listen(text);
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error(), "is a Unix socket, and weir listens on TCP") << text;
    }
    EXPECT_EQ(parse_listen("[::ffff:127.0.0.1]:80").error(),
              "is an IPv4 address inside an IPv6 one, name the IPv4 one");
}

TEST(Covers, WhatIsOpenedAlready) {
    const auto at = [](const char* text) { return *parse_listen(text); };
    const auto covered = [&](const char* wide, const char* narrow) { return covers(at(wide), at(narrow)); };
    EXPECT_TRUE(covered("*:80", "127.0.0.1:80"));
    EXPECT_TRUE(covered(":80", "[::]:80"));
    EXPECT_TRUE(covered("*:80", "weir.example:80"));
    EXPECT_TRUE(covered("0.0.0.0:80", "10.0.0.1:80"));
    EXPECT_TRUE(covered("[::]:80", "[::1]:80"));
    EXPECT_TRUE(covered("[::]:80", "127.0.0.1:80"));
    EXPECT_TRUE(covered("Weir.example:80", "weir.Example:80"));
    EXPECT_TRUE(covered("localhost:80", "127.0.0.1:80"));
    EXPECT_TRUE(covered("localhost:80", "[::1]:80"));
    EXPECT_TRUE(covered("127.0.0.1:80", "Localhost.:80")) << "one of the two";
    EXPECT_TRUE(covered("weir.localhost:80", "localhost:80"));
    EXPECT_TRUE(covered("0.0.0.0:80", "localhost:80"));
    EXPECT_TRUE(covered("[::]:80", "localhost:80"));
    EXPECT_TRUE(covered("[::1]:80", "[0:0::1]:80")) << "however it is spelled";
    EXPECT_FALSE(covered("localhost:80", "127.0.0.2:80"));
    EXPECT_FALSE(covered("localhost:80", "10.0.0.1:80"));
    EXPECT_FALSE(covered("localhost:80", "weir.example:80"));
    EXPECT_FALSE(covered("*:80", "127.0.0.1:81"));
    EXPECT_FALSE(covered("0.0.0.0:80", "[::1]:80"));
    EXPECT_FALSE(covered("[::]:80", "0.0.0.0:80")) << "then it is IPv6 alone";
    EXPECT_FALSE(covered("127.0.0.1:80", "*:80"));
    EXPECT_FALSE(covered("*:0", "*:0")) << "two of any";
    EXPECT_TRUE(is_ipv6_alone(at("[::]:80"), {at("0.0.0.0:80"), at("[::]:80")}));
    EXPECT_FALSE(is_ipv6_alone(at("[::]:80"), {at("0.0.0.0:81"), at("[::]:80")}));
    EXPECT_FALSE(is_ipv6_alone(at("*:80"), {at("0.0.0.0:80")}));
}

Reading read(const std::string& listen) {
    const auto none = [](const std::string&) { return std::nullopt; };
    return read_text("[server]\nlisten = " + listen + "\n[[cl]]\nname = \"a\"\nurl = \"http://a:5052\"\n",
                     "f", none);
}

TEST(Listen, IsOneOrAList) {
    using Addresses = std::vector<ListenAddress>;
    EXPECT_EQ(read(R"("*:80")").config.server.listen, (Addresses{{"*", 80}}));
    const auto list = read(R"(["127.0.0.1:80", "[::1]:80", "10.0.0.1:81"])");
    EXPECT_TRUE(list.mistakes.empty());
    EXPECT_EQ(list.config.server.listen, (Addresses{{"127.0.0.1", 80}, {"::1", 80}, {"10.0.0.1", 81}}));
    EXPECT_TRUE(read(R"(["0.0.0.0:80", "[::]:80"])").mistakes.empty());
}

std::vector<std::string> told(const std::string& tables) {
    const auto none = [](const std::string&) { return std::nullopt; };
    std::vector<std::string> told;
    for (const auto& mistake :
         read_text(tables + "\n[[cl]]\nname = \"a\"\nurl = \"http://a:5052\"\n", "f", none).mistakes)
        told.push_back(to_string(mistake));
    return told;
}

TEST(Listen, LocalhostIsBothLoopbackAddresses) {
    const std::vector<std::string> again{
        "f:2:29: server.listen: another address of the list covers it, keep one of them"};
    EXPECT_EQ(told("[server]\nlisten = [\"localhost:8545\", \"127.0.0.1:8545\"]"), again);
    EXPECT_EQ(told("[server]\nlisten = [\"localhost:8545\", \"[::1]:8545\"]"), again);
    EXPECT_EQ(told("[server]\nlisten = [\"127.0.0.1:8545\", \"[::1]:8545\"]"), std::vector<std::string>());
}

TEST(Listen, WhatHasAnAddressOfItsOwnTakesNoneThatIsTaken) {
    const std::string server = "[server]\nlisten = [\"localhost:80\", \"10.0.0.1:81\"]\n";
    const std::vector<std::string> good, admin_there{"f:4:10: admin.listen: clients are served there "
                                                     "already, give it another port, or leave it out: then "
                                                     "its pages are there, too"};
    EXPECT_EQ(told(server + "[admin]\nlisten = \"127.0.0.1:80\""), admin_there);
    EXPECT_EQ(told(server + "[admin]\nlisten = \"*:81\""), admin_there);
    EXPECT_EQ(told(server + "[admin]\nlisten = \"127.0.0.1:81\""), good);
    EXPECT_EQ(told("[server]\nlisten = \"*:0\"\n[admin]\nlisten = \"*:0\""), good) << "any that is free";
    const std::string remedy = ", give it another port, or leave it out: then /metrics is there, too";
    const std::vector<std::string> metrics_there{"f:4:8: metrics.port: clients are served there already" +
                                                 remedy};
    EXPECT_EQ(told(server + "[metrics]\nport = 80"), metrics_there) << "at the list's first host";
    EXPECT_EQ(told(server + "[metrics]\nport = 81"), good);
    EXPECT_EQ(told(server + "[metrics]\nport = 81\nhost = \"0.0.0.0\""), metrics_there);
    EXPECT_EQ(told(server + "[metrics]\nport = 80\nenabled = false"), good) << "it is not opened";
    EXPECT_EQ(told(server + "[admin]\nlisten = \"0.0.0.0:82\"\n[metrics]\nport = 82\nhost = \"::\""),
              std::vector<std::string>{"f:6:8: metrics.port: is the port of admin.listen, too" + remedy});
}

TEST(Listen, EveryMistakeOfAListIsToldInItsPlace) {
    const auto reading = read(R"(["127.0.0.1:80", "x", "*:80", 5, "unix:/x"])");
    std::vector<std::string> told;
    for (const auto& mistake : reading.mistakes)
        told.push_back(to_string(mistake));
    const std::string remedy = R"(, write "127.0.0.1:8080", "[::1]:8080" or "*:8080")";
    EXPECT_EQ(told, (std::vector<std::string>{
                        "f:2:27: server.listen: not ADDRESS:PORT" + remedy,
                        "f:2:32: server.listen: another address of the list covers it, keep one of them",
                        "f:2:40: server.listen: is an integer, must be a string",
                        "f:2:43: server.listen: is a Unix socket, and weir listens on TCP" + remedy}));
    EXPECT_EQ(to_string(read("[]").mistakes.at(0)),
              R"(f:2:10: server.listen: is an empty list, write "127.0.0.1:8080", or a list of such)");
}

} // namespace
} // namespace weir::config
