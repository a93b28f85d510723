// Which head an answer tells, of which name: one function for all methods.
#include "chain/told_block.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::chain {
namespace {

struct Reading {
    std::optional<ToldBlock> told;
    bool unread = false;
};

Reading read(std::string_view method, std::string_view params, std::string_view answer,
             bool complete = true) {
    const auto traits = traits_of(method);
    const auto scanned = scan_answer(answer, complete);
    Reading reading;
    reading.told = told_block(traits, block_param(traits, params), scanned, answer, complete, reading.unread);
    return reading;
}

std::string result(std::string_view json) {
    return R"({"jsonrpc":"2.0","id":1,"result":)" + std::string(json) + "}";
}

struct Row {
    std::string_view method, params, result;
    std::uint64_t number;
    std::optional<HeadTag> tag;
};

TEST(ToldBlock, EachMethodThatTellsOneTellsItsNumberAndItsTag) {
    using enum HeadTag;
    const Row rows[] = {
        {"eth_blockNumber", "[]", R"("0x65")", 101, latest},
        {"erigon_blockNumber", R"(["finalized"])", R"("0x65")", 101, finalized},
        {"eth_getBlockByNumber", R"(["latest",false])", R"({"hash":"0xab","number":"0x65"})", 101, latest},
        {"eth_getBlockByNumber", R"(["finalized",true])",
         R"({"transactions":[{"blockNumber":"0x65"}],"number":"0x65"})", 101, finalized},
        {"eth_getBlockByNumber", R"(["safe",false])", R"({"number":"0x65"})", 101, safe},
        {"eth_getBlockByNumber", R"(["pending",false])", R"({"number":"0x66","hash":null})", 102, pending},
        {"eth_getBlockByNumber", R"(["0x65",false])", R"({"number":"0x65"})", 101, std::nullopt},
        {"eth_getBlockByHash", R"(["0xab",false])", R"({"number":"0x65"})", 101, std::nullopt},
        {"eth_getHeaderByNumber", R"(["safe"])", R"({"number":"0x65"})", 101, safe},
        {"erigon_getHeaderByNumber", R"(["finalized"])", R"({"number":"0x65"})", 101, finalized},
        {"parity_getBlockHeaderByNumber", R"(["latest"])", R"({"number":"0x65"})", 101, latest},
        {"ots_getBlockDetails", R"(["latest"])", R"({"block":{"number":"0x65"},"issuance":{}})", 101, latest},
        {"eth_getBlockReceipts", R"(["finalized"])", R"([{"blockHash":"0xab","blockNumber":"0x65"}])", 101,
         finalized},
        {"parity_getBlockReceipts", R"(["latest"])", R"([{"blockNumber":"0x65"}])", 101, latest},
        {"eth_getTransactionByBlockNumberAndIndex", R"(["safe","0x0"])", R"({"blockNumber":"0x65"})", 101,
         safe},
        {"eth_getTransactionReceipt", R"(["0xab"])", R"({"blockNumber":"0x65"})", 101, std::nullopt},
        {"trace_block", R"(["latest"])", R"([{"action":{},"blockNumber":101}])", 101, latest},
        {"eth_getLogs", R"([{"toBlock":"latest"}])", R"([{"blockNumber":"0x5"},{"blockNumber":"0x65"}])", 101,
         std::nullopt},
        {"eth_feeHistory", R"(["0x3","finalized",[]])",
         R"({"oldestBlock":"0x63","baseFeePerGas":["0x1","0x1","0x1","0x1"],"gasUsedRatio":[0.1,0,1]})", 101,
         finalized},
        {"eth_feeHistory", R"(["0x1","latest",[]])", R"({"gasUsedRatio":[1],"oldestBlock":"0x65"})", 101,
         latest},
        {"eth_syncing", "[]", R"({"startingBlock":"0x0","currentBlock":"0x65","highestBlock":"0x70"})", 101,
         latest},
    };
    for (const auto& row : rows) {
        const auto told = read(row.method, row.params, result(row.result)).told;
        ASSERT_TRUE(told) << row.method << row.params;
        EXPECT_EQ(told->number, row.number) << row.method << row.params;
        EXPECT_EQ(told->tag, row.tag) << row.method << row.params;
    }
}

TEST(ToldBlock, WhatIsEmptyOrNoResultTellsNothing) {
    for (const auto* json : {"null", "[]", "{}", "\"0x\"", "false", "\"latest\""}) {
        for (const auto* method : {"eth_blockNumber", "eth_getBlockByNumber", "eth_getBlockReceipts",
                                   "eth_getLogs", "eth_feeHistory", "eth_syncing", "eth_call"}) {
            EXPECT_FALSE(read(method, R"(["latest"])", result(json)).told) << method << json;
        }
    }
    EXPECT_FALSE(read("eth_blockNumber", "[]", R"({"id":1,"error":{"code":-32000,"message":"0x65"}})").told);
    EXPECT_FALSE(read("eth_feeHistory", R"(["0x0","latest",[]])",
                      result(R"({"oldestBlock":"0x0","gasUsedRatio":null})"))
                     .told);
}

TEST(ToldBlock, ItsHashIsToldToo) {
    const auto hash = "0x" + std::string(64, 'b');
    const auto block = result("{\"hash\":\"" + hash + R"(","number":"0x65"})");
    EXPECT_EQ(read("eth_getBlockByNumber", R"(["latest"])", block).told->hash, hash);
    const auto receipt = result("{\"blockHash\":\"" + hash + R"(","blockNumber":"0x65"})");
    EXPECT_EQ(read("eth_getTransactionReceipt", R"(["0xab"])", receipt).told->hash, hash);
}

TEST(ToldBlock, AHeadByNameIsWaitedForWhileItHasNotCome) {
    constexpr std::string_view whole = R"({"jsonrpc":"2.0","id":1,"result":{"hash":"0xab","number":"0x65"}})";
    for (std::size_t size = whole.find("{\"hash"); size < whole.find("\"}}"); ++size) {
        const auto latest = read("eth_getBlockByNumber", R"(["latest"])", whole.substr(0, size + 1), false);
        EXPECT_FALSE(latest.told);
        EXPECT_TRUE(latest.unread) << size;
        EXPECT_FALSE(read("eth_getBlockByNumber", R"(["0x65"])", whole.substr(0, size + 1), false).unread);
    }
    EXPECT_TRUE(read("eth_getBlockByNumber", R"(["latest"])", whole.substr(0, whole.size() - 2), false).told);
}

RC_GTEST_PROP(ToldBlock, IsTotalOverAnyBytes, (const std::string& junk)) {
    const auto method =
        *rc::gen::element<std::string>("eth_blockNumber", "eth_getBlockByNumber", "eth_getLogs",
                                       "eth_feeHistory", "trace_block", "eth_syncing");
    const auto answer = *rc::gen::element(junk, result(junk), result("{\"number\":" + junk),
                                          result("[{\"blockNumber\":" + junk + "}]"));
    const auto reading = read(method, R"(["latest"])", answer, *rc::gen::arbitrary<bool>());
    RC_ASSERT(!(reading.told && reading.unread));
}

} // namespace
} // namespace weir::chain
