// Every kind of mistake with its place, all at once, and never a secret in a message.
#include "config/reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

namespace weir::config {
namespace {

std::optional<std::string> environment(const std::string& name) {
    if (name == "KEY") return "s3cret";
    if (name == "EMPTY") return "";
    if (name == "URL") return "https://user:s3cret@node.example/v3/s3cret?key=s3cret";
    if (name == "LINES") return "a\r\nInjected: s3cret";
    return std::nullopt;
}

constexpr const char* a_node = "[[cl]]\nname = \"a\"\nurl = \"http://a:5052\"\n";

Reading read(const std::string& text) {
    return read_text(text, "weir.toml", environment);
}

std::vector<std::string> mistakes(const std::string& text) {
    std::vector<std::string> out;
    for (const auto& mistake : read(text).mistakes)
        out.push_back(to_string(mistake));
    return out;
}

/// The one mistake of a text that begins with these lines and ends with a good node.
std::string mistake_of(const std::string& lines) {
    const auto all = mistakes(lines + "\n" + a_node);
    EXPECT_EQ(all.size(), 1U) << lines;
    return all.empty() ? "" : all.front();
}

TEST(ConfigReader, ValuesThatAreWrongAreToldWithTheirPlaceAndRemedy) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"[server]\nlisten = 5", "weir.toml:2:10: server.listen: is an integer, must be a string"},
        {"[server]\nlisten = \"8080\"",
         R"(weir.toml:2:10: server.listen: not ADDRESS:PORT, write "127.0.0.1:8080", "[::1]:8080" or "*:8080")"},
        {"[server]\nworkers = 0", "weir.toml:2:11: server.workers: out of range, must be from 1 to 256"},
        {"[server]\nworkers = -1", "weir.toml:2:11: server.workers: out of range, must be from 1 to 256"},
        {"[server]\nworkers = 1.5", "weir.toml:2:11: server.workers: is a fraction, must be an integer"},
        {"[global]\nmax_retries = \"2\"",
         "weir.toml:2:15: global.max_retries: is a string, must be an integer"},
        {"[global]\nproxy_timeout_ms = 0",
         "weir.toml:2:20: global.proxy_timeout_ms: out of range, must be from 1 to 86400000"},
        {"[global]\nproxy_timeout_ms = true",
         "weir.toml:2:20: global.proxy_timeout_ms: is a boolean, must be a number of milliseconds"},
        {"[global]\nmax_body_size = \"32MB\"",
         R"(weir.toml:2:17: global.max_body_size: not a size, write bytes, or "64KiB", "32MiB", "1GiB")"},
        {"[global]\nserve_stale = 1",
         "weir.toml:2:15: global.serve_stale: is an integer, must be true or false"},
        {"[global]\ntrust_logs_bloom = \"yes\"",
         "weir.toml:2:20: global.trust_logs_bloom: is a string, must be true or false"},
        {"[global]\npolicy = \"random\"",
         "weir.toml:2:10: global.policy: no such policy, write priority, round_robin or least_latency"},
        {"[global]\ncl_publish = \"two\"",
         "weir.toml:2:14: global.cl_publish: neither one nor all, write one or all"},
        {"[global]\nsafe_methods = \"a\"",
         "weir.toml:2:16: global.safe_methods: is a string, must be a list of strings"},
        {"[global]\nsafe_methods = [\"a\", 5]",
         "weir.toml:2:22: global.safe_methods: is an integer, must be a string"},
        {"[global]\nunsafe_methods = [\"abc_*\", \"abc*_get\"]",
         R"(weir.toml:2:28: global.unsafe_methods: not a method, write its name, or a beginning and a "*" behind it: "abc_*")"},
        {"[global]\nsafe_methods = [\"\"]",
         R"(weir.toml:2:17: global.safe_methods: not a method, write its name, or a beginning and a "*" behind it: "abc_*")"},
        {"[global]\nsafe_methods = [\"abc_*\"]\nunsafe_methods = [\"abc_x\", \"abc_*\"]",
         "weir.toml:3:28: global.unsafe_methods: given in safe_methods, too, keep it in one of the two"},
        {"[metrics]\nport = 70000", "weir.toml:2:8: metrics.port: out of range, must be from 1 to 65535"},
        {"[metrics]\nprefix = \"9a\"", "weir.toml:1:1: metrics.prefix: not a metric name, use letters, "
                                       "digits and _, not beginning with a digit"},
        {"[server]\ntls_cert = \"x\"",
         "weir.toml:1:1: server.tls_key: missing, tls_cert and tls_key go together"},
        {"server = 5", "weir.toml:1:10: server: must be a table, write [server]"},
        {"el = 5", "weir.toml:1:6: el: must hold tables, write [[el.primary]] and [[el.backup]]"},
    };
    for (const auto& [lines, wanted] : cases) {
        const auto all = mistakes(lines + "\n" + a_node);
        ASSERT_FALSE(all.empty()) << lines;
        EXPECT_EQ(all.front(), wanted);
    }
}

