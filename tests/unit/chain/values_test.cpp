#include "chain/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace weir::chain {
namespace {

RC_GTEST_PROP(Quantity, WhatIsWrittenIsReadBack, (std::uint64_t value)) {
    RC_ASSERT(parse_quantity(to_quantity(value)) == value);
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

RC_GTEST_PROP(Decimal, WhatIsWrittenIsReadBack, (std::uint64_t value)) {
    RC_ASSERT(parse_decimal(std::to_string(value)) == value);
}

TEST(Decimal, OnlyDigitsThatFitIn64BitsAreAccepted) {
    EXPECT_EQ(parse_decimal("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    for (const auto* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "a"})
        EXPECT_FALSE(parse_decimal(text)) << text;
}

} // namespace
} // namespace weir::chain
