#include "net/loopback.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::net {
namespace {

std::string shown(std::string_view host, bool ipv6) {
    const auto found = loopback_endpoints(host, 8545, ipv6);
    if (!found) return "ask";
    std::string out;
    for (const auto& endpoint : *found)
        out += endpoint.address().to_string() + '|' + std::to_string(endpoint.port()) + ' ';
    return out;
}

TEST(Loopback, NamesAreThisMachineAndNobodyIsAsked) { // RFC 6761 §6.3
    for (const auto* name : {"localhost", "LocalHost", "localhost.", "geth.localhost", "a.b.localhost."}) {
        EXPECT_EQ(shown(name, true), "127.0.0.1|8545 ::1|8545 ") << name;
        EXPECT_EQ(shown(name, false), "127.0.0.1|8545 ") << name;
    }
}

TEST(Loopback, OtherNamesAreNot) {
    for (const auto* name : {"", ".", "localhost.example", "notlocalhost", "localhost..", "127.0.0.1", "::1"})
        EXPECT_EQ(shown(name, true), "ask") << name;
}

} // namespace
} // namespace weir::net