TEST(ConfigReader, AnUnknownKeyNamesTheNearestOneOrTheTableItBelongsInto) {
    EXPECT_EQ(mistake_of("[global]\nmax_retrys = 2"),
              "weir.toml:2:1: global.max_retrys: unknown key, did you mean max_retries?");
    EXPECT_EQ(mistake_of("[gobal]\nmax_retries = 2"),
              "weir.toml:1:2: gobal: unknown key, did you mean global?");
    EXPECT_EQ(mistake_of("[server]\nmax_retries = 2"),
              "weir.toml:2:1: server.max_retries: unknown key, it belongs into [global]");
    EXPECT_EQ(mistake_of("[global]\nzzzzzzzzzzzz = 2"),
              "weir.toml:2:1: global.zzzzzzzzzzzz: unknown key, remove it");
    EXPECT_EQ(mistake_of("[[cl]]\nname = \"b\"\nurl = \"http://b\"\nheader = {}"),
              "weir.toml:4:1: cl.header: unknown key, did you mean headers?");
}

TEST(ConfigReader, AllMistakesAreToldAtOnceInTheOrderOfTheFile) {
    const auto all =
        mistakes("[server]\nworkers = 0\nlisten = 1\n[global]\nnope_nope = 1\nmax_retries = -1\n"
                 "[[el.primary]]\nname = \"\"\nhttp_url = \"ftp://x\"\n[[cl]]\nurl = \"http://a\"\n");
    ASSERT_EQ(all.size(), 7U);
    EXPECT_TRUE(all[0].starts_with("weir.toml:2:11: server.workers: ")) << all[0];
    EXPECT_TRUE(all[1].starts_with("weir.toml:3:10: server.listen: ")) << all[1];
    EXPECT_TRUE(all[2].starts_with("weir.toml:5:1: global.nope_nope: ")) << all[2];
    EXPECT_TRUE(all[3].starts_with("weir.toml:6:15: global.max_retries: ")) << all[3];
    EXPECT_TRUE(all[4].starts_with("weir.toml:8:8: el.primary.name: ")) << all[4];
    EXPECT_TRUE(all[5].starts_with("weir.toml:9:12: el.primary.http_url: ")) << all[5];
    EXPECT_TRUE(all[6].starts_with("weir.toml:10:1: cl.name: missing")) << all[6];
}

