// Defaults, sizes, addresses, Vixy's files, and texts of any kind.
#include "config/reader.hpp"
#include "config/schema.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <string>
#include <thread>

namespace weir::config {
namespace {

std::optional<std::string> no_environment(const std::string&) {
    return std::nullopt;
}
Reading read(const std::string& text) {
    return read_text(text, "f", no_environment);
}
constexpr const char* a_node = "[[cl]]\nname = \"a\"\nurl = \"http://a:5052\"\n";

TEST(ConfigDefaults, AreThoseOfTheSurface) {
    const auto reading = read(a_node);
    ASSERT_TRUE(reading.mistakes.empty());
    const auto& c = reading.config;
    EXPECT_EQ(c.server.listen, (std::vector<ListenAddress>{{"127.0.0.1", 8080}}));
    EXPECT_EQ(c.server.spare_connections, 16U);
    EXPECT_FALSE(c.server.reserved_descriptors);
    EXPECT_EQ(c.server.workers, std::max(1U, std::thread::hardware_concurrency()));
    EXPECT_EQ(c.server.tls_cert, "");
    EXPECT_EQ(c.global.max_el_lag_blocks, 5U);
    EXPECT_EQ(c.global.max_cl_lag_slots, 3U);
    EXPECT_EQ(c.global.health_check_interval.count(), 1000);
    EXPECT_EQ(c.global.health_check_timeout.count(), 5000);
    EXPECT_EQ(c.global.health_check_max_failures, 3U);
    EXPECT_EQ(c.global.health_check_min_successes, 2U);
    EXPECT_EQ(c.global.proxy_timeout.count(), 30'000);
    EXPECT_EQ(c.global.max_retries, 2U);
    EXPECT_EQ(c.global.max_body_size, 32U << 20);
    EXPECT_FALSE(c.global.serve_stale);
    EXPECT_FALSE(c.global.trust_logs_bloom.has_value()) << "the chain decides";
    EXPECT_EQ(c.global.policy, Policy::priority);
    EXPECT_TRUE(c.metrics.enabled);
    EXPECT_FALSE(c.metrics.port);
    EXPECT_EQ(c.metrics.prefix, "weir");
    EXPECT_FALSE(c.has_el());
    EXPECT_TRUE(c.has_cl());
}

TEST(ConfigValues, EveryKeyOfTheSchemaIsWrittenIntoItsOwnMember) {
    const auto reading = read(R"(
[server]
listen = "[::1]:9000"
workers = 3
[global]
max_el_lag_blocks = 7
max_cl_lag_slots = 8
health_check_interval_ms = 2000
max_body_size = "64 KiB"
cl_replay_bytes = 1000
max_batch_answer_bytes = "1GiB"
serve_stale = true
trust_logs_bloom = false
chain_id = 17000
policy = "least_latency"
safe_methods = ["foo_bar", "foo_baz"]
unsafe_methods = ["bar_*"]
cl_publish = "all"
cl_sticky = true
[metrics]
enabled = false
port = 9100
prefix = "vixy"
[[el.primary]]
name = "geth"
http_url = "http://127.0.0.1:8545/"
ws_url = "wss://geth.example/ws?key=1"
max_connections = 5
insecure_skip_verify = true
)");
    ASSERT_TRUE(reading.mistakes.empty()) << to_string(reading.mistakes[0]);
    const auto& c = reading.config;
    EXPECT_EQ(c.server.listen, (std::vector<ListenAddress>{{"::1", 9000}}));
    EXPECT_EQ(c.server.workers, 3U);
    EXPECT_EQ(c.global.max_el_lag_blocks, 7U);
    EXPECT_EQ(c.global.max_cl_lag_slots, 8U);
    EXPECT_EQ(c.global.health_check_interval.count(), 2000);
    EXPECT_EQ(c.global.max_body_size, 65536U);
    EXPECT_EQ(c.global.cl_replay_bytes, 1000U);
    EXPECT_EQ(c.global.max_batch_answer_bytes, 1U << 30);
    EXPECT_TRUE(c.global.serve_stale);
    EXPECT_EQ(c.global.trust_logs_bloom, false);
    EXPECT_EQ(c.global.chain_id, 17000U);
    EXPECT_EQ(c.global.policy, Policy::least_latency);
    EXPECT_EQ(c.global.safe_methods, (std::vector<std::string>{"foo_bar", "foo_baz"}));
    EXPECT_EQ(c.global.unsafe_methods, (std::vector<std::string>{"bar_*"}));
    EXPECT_EQ(c.global.cl_publish, Publish::all);
    EXPECT_TRUE(c.global.cl_sticky);
    EXPECT_FALSE(c.metrics.enabled);
    EXPECT_EQ(c.metrics.port, 9100);
    EXPECT_EQ(c.metrics.prefix, "vixy");
    ASSERT_EQ(c.el_primary.size(), 1U);
    const auto& node = c.el_primary[0];
    EXPECT_EQ(node.http_url.display(), "http://127.0.0.1:8545");
    ASSERT_TRUE(node.ws_url);
    EXPECT_EQ(node.ws_url->display(), "wss://geth.example:443");
    EXPECT_EQ(node.max_connections, 5U);
    EXPECT_TRUE(node.insecure_skip_verify);
}

TEST(ConfigValues, SizesAreBytesOrPowersOf1024) {
    const std::vector<std::pair<std::string, std::uint64_t>> good{{"0", 0},
                                                                  {"5", 5},
                                                                  {"\"5\"", 5},
                                                                  {"\"5B\"", 5},
                                                                  {"\"2KiB\"", 2048},
                                                                  {"\"2 MiB\"", 2U << 20},
                                                                  {"\"3GiB\"", 3ULL << 30}};
    for (const auto& [text, bytes] : good) {
        const auto reading = read("[global]\nmax_body_size = " + text + "\n" + a_node);
        EXPECT_TRUE(reading.mistakes.empty()) << text;
        EXPECT_EQ(reading.config.global.max_body_size, bytes) << text;
    }
    for (const std::string text :
         {"\"\"", "\"KiB\"", "\"1KB\"", "\"1.5MiB\"", "\"-1\"", "\"1KiB x\"", "\"99999999999GiB\"",
          "\"18446744073709551616\"", "-1", "1.5", "true", "\"2048GiB\""}) {
        EXPECT_EQ(read("[global]\nmax_body_size = " + text + "\n" + a_node).mistakes.size(), 1U) << text;
    }
}

constexpr const char* vixy = R"([global]
max_el_lag_blocks = 5
max_cl_lag_slots = 3
health_check_interval_ms = 1000
proxy_timeout_ms = 30000
max_retries = 2
health_check_max_failures = 3

[metrics]
enabled = true
port = 9090

[el]

[[el.primary]]
name = "geth-1"
http_url = "http://geth-1:8545"
ws_url = "ws://geth-1:8546"

[[el.primary]]
name = "geth-2"
http_url = "http://geth-2:8545"
ws_url = "ws://geth-2:8546"

[[el.backup]]
name = "alchemy"
http_url = "https://eth-mainnet.g.alchemy.com/v2/KEY"
ws_url = "wss://eth-mainnet.g.alchemy.com/v2/KEY"
max_consecutive = 150
max_per_second = 100

[[cl]]
name = "lighthouse-1"
url = "http://lighthouse-1:5052"
)";

TEST(ConfigReader, AFileWrittenForVixyLoadsWithoutMistakesAndWarnsOfWhatHasNoEffect) {
    const auto reading = read(vixy);
    ASSERT_TRUE(reading.mistakes.empty()) << to_string(reading.mistakes[0]);
    EXPECT_EQ(reading.config.el_primary.size(), 2U);
    EXPECT_EQ(reading.config.el_backup.size(), 1U);
    EXPECT_EQ(reading.config.cl.size(), 1U);
    EXPECT_EQ(reading.config.metrics.port, 9090);
    std::set<std::string> warned;
    for (const auto& warning : reading.warnings)
        warned.insert(to_string(warning));
    EXPECT_EQ(warned,
              (std::set<std::string>{
                  "f:29:1: el.backup.max_consecutive: has no effect, weir does not limit nodes this way",
                  "f:30:1: el.backup.max_per_second: has no effect, weir does not limit nodes this way"}));
}

RC_GTEST_PROP(ConfigReader, AnyBytesGiveAConfigurationOrAMistakeWithAFile, (const std::string& junk)) {
    const auto text = *rc::gen::element(junk, a_node + junk, "[global]\n" + junk,
                                        "[[cl]]\nname = \"" + junk + "\"\nurl = \"http://" + junk + "\"");
    const auto reading = read(text);
    for (const auto& mistake : reading.mistakes)
        RC_ASSERT(to_string(mistake).starts_with("f"));
    RC_ASSERT(!reading.mistakes.empty() || reading.config.has_el() || reading.config.has_cl());
}

RC_GTEST_PROP(ConfigReader, AMutatedFileNeverCrashesIt, ()) {
    std::string text = vixy;
    const int edits = *rc::gen::inRange(1, 8);
    for (int i = 0; i < edits; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        switch (*rc::gen::inRange(0, 3)) {
        case 0:
            text.erase(at, *rc::gen::inRange<std::size_t>(1, 30));
            break;
        case 1:
            text.insert(at, *rc::gen::element<std::string>("[", "]", "\"", "=", "\n", "${", "}", "[[el]]",
                                                           "5", "\\", "{}", "\"\"\""));
            break;
        default:
            text[at] = *rc::gen::arbitrary<char>();
            break;
        }
    }
    const auto reading = read(text);
    for (const auto& mistake : reading.mistakes)
        RC_ASSERT(!to_string(mistake).empty());
}

TEST(ConfigSchema, KeysAreUniqueWithinATableAndSayWhatTheyMean) {
    Config config;
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& key : keys_of(config)) {
        EXPECT_TRUE(seen.emplace(key.table, key.name).second) << key.name;
        EXPECT_FALSE(key.meaning.empty()) << key.name;
    }
}

} // namespace
} // namespace weir::config
