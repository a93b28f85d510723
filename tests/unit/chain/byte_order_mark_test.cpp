#include "chain/byte_order_mark.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace weir::chain {
namespace {

TEST(ByteOrderMark, IsSkippedOnceAndOnlyInFront) {
    const std::string mark(byte_order_mark);
    EXPECT_EQ(without_mark(mark + "{}"), "{}");
    EXPECT_EQ(without_mark(mark + mark), mark);
    EXPECT_EQ(without_mark("{}" + mark), "{}" + mark);
    EXPECT_EQ(mark_before(mark + "{}"), 3U);
    EXPECT_EQ(mark_before(mark.substr(0, 2)), 0U);
}

RC_GTEST_PROP(ByteOrderMark, OfATextThatIsStillComingHalfAMarkIsNothingYet, (const std::string& rest)) {
    const std::string whole = std::string(byte_order_mark) + rest;
    const auto come = *rc::gen::inRange<std::size_t>(0, whole.size() + 1);
    const auto seen = without_mark(std::string_view(whole).substr(0, come), false);
    RC_ASSERT(seen == std::string_view(whole).substr(std::min<std::size_t>(come, 3),
                                                     come - std::min<std::size_t>(come, 3)));
}

} // namespace
} // namespace weir::chain