TEST(ConfigReader, NodesThatAreWrongAreTold) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"[[el.primary]]\nname = \"x\"", "weir.toml:1:1: el.primary.http_url: missing, every node needs it"},
        {"[[el.primary]]\nname = \"x\"\nhttp_url = \"ws://x\"",
         "weir.toml:3:12: el.primary.http_url: the scheme is for another kind of URL, write http://HOST:PORT "
         "or https://HOST"},
        {"[[el.primary]]\nname = \"x\"\nhttp_url = \"http://x\"\nws_url = \"http://x\"",
         "weir.toml:4:10: el.primary.ws_url: the scheme is for another kind of URL, write ws://HOST:PORT or "
         "wss://HOST"},
        {"[[el.primary]]\nname = \"x\"\nhttp_url = \"http://x\"\n[[el.primary]]\nname = \"x\"\nhttp_url = "
         "\"http://y\"",
         "weir.toml:5:8: el.primary.name: \"x\" is taken by the node on line 2, names are unique within a "
         "layer"},
        {"[[el.backup]]\nname = \"x\"\nhttp_url = \"http://x\"",
         "weir.toml:1:3: el: no primary node, add at least one [[el.primary]]"},
        {"[[cl]]\nname = \"x\"\nurl = \"http://x\"\nheaders = { Host = \"a\" }",
         "weir.toml:4:13: cl.headers.Host: is set by weir itself, remove it"},
        {"[[cl]]\nname = \"x\"\nurl = \"http://x\"\nheaders = { \"a b\" = \"a\" }",
         "weir.toml:4:13: cl.headers.a b: not a header name, use letters, digits and -"},
        {"[[cl]]\nname = \"x\"\nurl = \"http://x\"\nheaders = 1",
         R"(weir.toml:4:11: cl.headers: must be a table, write { Authorization = "Bearer ${KEY}" })"},
        {"[[cl]]\nname = \"x\"\nurl = \"http://x\"\nca_file = \"/no/such/file\"",
         "weir.toml:4:11: cl.ca_file: file cannot be read, name a PEM file"},
        {"[[cl]]\nname = \"x\"\nurl = \"http://x\"\nmax_connections = 0",
         "weir.toml:4:19: cl.max_connections: out of range, must be from 1 to 100000"},
    };
    for (const auto& [lines, wanted] : cases) {
        const auto found = mistake_of(lines);
        if (wanted.find(": el: no primary") != std::string::npos) {
            EXPECT_NE(found.find("el: no primary node, add at least one [[el.primary]]"), std::string::npos)
                << found;
        } else {
            EXPECT_EQ(found, wanted);
        }
    }
}

TEST(ConfigReader, TheSameNameInTwoLayersIsFine) {
    EXPECT_TRUE(
        mistakes("[[el.primary]]\nname = \"a\"\nhttp_url = \"http://x\"\n" + std::string(a_node)).empty());
}

TEST(ConfigReader, OneLayerIsEnoughAndNoneIsNot) {
    EXPECT_TRUE(mistakes(a_node).empty());
    EXPECT_TRUE(mistakes("[[el.primary]]\nname = \"a\"\nhttp_url = \"http://x\"\n").empty());
    ASSERT_EQ(mistakes("").size(), 1U);
    EXPECT_NE(mistakes("")[0].find("no node, add at least one [[el.primary]] or [[cl]]"), std::string::npos);
}

TEST(ConfigReader, TooManyNodesOfALayerAreAMistake) {
    std::string text;
    for (std::size_t i = 0; i < max_nodes_per_layer; ++i)
        text += "[[cl]]\nname = \"n" + std::to_string(i) + "\"\nurl = \"http://a\"\n";
    EXPECT_TRUE(mistakes(text).empty());
    text += a_node;
    ASSERT_EQ(mistakes(text).size(), 1U);
    EXPECT_NE(mistakes(text)[0].find("too many nodes"), std::string::npos);
}

