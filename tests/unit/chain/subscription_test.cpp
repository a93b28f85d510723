// Subscriptions, filters and headers: what counts as the same, what matches, what is left to the node.
#include "chain/header.hpp"
#include "chain/hex.hpp"
#include "chain/subscription.hpp"
#include "chain/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::chain {
namespace {

using Kind = SubscriptionRequest::Kind;

std::string word(unsigned n, std::size_t digits) {
    std::string out(digits, '0');
    for (std::size_t i = digits; n != 0; n /= 16)
        out[--i] = "0123456789abcdef"[n % 16];
    return "0x" + out;
}
std::string address(unsigned n) {
    return word(n, 40);
}
std::string topic(unsigned n) {
    return word(n, 64);
}
std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

SubscriptionRequest read(const std::string& params) {
    return read_subscription("eth_subscribe", params);
}

TEST(Subscription, TheSameThingWrittenDifferentlyHasOneKey) {
    const auto upper = "0xABCDEF" + std::string(34, '0'), lower = "0xabcdef" + std::string(34, '0');
    const auto one = read(R"(["logs", {"address": ")" + upper + R"(", "topics": [[")" + topic(2) + R"(",")" +
                          topic(1) + R"("], null]}])");
    const auto other = read(R"(["logs",{"topics":[[")" + topic(1) + R"(",")" + topic(2) + R"(",")" +
                            topic(1) + R"("],[]],"address":[")" + lower + R"("]}])");
    ASSERT_EQ(one.kind, Kind::logs);
    EXPECT_EQ(one.key, other.key);
    EXPECT_EQ(one.filter.to_json(), R"({"address":[")" + lower + R"("],"topics":[[")" + topic(1) + R"(",")" +
                                        topic(2) + R"("],null]})");
    EXPECT_EQ(read(R"([ "newHeads" ])").key, read(R"(["newHeads"])").key);
    EXPECT_EQ(read(R"(["newPendingTransactions", false])").key, read(R"(["newPendingTransactions"])").key);
    EXPECT_NE(read(R"(["newPendingTransactions", true])").key, read(R"(["newPendingTransactions"])").key);
    EXPECT_NE(read(R"(["logs",{"topics":[null]}])").key,
              read(R"(["logs",{"topics":[]}])").key); // one topic at least
}

TEST(Subscription, WhatWeirDoesNotUnderstandIsLeftToTheNode) {
    for (const auto* params :
         {R"(["newHeads", {"includeTransactions":true}])", R"(["logs", {"address":"0x12"}])",
          R"(["logs", 7])", R"([])", R"({})", R"(["newPendingTransactions", 1])",
          R"(["newPendingTransactions", {"includeTransactions":true}])",
          R"(["logs", {"topics":[null,null,null,null,null]}])", R"(["somethingElse"])", R"([null])"}) {
        const auto request = read(params);
        EXPECT_EQ(request.kind, Kind::other) << params;
        EXPECT_EQ(request.params, params);
        EXPECT_EQ(request.refusal, "") << params;
    }
    EXPECT_EQ(read_subscription("debug_subscribe", R"(["newHeads"])").kind, Kind::other);
    EXPECT_EQ(read_subscription("debug_subscribe", "").params, "[]");
    EXPECT_EQ(read_subscription("debug_subscribe", "").ns(), "debug");
}

TEST(Subscription, EveryRangeThatGoEthereumTakesIsAConditionOfTheOneFeed) {
    const auto plain = read(R"(["logs",{}])");
    struct Case {
        const char* filter;
        BlockRange range;
    };
    for (const auto& [filter, range] : std::vector<Case>{
             {R"({"fromBlock":"0x0","toBlock":"latest"})", {}},
             {R"({"toBlock":"latest","topics":null,"fromBlock":"latest","address":null})", {}},
             {R"({"fromBlock":"earliest"})", {}},
             {R"({"fromBlock":"0x5"})", {5, {}}},
             {R"({"toBlock":"0x8","fromBlock":"0x5"})", {5, 8}},
             {R"({"fromBlock":null,"toBlock":null,"blockHash":null,"limit":5})", {}},
         }) {
        const auto request = read(R"(["logs",)" + std::string(filter) + "]");
        EXPECT_EQ(request.kind, Kind::logs) << filter;
        EXPECT_EQ(request.key, plain.key) << filter;
        EXPECT_EQ(request.range, range) << filter;
    }
    for (const auto* params : {R"(["logs"])", R"(["logs",null])"})
        EXPECT_EQ(read(params).key, plain.key) << params;
}

