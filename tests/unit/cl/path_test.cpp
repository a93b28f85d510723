#include "cl/path.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::cl {
namespace {

TEST(NodeTarget, IsWhatFollowsThePrefixByteForByte) {
    for (const std::string rest :
         {"", "/", "/eth/v1/node/health", "/eth/v1/events?topics=head&topics=block", "?x",
          "/a%2Fb//c;d?e=../../..", "/a/..", "/a/./b/../c", "/...", "/a/..b", "/.well-known"}) {
        const auto target = "/cl" + rest;
        const auto got = node_target(target);
        ASSERT_TRUE(got) << target;
        EXPECT_EQ(*got, rest);
    }
}

TEST(NodeTarget, MustNotClimbOutOfTheNodesOwnPrefix) {
    for (const auto* target :
         {"/cl/..", "/cl/../x", "/cl/a/../..", "/cl/a/../../b", "/cl/%2e%2e", "/cl/%2E%2e/x", "/cl/.%2e/x",
          "/cl/%2e./x", "/cl/./..", "/cl/a/%2e%2e/%2E%2E/b", "/cl//../..", "/cl/a/b/../../../c?x"}) {
        EXPECT_FALSE(node_target(target)) << target;
    }
}

TEST(NodeTarget, HasNoFragmentBehindWhichAPathCouldHide) {
    for (const auto* target : {"/cl/..#x", "/cl/a#/../..", "/cl/a?b#c"})
        EXPECT_FALSE(node_target(target)) << target;
}

RC_GTEST_PROP(NodeTarget, IsRefusedExactlyWhenSomePrefixOfItsSegmentsClimbsOut, ()) {
    int depth = 0;
    bool climbs = false;
    std::string target = "/cl";
    const int segments = *rc::gen::inRange(0, 8);
    for (int i = 0; i < segments; ++i) {
        const auto segment =
            *rc::gen::element<std::string>("a", "..", ".", "%2e%2E", "...", "%2e", "b%2e%2e");
        target += "/" + segment;
        if (segment == ".." || segment == "%2e%2E")
            climbs = --depth < 0 || climbs;
        else if (segment != "." && segment != "%2e")
            ++depth;
        if (climbs) break;
    }
    RC_ASSERT(node_target(target).has_value() == !climbs);
}

} // namespace
} // namespace weir::cl
