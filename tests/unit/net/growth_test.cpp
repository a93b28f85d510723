// Text that grows up to a limit takes no more memory than that on the way.
#include "net/growth.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weir::net {
namespace {

RC_GTEST_PROP(Growth, OldAndNewTogetherFitTheLimitAtEachStep, ()) {
    const auto most = *rc::gen::inRange<std::size_t>(1, std::size_t{1} << 20);
    std::size_t held = 0, capacity = 0;
    while (held < most) {
        const auto more = std::min(most - held, *rc::gen::inRange<std::size_t>(1, 70'000));
        if (held + more > capacity) {
            const auto next = capacity_for(held + more, most);
            RC_ASSERT(next >= held + more);
            RC_ASSERT(next <= most);
            // What is in use while it is copied: all of the old one, and as much of the new one.
            RC_ASSERT(held + held <= most);
            capacity = next;
        }
        held += more;
    }
}

TEST(Growth, WhatWouldBeTooLongIsNotAdded) {
    std::string text;
    EXPECT_TRUE(append_within(text, "12345", 8));
    EXPECT_FALSE(append_within(text, "6789", 8));
    EXPECT_EQ(text, "12345");
    EXPECT_TRUE(append_within(text, "678", 8));
    EXPECT_FALSE(append_within(text, "9", 8));
    EXPECT_TRUE(append_within(text, "", 8));
}

} // namespace
} // namespace weir::net
