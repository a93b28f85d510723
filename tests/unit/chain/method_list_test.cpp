#include "chain/method_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::chain {
namespace {

TEST(MethodList, AStarStandsAtTheEndOrNowhere) {
    for (const auto* good : {"eth_call", "abc_*", "*", "abc_get*", "Filecoin.ChainHead"})
        EXPECT_TRUE(is_method_pattern(good)) << good;
    for (const auto* bad : {"", "abc*_get", "*_get", "**", "abc_* ", "a b", "abc_\n"})
        EXPECT_FALSE(is_method_pattern(bad)) << bad;
}

TEST(MethodList, TheCloserEntryCounts) {
    const std::vector<std::string> list{"abc_*", "abc_get*", "abc_getThis", "*"};
    EXPECT_EQ(closest(list, "abc_getThis"), fits_exactly);
    EXPECT_GT(closest(list, "abc_getThat"), closest(list, "abc_set"));
    EXPECT_GT(closest(list, "abc_set"), closest(list, "other"));
    EXPECT_GT(closest(list, "other"), 0U);
    EXPECT_EQ(closest({}, "other"), 0U);
    EXPECT_EQ(closest(std::vector<std::string>{"abc_*", "abd"}, "abd_"), 0U) << "a name is not a beginning";
}

RC_GTEST_PROP(MethodList, APatternFitsWhatBeginsSo, (const std::string& beginning, const std::string& rest)) {
    const std::vector<std::string> list{beginning + "*"};
    RC_ASSERT(closest(list, beginning + rest) > 0);
}

} // namespace
} // namespace weir::chain