TEST(Subscription, ARangeThatGoEthereumRefusesIsRefused) {
    for (const auto& [filter, words] : std::vector<std::pair<std::string, std::string>>{
             {R"({"fromBlock":"pending"})", "pending logs are not supported"},
             {R"({"toBlock":"pending","fromBlock":"0x1"})", "pending logs are not supported"},
             {R"({"fromBlock":"0x6","toBlock":"0x5"})", "invalid block range params"},
             {R"({"fromBlock":"latest","toBlock":"0x5"})", "invalid block range params"},
             {R"({"toBlock":"0x5"})", "invalid block range params"},
             {R"({"fromBlock":"finalized"})", "invalid block range params"},
             {R"({"fromBlock":"0x1","toBlock":"safe"})", "invalid block range params"},
             {R"({"fromBlock":7})", "fromBlock: neither a hex quantity nor a block's tag"},
             {R"({"blockHash":")" + topic(1) + R"("})", "blockHash: a subscription tells of new blocks only"},
             {R"({"blockHash":")" + topic(1) + R"(","fromBlock":"0x1"})",
              "cannot specify both blockHash and fromBlock/toBlock, choose one or the other"},
         }) {
        EXPECT_EQ(read(R"(["logs",)" + filter + "]").refusal, "invalid argument 1: " + words) << filter;
    }
}

TEST(Subscription, OptionsThatAskForNothingChangeNothing) {
    for (const auto* kind : {"newHeads", "syncing", "newPendingTransactions"}) {
        const auto name = quoted(kind);
        const auto plain = read("[" + name + "]");
        for (const auto* option :
             {"{}", "null", R"({"includeTransactions":false})", R"({"fromBlock":"0x1"})"}) {
            const auto request = read("[" + name + "," + option + "]");
            EXPECT_EQ(request.key, plain.key) << kind << option;
            EXPECT_EQ(request.params, plain.params) << kind << option;
        }
    }
    EXPECT_EQ(read(R"(["newHeads",true])").refusal, "too many arguments, want at most 1");
    EXPECT_EQ(read(R"(["syncing",{},{}])").refusal, "too many arguments, want at most 1");
    EXPECT_EQ(read(R"(["logs",{},{}])").refusal, "too many arguments, want at most 2");
    EXPECT_EQ(read(R"(["newPendingTransactions",true,1])").refusal, "too many arguments, want at most 2");
}

TEST(LogFilter, OneThatCoversOthersMatchesWhateverTheyMatchAndNoMoreThanItMust) {
    const LogFilter one{{address(1)}, {{topic(1)}, {topic(2)}}}, two{{address(2)}, {{topic(3)}}}, any;
    const std::vector<const LogFilter*> both{&one, &two}, with_any{&one, &any}, single{&one};
    EXPECT_EQ(covering(both), (LogFilter{{address(1), address(2)}, {{topic(1), topic(3)}}}));
    EXPECT_EQ(covering(with_any), LogFilter{});
    EXPECT_EQ(covering(single), one);
    EXPECT_EQ(covering({}), LogFilter{});
}

TEST(Subscription, PairsOfAnyNamespace) {
    EXPECT_TRUE(is_subscribe("eth_subscribe"));
    EXPECT_TRUE(is_unsubscribe("parity_unsubscribe"));
    EXPECT_FALSE(is_subscribe("eth_unsubscribe"));
    EXPECT_FALSE(is_subscribe("_subscribe"));
    EXPECT_FALSE(is_unsubscribe("eth_subscribe"));
}

struct Log {
    std::string at;
    std::vector<std::string> topics;
    std::string json() const {
        std::string out = R"({"address":")" + at + R"(","topics":[)";
        for (const auto& t : topics)
            out += (out.back() == '[' ? "" : ",") + quoted(t);
        return out + R"(],"data":"0x","removed":false})";
    }
};

Log random_log() {
    Log log{address(*rc::gen::inRange(0U, 4U)), {}};
    const auto count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i)
        log.topics.push_back(topic(*rc::gen::inRange(0U, 3U)));
    return log;
}

std::string bloom_of(const std::vector<std::string>& values) {
    std::string bits(512, '0');
    for (const auto& value : values) {
        std::string bytes;
        for (std::size_t i = 2; i < value.size(); i += 2) {
            bytes += static_cast<char>(hex_value(value[i]) << 4 | hex_value(value[i + 1]));
        }
        const auto hash = keccak256_hex(bytes);
        for (const std::size_t pair : {2U, 6U, 10U}) {
            const auto bit = std::stoul(hash.substr(pair, 4), nullptr, 16) & 2047;
            auto& digit = bits[511 - bit / 4];
            digit = "0123456789abcdef"[hex_value(digit) | 1U << (bit % 4)];
        }
    }
    return "0x" + bits;
}

