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
                      {"[::]:65535", "::", 65535}};
    for (const auto& [text, host, port] : good) {
        const auto got = parse_listen(text);
        ASSERT_TRUE(got) << text;
        EXPECT_EQ(*got, (ListenAddress{host, port})) << text;
    }
    for (const auto* text :
         {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8080",
          "[::1]", "a:80 ", "a:+80", "a b:80", "*.example:80", "[x]:80", "a:80:80"}) {
        const auto got = parse_listen(text);
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error(), no_address) << text;
    }
    for (const auto* text : {"unix:/run/weir.sock", "/run/weir.sock", "unix:weir"}) {
        const auto got = parse_listen(text);
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error(), "is a Unix socket, and weir listens on TCP") << text;
    }
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
