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

TEST(NodeTarget, MustNotClimbOutForAReaderWhoDecodesMore) {
    for (const std::string rest :
         {"..%2f", "..%2Fx", "a/..%2f..%2fx", "..%5cx", "..%5Cx", "..\\x", "a\\..\\..\\x", "..;/x",
          "..;a=b/x", "%2e%2e;/x", "..%3bx/y", "..%3fx", "..%23x/y", "%3f/..", "%252e%252e/x", "%252E%252e/",
          "%25252e%25252e/x", "%%32%65%%32%65/x", "%2%65%2%65/x", "..%252fx", "..%255cx", ".%252e/x",
          "%2e%2e%2fx", "%2E.%2F", "%5c..", "a%2f..%2f..", "..%20/x", "..%00/x", "..%2500/x", "..%0d%0a/x",
          "..%09", "%c0%ae%c0%ae/x", "%C1%9cx", "%e0%80%ae%e0%80%ae/x", "%f0%80%80%ae./x",
          // A segment that is nothing to such a reader is no depth to come back from.
          "%2f/..", "%252f/../x", ";x/../y", "\\/..", "%5c/../x", "%252e/..", ".%2f/..", "%2f%2f/..",
          "%00/..", "%20/.."}) {
        EXPECT_FALSE(node_target("/cl/" + rest)) << rest;
    }
    for (const std::string rest : {"a%2fb/../c", "a;b/../c", "a%252fb", "%7Bx%7D", "a%20b", "%C3%A4", "x%2",
                                   "%zz", "100%", "a..b", "..a%2fb", "a..%2fb", "x;..", "?..%2f..",
                                   "a?x=%00\\..;/", "a%00b", "a%00/../b", "a%3f..", "a%3fb/../c"}) {
        EXPECT_TRUE(node_target("/cl/" + rest)) << rest;
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
