#include "net/origin.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::net {
namespace {

std::string shown(std::string_view text) {
    const auto found = split_authority(text);
    if (!found) return "none";
    return std::string(found->address ? "address " : "name ") + std::string(found->host) + '|' +
           std::string(found->port);
}

TEST(Authority, IsTakenApart) {
    EXPECT_EQ(shown("localhost"), "name localhost|");
    EXPECT_EQ(shown("localhost:8080"), "name localhost|8080");
    EXPECT_EQ(shown("LocalHost."), "name LocalHost|");
    EXPECT_EQ(shown("my_service.ns.svc:1"), "name my_service.ns.svc|1");
    EXPECT_EQ(shown("127.0.0.1:8080"), "address 127.0.0.1|8080");
    EXPECT_EQ(shown("127.0.0.1."), "address 127.0.0.1|");
    EXPECT_EQ(shown("[::1]"), "address ::1|");
    EXPECT_EQ(shown("[::ffff:127.0.0.1]:80"), "address ::ffff:127.0.0.1|80");
    EXPECT_EQ(shown("a:"), "name a|") << "RFC 3986 §3.2.3: an empty port is none";
}

TEST(Authority, WhatOnlyLooksLikeAnAddressIsAName) {
    EXPECT_EQ(shown("127.0.0.1.evil.example"), "name 127.0.0.1.evil.example|");
    EXPECT_EQ(shown("127.1"), "name 127.1|");
    EXPECT_EQ(shown("0x7f000001"), "name 0x7f000001|");
}

TEST(Authority, WhatIsNoneIsRefused) {
    for (const auto* text : {"",
                             ".",
                             ":80",
                             "a b",
                             "user@localhost",
                             "localhost@evil.example",
                             "a/b",
                             "a?b",
                             "a#b",
                             "::1",
                             "[::1",
                             "[localhost]",
                             "[::1]x",
                             "[::1]:x",
                             "a:b",
                             "a:1:2",
                             "a:123456",
                             "a\\b",
                             "[fe80::1%25eth0]",
                             "a,b",
                             "\xc3\xa9"}) {
        const auto found = shown(text);
        EXPECT_TRUE(found == "none" || found.find(',') != std::string::npos) << text << ' ' << found;
    }
}

TEST(Names, OfThisMachine) {
    for (const auto* name : {"localhost", "LOCALHOST", "a.localhost", "a.b.LocalHost"})
        EXPECT_TRUE(is_loopback_name(name)) << name;
    for (const auto* name :
         {"", "host", "mylocalhost", "localhost.evil.example", "evil-localhost", "ocalhost"})
        EXPECT_FALSE(is_loopback_name(name)) << name;
}

TEST(Origins, HaveOneForm) {
    EXPECT_EQ(normal_origin("http://localhost:8080"), "http://localhost:8080");
    EXPECT_EQ(normal_origin("HTTP://LocalHost.:80"), "http://localhost");
    EXPECT_EQ(normal_origin("https://a:443"), "https://a");
    EXPECT_EQ(normal_origin("https://a:80"), "https://a:80");
    EXPECT_EQ(normal_origin("http://[::1]:8080"), "http://[::1]:8080");
    EXPECT_EQ(normal_origin("moz-extension://0f3b"), "moz-extension://0f3b");
    for (const auto* text : {"", "null", "*", "a", "://a", "http:/a", "http://", "http://a/", "http://a b",
                             "http://a http://b", "http://u@a", "ht tp://a"}) {
        EXPECT_EQ(normal_origin(text), std::nullopt) << text;
    }
}

TEST(Origins, OfAnAuthorityAreWrittenTheSameWay) {
    for (const auto* text :
         {"localhost:8080", "LOCALHOST", "127.0.0.1:80", "[::1]:443", "rpc.example.:443"}) {
        for (const bool tls : {false, true}) {
            EXPECT_EQ(origin_of(*split_authority(text), tls),
                      normal_origin(std::string(tls ? "https://" : "http://") + text));
        }
    }
}

RC_GTEST_PROP(Origins, AreTotalOverAnyBytesAndNormalOnesStay, (const std::string& text)) {
    split_authority(text);
    if (const auto once = normal_origin("https://" + text)) RC_ASSERT(normal_origin(*once) == once);
}

} // namespace
} // namespace weir::net
