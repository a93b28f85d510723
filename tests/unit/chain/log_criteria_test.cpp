// What eth_newFilter takes: the criteria go-ethereum takes, and a word on what is wrong with all others.
#include "chain/log_criteria.hpp"

#include <gtest/gtest.h>

namespace weir::chain {
namespace {

const std::string address = "0x" + std::string(40, 'a'), topic = "0x" + std::string(64, 'b');

std::string log_of(std::string_view number) {
    return R"({"address":")" + address + R"(","blockNumber":")" + std::string(number) + R"(","topics":[]})";
}

std::string mistake(std::string_view json) {
    const auto read = read_log_criteria(json);
    return read ? "" : read.error().text;
}

TEST(LogCriteria, WhatIsAskedOfNodesIsWhatTheClientGave) {
    for (const auto& [json, query] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "{}"},
             {R"({"fromBlock":null,"toBlock":null,"address":null,"topics":null,"blockHash":null})", "{}"},
             {R"({"fromBlock":"0x5","toBlock":"latest"})", R"({"fromBlock":"0x5","toBlock":"latest"})"},
             {R"({"topics":[null,")" + topic + R"("],"address":")" + address + R"(","fromBlock":"earliest"})",
              R"({"fromBlock":"earliest","address":[")" + address + R"("],"topics":[null,[")" + topic +
                  R"("]]})"},
             {R"({"blockHash":")" + topic + R"(","x":1})", R"({"blockHash":")" + topic + R"("})"},
         }) {
        const auto read = read_log_criteria(json);
        ASSERT_TRUE(read) << json << ": " << read.error().text;
        EXPECT_EQ(read->query, query) << json;
    }
}

TEST(LogCriteria, CoverTheBlocksOfTheirRangeBothEndsIncluded) {
    const auto both = *read_log_criteria(R"({"fromBlock":"0x5","toBlock":"0x7"})");
    for (const auto* inside : {"0x5", "0x6", "0x7"})
        EXPECT_TRUE(both.range.cover(log_of(inside))) << inside;
    for (const auto* outside : {"0x0", "0x4", "0x8", "0x10"})
        EXPECT_FALSE(both.range.cover(log_of(outside))) << outside;
    const auto open = *read_log_criteria(R"({"fromBlock":"0x5","toBlock":"latest"})");
    EXPECT_FALSE(open.range.cover(log_of("0x4")));
    EXPECT_TRUE(open.range.cover(log_of("0xffffff")));
    for (const auto* any :
         {"{}", R"({"fromBlock":"latest"})", R"({"fromBlock":"earliest","toBlock":"latest"})"}) {
        EXPECT_TRUE(read_log_criteria(any)->range.cover(log_of("0x0"))) << any;
    }
}

TEST(LogCriteria, WhatIsWrongIsSaid) {
    const std::string range = "invalid block range params";
    for (const auto& [json, message] : std::vector<std::pair<std::string, std::string>>{
             {"7", "not a filter object"},
             {"[]", "not a filter object"},
             {R"({"address":"0x12"})", "address: neither an address of 20 bytes nor a list of them"},
             {R"({"address":[7]})", "address: neither an address of 20 bytes nor a list of them"},
             {R"({"topics":"0x12"})",
              "topics: not a list of at most 4, each a topic of 32 bytes, a list of them, or null"},
             {R"({"topics":[null,null,null,null,null]})",
              "topics: not a list of at most 4, each a topic of 32 bytes, a list of them, or null"},
             {R"({"fromBlock":5})", "fromBlock: neither a hex quantity nor a block's tag"},
             {R"({"toBlock":"newest"})", "toBlock: neither a hex quantity nor a block's tag"},
             {R"({"fromBlock":"0x9","toBlock":"0x8"})", range},
             {R"({"fromBlock":"latest","toBlock":"0x8"})", range},
             {R"({"toBlock":"0x8"})", range},
             {R"({"fromBlock":"safe"})", range},
             {R"({"toBlock":"finalized"})", range},
             {R"({"fromBlock":"0x9","toBlock":"earliest"})", range},
             {R"({"toBlock":"pending"})", "pending logs are not supported"},
             {R"({"blockHash":"0x12"})", "blockHash: not a hash of 32 bytes"},
             {R"({"blockHash":")" + topic + R"(","toBlock":"latest"})",
              "cannot specify both blockHash and fromBlock/toBlock, choose one or the other"},
         }) {
        EXPECT_EQ(mistake(json), message) << json;
    }
}

TEST(LogCriteria, AreReadAsGoReadsThem) {
    const auto upper = "0X" + std::string(40, 'A');
    for (const auto& json : std::vector<std::string>{
             R"({"fromBlock":"0xAB","toBlock":"0xcd","address":")" + upper + R"("})",
             R"({"TOBLOCK":"0XCD","Address":[")" + address + R"("],"fromblock":"0Xab","unknown":[{}]})",
             R"({"toBlock":"0x1","toBlock":"0xcd","fromBlock":"0xab","address":"\u0030x)" + upper.substr(2) +
                 R"("})",
         }) {
        const auto read = read_log_criteria(json);
        ASSERT_TRUE(read) << json << ": " << read.error().text;
        EXPECT_EQ(read->range, (BlockRange{0xab, 0xcd})) << json;
        EXPECT_EQ(read->filter, (LogFilter{{address}, {}})) << json;
    }
    EXPECT_EQ(read_log_criteria("null")->filter, LogFilter{});
}

TEST(LogCriteria, ARangeThatBeginsWithTheChainHasNoLowerBound) {
    for (const auto* json : {R"({"fromBlock":"0x0"})", R"({"fromBlock":"earliest","toBlock":"latest"})"})
        EXPECT_EQ(read_log_criteria(json)->range, BlockRange{}) << json;
    EXPECT_EQ(read_log_criteria(R"({"fromBlock":"0x0","toBlock":"0x9"})")->range, (BlockRange{{}, 9}));
}

TEST(LogCriteria, SayWhetherTheRangeOrTheFilterIsWrong) {
    using Of = CriteriaMistake::Of;
    EXPECT_EQ(read_log_criteria(R"({"topics":7})").error().of, Of::filter);
    EXPECT_EQ(read_log_criteria(R"({"toBlock":"pending"})").error().of, Of::range);
    EXPECT_EQ(mistake(R"({"fromBlock":"0x8000000000000000"})"), "fromBlock: block number larger than int64");
}

TEST(LogCriteria, AreBounded) {
    std::string list = "[";
    for (int i = 0; i < 1001; ++i) {
        auto digits = std::to_string(i);
        list += "\"0x" + std::string(40 - digits.size(), '0') + digits + "\",";
    }
    list.back() = ']';
    const auto read = read_log_criteria(R"({"address":)" + list + "}");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->filter.too_long(), "more than 1000 addresses or topics in one position");
}

} // namespace
} // namespace weir::chain