RC_GTEST_PROP(LogFilterProperties, MatchesAsGoEthereumDefinesItAndTheBloomNeverDenies, ()) {
    LogFilter filter;
    for (auto n = *rc::gen::inRange(0, 3); n > 0; --n)
        filter.addresses.push_back(address(*rc::gen::inRange(0U, 4U)));
    std::sort(filter.addresses.begin(), filter.addresses.end());
    filter.addresses.erase(std::unique(filter.addresses.begin(), filter.addresses.end()),
                           filter.addresses.end());
    for (auto n = *rc::gen::inRange(0, 4); n > 0; --n) {
        auto& alternatives = filter.topics.emplace_back();
        for (auto m = *rc::gen::inRange(0, 3); m > 0; --m)
            alternatives.push_back(topic(*rc::gen::inRange(0U, 3U)));
        std::sort(alternatives.begin(), alternatives.end());
        alternatives.erase(std::unique(alternatives.begin(), alternatives.end()), alternatives.end());
    }
    const auto log = random_log();
    const auto among = [](const auto& list, const auto& value) {
        return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
    };
    bool expected = among(filter.addresses, log.at) && log.topics.size() >= filter.topics.size();
    for (std::size_t i = 0; expected && i < filter.topics.size(); ++i)
        expected = among(filter.topics[i], log.topics[i]);
    RC_ASSERT(filter.matches(read_log_fields(log.json())) == expected);
    auto values = log.topics;
    values.push_back(log.at);
    if (expected) RC_ASSERT(BloomTest(filter).may_be_in(bloom_of(values)));
    const auto again = read_log_criteria(filter.to_json());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->filter == filter);
}

TEST(LogFilter, ABloomDeniesWhatIsNotThere) {
    LogFilter filter{{address(1)}, {}};
    EXPECT_FALSE(BloomTest(filter).may_be_in(bloom_of({})));
    EXPECT_TRUE(BloomTest(filter).may_be_in(""));     // a chain without blooms
    EXPECT_TRUE(BloomTest(filter).may_be_in("0x00")); // of another form
    EXPECT_TRUE(BloomTest(LogFilter{}).may_be_in(bloom_of({})));
}

TEST(Subscription, WhatAsksForTooMuchIsSaidLikeByNewFilter) {
    const auto logs_of = [](unsigned addresses) {
        std::string params = R"(["logs",{"address":[)";
        for (unsigned i = 0; i < addresses; ++i) {
            const auto digits = std::to_string(i);
            params += (i ? ",\"0x" : "\"0x") + std::string(40 - digits.size(), '0') + digits + '"';
        }
        return read_subscription("eth_subscribe", params + "]}]").refusal;
    };
    EXPECT_EQ(logs_of(1000), "");
    EXPECT_EQ(logs_of(1001), "invalid argument 1: more than 1000 addresses or topics in one position");
    const auto other_of = [](std::size_t bytes) {
        return read_subscription("sim_subscribe", "[\"" + std::string(bytes - 4, 'x') + "\"]").refusal;
    };
    EXPECT_EQ(other_of(512 * 1024), "");
    EXPECT_EQ(other_of(512 * 1024 + 1), "invalid params: larger than 512 KiB");
}

TEST(LogFilter, RemovedIsTrueOnceWhateverItWas) {
    EXPECT_EQ(as_removed(R"({"a":1,"removed":false,"b":[2]})"), R"({"a":1,"b":[2],"removed":true})");
    EXPECT_EQ(as_removed(R"({"a":1})"), R"({"a":1,"removed":true})");
}

TEST(Header, OfABlockIsWhatTheNodeWouldHaveAnnounced) {
    const auto announced =
        R"({"hash":")" + topic(7) + R"(","parentHash":")" + topic(6) + R"(","number":"0x7","size":"0x10"})";
    const auto block = R"({"number":"0x8","hash":")" + topic(8) + R"(","parentHash":")" + topic(7) +
                       R"(","transactions":[{"a":[1]}],"uncles":[],"size":"0x11","totalDifficulty":"0x1"})";
    const auto like = header_of_block(block, announced);
    ASSERT_TRUE(like);
    EXPECT_EQ(like->json, R"({"number":"0x8","hash":")" + topic(8) + R"(","parentHash":")" + topic(7) +
                              R"(","size":"0x11"})");
    EXPECT_EQ(like->number, 8U);
    EXPECT_EQ(like->parent, topic(7));
    const auto plain = header_of_block(block, "");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->json.find("transactions"), std::string::npos);
    EXPECT_EQ(plain->json.find("size"), std::string::npos);
    EXPECT_FALSE(header_of_block("null", ""));
    EXPECT_FALSE(read_header(R"({"number":"0x1"})"));
    EXPECT_FALSE(read_header("[]"));
}

RC_GTEST_PROP(SubscriptionProperties, TotalOverAnyBytes, (const std::string& text)) {
    read_subscription("eth_subscribe", text);
    read_header(text);
    header_of_block(text, text);
    as_removed(text);
    LogFilter{{address(1)}, {{topic(1)}}}.matches(read_log_fields(text));
}

} // namespace
} // namespace weir::chain
