// The block that a call asks for: execution-apis, EIP-1898, and the documentation of other clients and
// chains.
#include "chain/block_param.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::chain {
namespace {

using Kind = BlockParam::Kind;

const std::string hash = "0x" + std::string(64, 'a');

void expect_block(std::string_view method, std::string_view params, Kind kind, std::uint64_t number = 0) {
    const auto got = block_param(traits_of(method), params);
    EXPECT_EQ(got.kind, kind) << method << params;
    EXPECT_EQ(got.number, number) << method << params;
}

TEST(BlockParam, IsLookedForWhereEachMethodKeepsIt) {
    expect_block("eth_getBlockByNumber", R"(["0x10",false])", Kind::number, 16);
    expect_block("eth_getBalance", R"(["0xab", "0x10"])", Kind::number, 16);
    expect_block("eth_call", R"([{"to":"0x1","data":"0x,]"},"0x7"])", Kind::number, 7);
    expect_block("eth_getStorageAt", R"(["0xab","0x0","0x9"])", Kind::number, 9);
    expect_block("eth_getProof", R"(["0xab",["0x0","0x1"],"0x9"])", Kind::number, 9);
    expect_block("eth_feeHistory", R"([4,"0x9",[]])", Kind::number, 9);
    expect_block("trace_call", R"([{},["trace"],"0x9"])", Kind::number, 9);
    expect_block("eth_getBlockByHash", "[\"0x" + std::string(64, 'a') + "\",true]", Kind::hash);
    expect_block("eth_blockNumber", R"(["0x10"])", Kind::none);
    expect_block("eth_getTransactionReceipt", "[\"0x" + std::string(64, 'a') + "\"]", Kind::none);
}

TEST(BlockParam, TagsAreTold) {
    expect_block("eth_getBlockByNumber", R"(["latest"])", Kind::latest);
    expect_block("eth_getBlockByNumber", R"(["pending"])", Kind::pending);
    expect_block("eth_getBlockByNumber", R"([ "safe" , false])", Kind::safe);
    expect_block("eth_getBlockByNumber", R"(["finalized"])", Kind::finalized);
    expect_block("eth_getBlockByNumber", R"(["earliest"])", Kind::earliest);
}

TEST(BlockParam, AnAbsentOneIsLatest) {
    for (const auto* params : {"", "[]", R"(["0xab"])", R"(["0xab",null])"})
        expect_block("eth_getBalance", params, Kind::latest);
}

TEST(BlockParam, ObjectsOfEip1898AreRead) {
    expect_block("eth_getBalance", R"(["0xab",{"blockNumber":"0x10"}])", Kind::number, 16);
    expect_block("eth_getBalance", R"(["0xab",{ "requireCanonical" : true, "blockHash" : "0xff" }])",
                 Kind::hash);
}

TEST(BlockParam, ARangeIsKnownByItsHigherEnd) {
    expect_block("eth_getLogs", R"([{"fromBlock":"0x5","toBlock":"0x9"}])", Kind::number, 9);
    expect_block("eth_getLogs", R"([{"toBlock":"0x5","fromBlock":"0x9"}])", Kind::number, 9);
    expect_block("eth_getLogs", R"([{"fromBlock":"0x5","toBlock":"latest"}])", Kind::latest);
    expect_block("eth_getLogs", R"([{"fromBlock":"0x5"}])", Kind::latest);
    expect_block("eth_getLogs", R"([{"blockHash":"0xab"}])", Kind::hash);
    expect_block("trace_filter", R"([{"fromBlock":"0x5","toBlock":"0x6"}])", Kind::number, 6);
}

TEST(BlockParam, NonsenseIsNone) {
    for (const auto* params : {R"([5])", R"(["new"])", R"(["0x"])", R"(["0x01"])", R"([[]])"}) {
        expect_block("eth_getBlockByNumber", params, Kind::none);
    }
}

TEST(BlockParam, ARangeUpToAHeadNamesItsLowerEnd) {
    const auto from = [](std::string_view params) {
        return block_param(traits_of("eth_getLogs"), params).from;
    };
    EXPECT_EQ(from(R"([{"fromBlock":"0x20","toBlock":"latest"}])"), 0x20U);
    EXPECT_EQ(from(R"([{"fromBlock":"0x20"}])"), 0x20U);
    EXPECT_EQ(from(R"([{"fromBlock":"0x20","toBlock":"finalized"}])"), 0x20U);
    EXPECT_EQ(from(R"([{"fromBlock":"0x20","toBlock":"0x21"}])"), 0U) << "its end says it";
    EXPECT_EQ(from(R"([{"fromBlock":"earliest"}])"), 0U);
    EXPECT_EQ(from(R"([{}])"), 0U);
}

TEST(BlockParam, AHashIsToldAsItStands) {
    const auto told = [](std::string_view method, const std::string& params) {
        return block_param(traits_of(method), params).hash;
    };
    EXPECT_EQ(told("eth_getBlockByHash", "[\"" + hash + "\",true]"), hash);
    EXPECT_EQ(told("eth_getLogs", "[{\"blockHash\":\"" + hash + "\"}]"), hash);
    EXPECT_EQ(told("eth_call", "[{},{\"blockHash\":\"" + hash + "\"}]"), hash);
    EXPECT_EQ(told("eth_getBlockReceipts", "[\"" + hash + "\"]"), hash);
    EXPECT_EQ(told("eth_getBlockReceipts", "[\"0x5\"]"), "");
}

