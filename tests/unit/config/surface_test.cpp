// Vixy's own spelling, and the keys that say who may call weir.
#include "config/reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::config {
namespace {

using Names = std::vector<std::string>;

std::optional<std::string> environment(const std::string& name) {
    return name == "TOKEN" ? std::optional<std::string>("s3cret") : std::nullopt;
}
Reading read(const std::string& lines) {
    return read_text(lines + "\n[[cl]]\nname = \"a\"\nurl = \"http://a\"\n", "f", environment);
}
Names said(const std::vector<Mistake>& list) {
    Names out;
    for (const auto& mistake : list)
        out.push_back(to_string(mistake));
    return out;
}
Config good(const std::string& lines) {
    const auto reading = read(lines);
    EXPECT_EQ(said(reading.mistakes), Names{}) << lines;
    EXPECT_EQ(said(reading.warnings), Names{}) << lines;
    return reading.config;
}
std::string mistake_of(const std::string& lines) {
    const auto all = said(read(lines).mistakes);
    EXPECT_EQ(all.size(), 1U) << lines;
    return all.empty() ? "" : all.front();
}

TEST(VixysKeys, HostAndPortSayWhatListenSays) {
    const auto both = good("[server]\nhost = \"0.0.0.0\"\nport = 8181");
    EXPECT_EQ(both.server.listen.front().host, "0.0.0.0");
    EXPECT_EQ(both.server.listen.front().port, 8181);
    const auto host = good("[server]\nhost = \"::1\"");
    EXPECT_EQ(host.server.listen.front().host, "::1");
    EXPECT_EQ(host.server.listen.front().port, 8080);
    EXPECT_EQ(good("[server]\nhost = \"[::1]\"").server.listen.front().host, "::1");
    EXPECT_EQ(good("[server]\nhost = \"localhost\"").server.listen.front().host, "localhost");
    const auto port = good("[server]\nport = 0");
    EXPECT_EQ(port.server.listen.front().host, "127.0.0.1");
    EXPECT_EQ(port.server.listen.front().port, 0);
}

TEST(VixysKeys, TheMetricsHaveAHostOfTheirOwn) {
    const auto config = good("[metrics]\nenabled = true\nhost = \"127.0.0.1\"\nport = 9090");
    EXPECT_EQ(config.metrics.host, "127.0.0.1");
    EXPECT_EQ(config.metrics.port, 9090);
    EXPECT_EQ(good("[metrics]\nport = 9090").metrics.host, "");
    EXPECT_EQ(
        said(read("[metrics]\nhost = \"0.0.0.0\"").warnings),
        Names{"f:1:1: metrics.host: has no effect, without metrics.port the metrics are where the other "
              "pages are"});
}

TEST(VixysKeys, BesideListenTheyAreAMistakeThatSaysWhich) {
    EXPECT_EQ(mistake_of("[server]\nlisten = \"127.0.0.1:1\"\nport = 2"),
              "f:3:8: server.port: given beside server.listen, keep either listen, or host and port");
    EXPECT_EQ(mistake_of("[server]\nhost = \"127.0.0.1\"\nlisten = \"127.0.0.1:1\""),
              "f:2:8: server.host: given beside server.listen, keep either listen, or host and port");
}

TEST(VixysKeys, AreCheckedLikeAllOthers) {
    EXPECT_EQ(mistake_of("[server]\nport = 70000"),
              "f:2:8: server.port: out of range, must be from 0 to 65535");
    EXPECT_EQ(mistake_of("[server]\nport = \"80\""), "f:2:8: server.port: is a string, must be an integer");
    for (const auto* host : {"", "127.0.0.1:80", "http://a", "a b", "[::1", "::zz"}) {
        EXPECT_EQ(mistake_of("[server]\nhost = \"" + std::string(host) + '"'),
                  R"(f:2:8: server.host: not an address, write "127.0.0.1", "0.0.0.0" or "::1")");
    }
}

TEST(Surface, HostsAndOriginsAreBroughtIntoOneForm) {
    EXPECT_EQ(good("[server]\nhosts = [\"RPC.Example.\", \"*\", \"[::1]\"]").server.hosts,
              (Names{"rpc.example", "*", "::1"}));
    EXPECT_EQ(good("[server]\norigins = [\"HTTPS://App.Example:443\", \"http://localhost:3000\", \"*\", "
                   "\"chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn\"]")
                  .server.origins,
              (Names{"https://app.example", "http://localhost:3000", "*",
                     "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn"}));
    EXPECT_EQ(good("").server.hosts, Names{});
    EXPECT_EQ(good("").server.origins, Names{});
}

TEST(Surface, WhatIsNoHostOrOriginIsAMistake) {
    for (const auto* host : {"", "http://a", "a:80", "a/b", "*.example", "a b", "user@a"}) {
        EXPECT_EQ(
            mistake_of("[server]\nhosts = [\"" + std::string(host) + "\"]"),
            R"(f:2:10: server.hosts: not a host name, write the name alone, "weir.example", or "*" for any)");
    }
    for (const auto* origin :
         {"", "app.example", "https://", "https://a/", "https://a/b", "https://*.a", "a:80"}) {
        EXPECT_EQ(mistake_of("[server]\norigins = [\"" + std::string(origin) + "\"]"),
                  R"(f:2:12: server.origins: not an origin, write "https://app.example", or "*" for any)");
    }
    EXPECT_EQ(mistake_of("[server]\norigins = [\"null\"]"),
              R"(f:2:12: server.origins: every page can be that one, write "*" if every page may call weir)");
}

TEST(Surface, NamespacesAreThoseThatAreRefused) {
    EXPECT_EQ(good("[server]\nallow_namespaces = [\"admin\", \"debug_set*\"]").server.allow_namespaces,
              (Names{"admin", "debug_set*"}));
    EXPECT_EQ(good("[server]\nallow_namespaces = [\"debug\", \"*\"]").server.allow_namespaces,
              (Names{"debug_set*", "*"}));
    EXPECT_EQ(mistake_of("[server]\nallow_namespaces = [\"amdin\"]"),
              "f:2:21: server.allow_namespaces: not a namespace that is refused, did you mean admin?");
    const auto harmless = read("[server]\nallow_namespaces = [\"eth\", \"engine\"]");
    EXPECT_TRUE(harmless.mistakes.empty());
    EXPECT_EQ(said(harmless.warnings),
              Names{"f:2:21: server.allow_namespaces.eth: has no effect, what is not "
                    "dangerous needs no leave"});
    EXPECT_EQ(harmless.config.server.allow_namespaces, Names{"engine"});
}

TEST(Surface, TheAdminTableIsRead) {
    const auto config = good("[admin]\nlisten = \"[::1]:9000\"\ntoken = \"${TOKEN}!\"");
    EXPECT_EQ(config.admin.listen_host, "::1");
    EXPECT_EQ(config.admin.listen_port, 9000);
    EXPECT_EQ(config.admin.token, "s3cret!");
    EXPECT_FALSE(good("").admin.listen_port);
    EXPECT_EQ(mistake_of("[admin]\nlisten = \"9000\""),
              R"(f:2:10: admin.listen: not ADDRESS:PORT, write "127.0.0.1:8080", "[::1]:8080" or "*:8080")");
}

TEST(Surface, ATokenThatCannotStandInAHeaderIsAMistakeThatDoesNotShowIt) {
    for (const auto* token : {"", "s3cret s3cret", "s3cret\\n", "s3cr\\u00e9t"}) {
        EXPECT_EQ(mistake_of("[admin]\ntoken = \"" + std::string(token) + '"'),
                  "f:2:9: admin.token: not a usable token, use printable ASCII characters without spaces");
    }
}

TEST(Surface, AKeyOfThousandsOfPartsIsAMistakeAndNoEnd) {
    std::string parts;
    for (int i = 0; i < 200000; ++i)
        parts += ".a";
    for (const auto& line : {"x" + parts + " = 1", "[x" + parts + "]", "[[x" + parts + "]]",
                             "x = { y" + parts + " = 1 }", "\"#'\"" + parts + " = 1"}) {
        const auto reading = read_text("\n" + line + "\n", "f", process_environment);
        ASSERT_EQ(reading.mistakes.size(), 1U);
        EXPECT_EQ(to_string(reading.mistakes[0]),
                  "f:2:1: a key of too many parts, no key has more than three");
    }
    // Dots that part nothing.
    const auto good =
        read_text("# " + parts + "\nx = \"\\\"" + parts + "\" # " + parts + "\ny = '" + parts + "'\n", "f",
                  process_environment);
    for (const auto& mistake : good.mistakes)
        EXPECT_EQ(to_string(mistake).find("too many parts"), std::string::npos);
}

} // namespace
} // namespace weir::config
