#include "chain/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace weir::chain {
namespace {

using Kind = BlockParam::Kind;

RC_GTEST_PROP(Quantity, WhatIsWrittenIsReadBack, (std::uint64_t value)) {
    RC_ASSERT(parse_quantity(to_quantity(value)) == value);
    RC_ASSERT(parse_quoted_quantity('"' + to_quantity(value) + '"') == value);
}

RC_GTEST_PROP(Quantity, WhatIsReadIsTheOneWayToWriteIt, (const std::string& junk)) {
    const auto text = *rc::gen::element(junk, "0x" + junk, std::string("0x1F"), std::string("0xaG"));
    if (const auto value = parse_quantity(text)) {
        std::string lower = text;
        for (char& c : lower)
            c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        RC_ASSERT(to_quantity(*value) == lower);
    }
}

TEST(Quantity, WhatNodesSayIsReadKindly) {
    EXPECT_EQ(read_quantity("0x01"), 1U);
    EXPECT_EQ(read_quantity("0X1f"), 31U);
    EXPECT_EQ(read_quantity("0x0"), 0U);
    EXPECT_EQ(read_quantity("0x0000"), 0U);
    EXPECT_EQ(read_quantity("0x" + std::string(48, '0') + "ffffffffffffffff"), UINT64_MAX);
    for (const auto* text : {"", "0x", "0X", "1", "01", "0x0g", "0x010000000000000000", "0x 1", "x01"}) {
        EXPECT_FALSE(read_quantity(text)) << text;
    }
}

TEST(Quantity, ANumberThatNoChainReachesIsNoBlocks) {
    EXPECT_EQ(read_block_number("0x064"), 100U);
    EXPECT_EQ(read_block_number(to_quantity(max_block_number)), max_block_number);
    EXPECT_FALSE(read_block_number(to_quantity(max_block_number + 1)));
    EXPECT_FALSE(read_block_number("0xffffffffffffffff"));
}

TEST(Quantity, ExactlyTheSpecifiedFormIsAccepted) {
    EXPECT_EQ(parse_quantity("0x0"), 0U);
    EXPECT_EQ(parse_quantity("0x1A"), 26U);
    EXPECT_EQ(parse_quantity("0xffffffffffffffff"), std::numeric_limits<std::uint64_t>::max());
    for (const auto* text : {"", "0", "0x", "x1", "1a", "0X1", "0x00", "0x01", "0x10000000000000000", "0x1 ",
                             " 0x1", "0x-1", "0x+1", "0xg", "-0x1", "0x0x1"}) {
        EXPECT_FALSE(parse_quantity(text)) << text;
    }
    EXPECT_EQ(to_quantity(0), "0x0");
    EXPECT_EQ(to_quantity(std::numeric_limits<std::uint64_t>::max()), "0xffffffffffffffff");
}

TEST(Quantity, AQuotedOneNeedsBothQuotes) {
    EXPECT_EQ(parse_quoted_quantity("\"0x10\""), 16U);
    for (const auto* text : {"", "\"", "0x10", "\"0x10", "0x10\"", "16", "null", "\"\"", "\"0x10\" "}) {
        EXPECT_FALSE(parse_quoted_quantity(text)) << text;
    }
}

RC_GTEST_PROP(Decimal, WhatIsWrittenIsReadBack, (std::uint64_t value)) {
    RC_ASSERT(parse_decimal(std::to_string(value)) == value);
}

TEST(Decimal, OnlyDigitsThatFitIn64BitsAreAccepted) {
    EXPECT_EQ(parse_decimal("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    for (const auto* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "a"})
        EXPECT_FALSE(parse_decimal(text)) << text;
}

void expect_block(std::string_view method, std::string_view params, Kind kind, std::uint64_t number = 0) {
    const auto got = block_param(method, params);
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

RC_GTEST_PROP(BlockParam, IsTotalOverAnyBytes, (const std::string& junk)) {
    const auto method =
        *rc::gen::element<std::string>("eth_call", "eth_getLogs", "eth_getBlockByNumber", "eth_getProof");
    const auto params = *rc::gen::element(junk, "[" + junk, "[{" + junk + "}]", "[{\"fromBlock\":" + junk);
    const auto got = block_param(method, params);
    RC_ASSERT(got.kind == Kind::number || got.number == 0U);
}

} // namespace
} // namespace weir::chain