TEST(BlockParam, MethodsOfOtherClientsAndChainsAreKnownByTable) {
    struct {
        std::string_view method, params;
        Kind kind;
        std::uint64_t number;
    } const rows[] = {
        {"eth_getHeaderByNumber", R"(["0x20"])", Kind::number, 32},
        {"eth_getRawTransactionByBlockNumberAndIndex", R"(["0x20","0x0"])", Kind::number, 32},
        {"eth_getAccount", R"(["0xab","0x20"])", Kind::number, 32},
        {"eth_getAccountInfo", R"(["0xab","0x20"])", Kind::number, 32},
        {"eth_getStorageValues", R"([{"0xab":["0x0"]},"0x20"])", Kind::number, 32},
        {"eth_callMany", R"([[{}],{"blockNumber":"0x20","transactionIndex":1}])", Kind::number, 32},
        {"debug_traceCallMany", R"([[{}],{"blockNumber":"0x20"}])", Kind::number, 32},
        {"eth_callBundle", R"([{"txs":[],"blockNumber":"0x21","stateBlockNumber":"0x20"}])", Kind::number,
         32},
        {"eth_callBundle", R"([{"txs":[],"blockNumber":"0x21","stateBlockNumber":"latest"}])", Kind::latest,
         0},
        {"eth_simulateV1", R"([{},"0x20"])", Kind::number, 32},
        {"eth_getTransactionBySenderAndNonce", R"(["0xab","0x20"])", Kind::none, 0},
        {"eth_getTransactionReceiptsByBlock", R"(["0x20"])", Kind::number, 32},
        {"eth_getBlobSidecars", R"(["0x20",true])", Kind::number, 32},
        {"eth_getRootHash", R"([16,32])", Kind::number, 32},
        {"debug_traceBlockByNumber", R"(["0x20",{}])", Kind::number, 32},
        {"debug_executionWitness", R"(["0x20"])", Kind::number, 32},
        {"debug_accountRange", R"(["0x20","0x0",1])", Kind::number, 32},
        {"debug_getRawReceipts", R"(["0x20"])", Kind::number, 32},
        {"debug_traceTransactionByBlockNumberAndIndex", R"(["0x20",0])", Kind::number, 32},
        {"debug_traceTransaction", R"(["0xab",{}])", Kind::none, 0},
        {"trace_block", R"(["0x20"])", Kind::number, 32},
        {"trace_replayBlockTransactions", R"(["0x20",["trace"]])", Kind::number, 32},
        {"trace_callMany", R"([[],"0x20"])", Kind::number, 32},
        {"arbtrace_filter", R"([{"fromBlock":"0x1","toBlock":"0x20"}])", Kind::number, 32},
        {"arbtrace_call", R"([{},["trace"],"0x20"])", Kind::number, 32},
        {"arbtrace_replayBlockTransactions", R"(["0x20",[]])", Kind::number, 32},
        {"erigon_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x20"}])", Kind::number, 32},
        {"erigon_getLatestLogs", R"([{"fromBlock":"0x1","toBlock":"0x20"},{}])", Kind::number, 32},
        {"erigon_getHeaderByNumber", R"(["0x20"])", Kind::number, 32},
        {"erigon_getBlockByTimestamp", R"(["0x20",false])", Kind::none, 0},
        {"erigon_blockNumber", R"(["finalized"])", Kind::finalized, 0},
        {"erigon_getBalanceChangesInBlock", R"(["0x20"])", Kind::number, 32},
        {"ots_getBlockDetails", R"(["0x20"])", Kind::number, 32},
        {"ots_getBlockTransactions", R"(["0x20",0,10])", Kind::number, 32},
        {"ots_hasCode", R"(["0xab","0x20"])", Kind::number, 32},
        {"ots_searchTransactionsBefore", R"(["0xab",32,25])", Kind::number, 32},
        {"bor_getSnapshot", R"(["0x20"])", Kind::number, 32},
        {"bor_getAuthor", R"(["0x20"])", Kind::number, 32},
        {"bor_getRootHash", R"([16,32])", Kind::number, 32},
        {"optimism_outputAtBlock", R"(["0x20"])", Kind::number, 32},
        {"parity_getBlockReceipts", R"(["0x20"])", Kind::number, 32},
        {"proof_call", R"([{},"0x20"])", Kind::number, 32},
        {"linea_getProof", R"(["0xab",[],"0x20"])", Kind::number, 32},
        {"linea_estimateGas", R"([{},"0x20"])", Kind::number, 32},
        {"zks_getBlockDetails", R"([32])", Kind::number, 32},
        {"zks_getRawBlockTransactions", R"([32])", Kind::number, 32},
        {"zks_getL1BatchDetails", R"([32])", Kind::none, 0},
        {"zks_getProof", R"(["0xab",[],32])", Kind::none, 0},
        {"alchemy_getAssetTransfers", R"([{"fromBlock":"0x1","toBlock":"0x20"}])", Kind::number, 32},
        {"alchemy_getTransactionReceipts", R"([{"blockNumber":"0x20"}])", Kind::number, 32},
        {"qn_getReceipts", R"(["0x20"])", Kind::number, 32},
    };
    for (const auto& row : rows)
        expect_block(row.method, row.params, row.kind, row.number);
}

RC_GTEST_PROP(BlockParam, IsTotalOverAnyBytes, (const std::string& junk)) {
    const auto method =
        *rc::gen::element<std::string>("eth_call", "eth_getLogs", "eth_getBlockByNumber", "eth_getProof");
    const auto params = *rc::gen::element(junk, "[" + junk, "[{" + junk + "}]", "[{\"fromBlock\":" + junk);
    const auto got = block_param(traits_of(method), params);
    RC_ASSERT(got.kind == Kind::number || got.number == 0U);
}

} // namespace
} // namespace weir::chain
