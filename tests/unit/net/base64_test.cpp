#include "net/base64.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::net {
namespace {

RC_GTEST_PROP(Base64, ComesBackAsItWas, (const std::string& bytes)) {
    RC_ASSERT(from_base64(base64(bytes)) == bytes);
}

RC_GTEST_PROP(Base64, IsTotalOverAnyText, (const std::string& text)) {
    from_base64(text);
}

TEST(Base64, WhatIsNotExactlyThatIsNothing) {
    EXPECT_EQ(from_base64(""), "");
    EXPECT_EQ(from_base64("YQ=="), "a");
    for (const auto* text :
         {"YQ=", "YQ", "Y===", "====", "YQ==YQ==", "YQ=a", "YQ==\n", " YQ==", "Y-Q_", "Y Q=="})
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

} // namespace
} // namespace weir::net