TEST(ConfigReader, WhatIsNoTomlIsSaidWithItsPlace) {
    const auto all = mistakes("[server]\nlisten = = 5\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].starts_with("weir.toml:2:")) << all[0];
    EXPECT_NE(all[0].find("not TOML: "), std::string::npos);
}

TEST(ConfigReader, FilesThatCannotBeReadAreSaidWithoutAPlace) {
    EXPECT_EQ(to_string(read_file("/no/such/weir.toml", environment).mistakes.at(0)),
              "/no/such/weir.toml: no such file, name one with --config");
    EXPECT_EQ(to_string(read_file("/tmp", environment).mistakes.at(0)),
              "/tmp: is a directory, name a file with --config");
}

TEST(ConfigReader, EnvironmentVariablesAreFilledIn) {
    const auto reading = read("[[cl]]\nname = \"a\"\nurl = \"${URL}\"\nheaders = { Authorization = \"Bearer "
                              "${KEY}${EMPTY}!\", Raw = \"$${KEY} $KEY ${KEY}\" }\n");
    ASSERT_TRUE(reading.mistakes.empty()) << to_string(reading.mistakes[0]);
    const auto& node = reading.config.cl.at(0);
    EXPECT_EQ(node.http_url.host, "node.example");
    EXPECT_EQ(node.http_url.path, "/v3/s3cret");
    EXPECT_EQ(node.http_url.query, "key=s3cret");
    EXPECT_EQ(node.http_url.basic_auth, "user:s3cret");
    ASSERT_EQ(node.headers.size(), 2U);
    EXPECT_EQ(node.headers[0], (std::pair<std::string, std::string>{"Authorization", "Bearer s3cret!"}));
    EXPECT_EQ(node.headers[1], (std::pair<std::string, std::string>{"Raw", "${KEY} $KEY s3cret"}));
}

TEST(ConfigReader, VariablesThatAreNotSetAndOpenBracesAreMistakes) {
    EXPECT_EQ(
        mistake_of("[server]\nlisten = \"${NOWHERE}:80\""),
        "weir.toml:2:10: server.listen: environment variable NOWHERE is not set, set it before the start");
    EXPECT_EQ(
        mistake_of("[server]\nlisten = \"${KEY\""),
        "weir.toml:2:10: server.listen: ${ without }, write ${NAME}, or $${ for the characters themselves");
    const auto two = mistakes("[metrics]\nprefix = \"${A}${B}\"\n" + std::string(a_node));
    EXPECT_EQ(two.size(), 2U) << "both at once";
}

TEST(ConfigReader, ValuesOfUrlsAndHeadersAreInNoMessage) {
    for (const std::string value :
         {"s3cret", "${KEY}", "ftp://s3cret@h/s3cret", "http://s3cret:s3cret@", "http://h:99999/s3cret",
          "http://h/#s3cret", "ws://h/s3cret", "http://[s3cret", "${LINES}", "http:// s3cret",
          "http://h/${KEY}/ s3cret"}) {
        for (const auto& m : mistakes("[[cl]]\nname = \"b\"\nurl = \"" + value + "\"\nheaders = { A = \"" +
                                      value + "\", Bad = \"${LINES}\" }\n")) {
            EXPECT_EQ(m.find("s3cret"), std::string::npos) << m;
        }
        EXPECT_FALSE(mistakes("[[cl]]\nname = \"b\"\nurl = \"" + value + "\"\n").empty()) << value;
    }
    EXPECT_NE(mistake_of("[[cl]]\nname = \"b\"\nurl = \"http://b\"\nheaders = { A = \"${LINES}\" }")
                  .find("holds control characters"),
              std::string::npos);
}

TEST(File, ThatIsTooLargeIsNotReadAsAWhole) {
    char path[] = "/tmp/weir-config-XXXXXX";
    const int descriptor = mkstemp(path);
    ASSERT_GE(descriptor, 0);
    const auto told = [&](off_t size) {
        EXPECT_EQ(ftruncate(descriptor, size), 0);
        const auto all = read_file(path, environment).mistakes;
        return all.empty() ? std::string() : all.front().problem;
    };
    EXPECT_EQ(told(100'000'000), "is larger than 4 MiB");
    EXPECT_EQ(told(static_cast<off_t>(max_file_bytes) + 1), "is larger than 4 MiB");
    EXPECT_NE(told(1024), "is larger than 4 MiB");
    close(descriptor);
    unlink(path);
    EXPECT_EQ(read_file("/dev/zero", environment).mistakes.at(0).problem, "is larger than 4 MiB");
}

} // namespace
} // namespace weir::config
