// Who may come in, as a table.
#include "net/base64.hpp"
#include "server/gate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::server {
namespace {

struct Request {
    explicit Request(const std::string& text) {
        net::MessageParser<true> parser(head);
        EXPECT_EQ(parser.parse_head(text), net::Refusal::none) << text;
    }
    net::Head head;
};

std::string request(const std::string& fields, const std::string& line = "POST /el HTTP/1.1") {
    return line + "\r\n" + fields + "\r\n";
}

const Door loopback{"127.0.0.1", true, false};
const Door wide{"0.0.0.0", false, false};
const Door secure{"0.0.0.0", false, true};

/// "in", or the reason: host or origin.
std::string verdict(const std::string& text, const Door& door, const config::Server& rules = {},
                    bool own_page = false) {
    const Request one(text);
    const auto admission = admit(one.head, door, rules, own_page);
    if (!admission.refusal) return "in";
    EXPECT_NE(admission.refusal->message, "");
    EXPECT_EQ(admission.refusal->status, 403U);
    EXPECT_NE(admission.refusal->message.find("[server]"), std::string_view::npos) << "names the key";
    return admission.refusal->why == metrics::Refused::host ? "host" : "origin";
}
std::string host(const std::string& name, const Door& door = loopback, const config::Server& rules = {}) {
    return verdict(request("Host: " + name + "\r\n"), door, rules);
}
std::string origin(const std::string& host, const std::string& origin, const Door& door = loopback,
                   const config::Server& rules = {}) {
    return verdict(request("Host: " + host + "\r\nOrigin: " + origin + "\r\n"), door, rules);
}
config::Server hosts(std::vector<std::string> names) {
    config::Server rules;
    rules.hosts = std::move(names);
    return rules;
}
config::Server origins(std::vector<std::string> list) {
    config::Server rules;
    rules.origins = std::move(list);
    return rules;
}

TEST(GateHost, OnLoopbackOnlyNamesOfThisMachineAndAddressesComeIn) {
    for (const auto* name :
         {"localhost", "localhost:8080", "LOCALHOST:1", "localhost.", "weir.localhost", "127.0.0.1",
          "127.0.0.1:8080", "[::1]", "[::1]:8080", "192.168.0.7", "[fe80::1]:80"}) {
        EXPECT_EQ(host(name), "in") << name;
    }
    for (const auto* name : {"evil.example", "evil.example:8080", "localhost.evil.example",
                             "127.0.0.1.evil.example", "weir", "evil-localhost", "0x7f000001"}) {
        EXPECT_NE(host(name), "in") << name;
    }
}

TEST(GateHost, TheAddressThatItListensOnComesIn) {
    const Door named{"weir.internal", true, false};
    EXPECT_EQ(host("Weir.Internal.:8080", named), "in");
    EXPECT_EQ(host("other.internal", named), "host");
}

TEST(GateHost, ElsewhereItCountsOnlyWhereABrowserAsks) {
    EXPECT_EQ(host("rpc.example", wide), "in");
    EXPECT_EQ(origin("rpc.example", "http://rpc.example", wide), "host");
    EXPECT_EQ(origin("rpc.example", "http://rpc.example", wide, hosts({"rpc.example"})), "in");
    EXPECT_EQ(verdict(request("Host: rpc.example\r\n"), wide, {}, true), "host")
        << "a page for this machine only";
    EXPECT_EQ(verdict(request("Host: localhost\r\n"), wide, {}, true), "in");
}

TEST(GateHost, TheListTakesThePlaceOfTheNamesAndStarSwitchesItOff) {
    EXPECT_EQ(host("RPC.example:80", loopback, hosts({"a", "rpc.example"})), "in");
    EXPECT_EQ(host("evil.example", loopback, hosts({"rpc.example"})), "host");
    EXPECT_EQ(host("localhost", loopback, hosts({"rpc.example"})), "host");
    EXPECT_EQ(host("127.0.0.1", loopback, hosts({"rpc.example"})), "in") << "as in go-ethereum";
    EXPECT_EQ(host("evil.example", loopback, hosts({"*"})), "in");
    EXPECT_EQ(origin("evil.example", "http://evil.example", loopback, hosts({"*"})), "in");
}

TEST(GateHost, OfAnAbsoluteTargetReplacesTheHeader) {
    const auto absolute = [](const std::string& target, const std::string& name) {
        return verdict(request("Host: " + name + "\r\n", "GET " + target + " HTTP/1.1"), loopback);
    };
    EXPECT_EQ(absolute("http://evil.example/el", "localhost"), "host");
    EXPECT_EQ(absolute("http://localhost/el", "evil.example"), "in");
}

TEST(GateHost, WhatHasNoneIsNoBrowser) {
    EXPECT_EQ(verdict(request("", "GET /el HTTP/1.0"), loopback), "in");
    EXPECT_EQ(verdict(request("Origin: http://localhost\r\n", "GET /el HTTP/1.0"), loopback), "origin");
}

TEST(GateOrigin, TheSameOneComesInAndNoOther) {
    EXPECT_EQ(origin("localhost:8080", "http://localhost:8080"), "in");
    EXPECT_EQ(origin("LocalHost:8080", "http://localhost:8080"), "in");
    EXPECT_EQ(origin("localhost", "http://localhost:80"), "in");
    EXPECT_EQ(origin("127.0.0.1", "https://127.0.0.1:443", secure), "in");
    EXPECT_EQ(origin("[::1]:8080", "http://[::1]:8080"), "in");
    for (const auto* other :
         {"http://localhost:8081", "http://localhost", "https://localhost:8080", "http://127.0.0.1:8080",
          "http://evil.example", "null", "", "localhost:8080", "http://localhost:8080/", "*",
          "http://localhost:8080 http://localhost:8080", "chrome-extension://abc", "file://"}) {
        EXPECT_EQ(origin("localhost:8080", other), "origin") << other;
    }
}

TEST(GateOrigin, TwoOfThemAreNone) {
    const auto twice = request("Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://localhost\r\n");
    EXPECT_EQ(verdict(twice, loopback), "origin");
    EXPECT_EQ(verdict(twice, loopback, origins({"*"})), "in");
}

TEST(GateOrigin, ThoseOfTheListComeInAndStarLetsAllIn) {
    const auto rules = origins({"https://app.example", "chrome-extension://abc"});
    EXPECT_EQ(origin("localhost", "https://APP.example:443", loopback, rules), "in");
    EXPECT_EQ(origin("localhost", "chrome-extension://abc", loopback, rules), "in");
    EXPECT_EQ(origin("localhost", "http://localhost", loopback, rules), "in") << "its own page, still";
    EXPECT_EQ(origin("localhost", "http://app.example", loopback, rules), "origin");
    EXPECT_EQ(origin("localhost", "https://sub.app.example", loopback, rules), "origin");
    EXPECT_EQ(origin("localhost", "null", loopback, origins({"*"})), "in");
    EXPECT_EQ(origin("evil.example", "https://app.example", loopback, rules), "host")
        << "Host counts all the same";
}

TEST(GateOrigin, ARequestWithoutOneNeedsNothing) {
    EXPECT_EQ(verdict(request("Host: localhost\r\nContent-Type: text/plain\r\n"), loopback), "in");
}

TEST(GateOrigin, AFetchOfAnotherSiteWithoutOneIsRefusedButANavigationIsNot) {
    const auto fetch = [](const std::string& site, const std::string& mode,
                          const config::Server& rules = {}) {
        return verdict(
            request("Host: localhost\r\nSec-Fetch-Site: " + site + "\r\nSec-Fetch-Mode: " + mode + "\r\n",
                    "GET /cl/eth/v1/node/version HTTP/1.1"),
            loopback, rules);
    };
    EXPECT_EQ(fetch("cross-site", "no-cors"), "origin");
    EXPECT_EQ(fetch("same-site", "no-cors"), "origin");
    EXPECT_EQ(fetch("same-origin", "cors"), "in");
    EXPECT_EQ(fetch("none", "navigate"), "in");
    EXPECT_EQ(fetch("cross-site", "navigate"), "in");
    EXPECT_EQ(fetch("cross-site", "no-cors", origins({"*"})), "in");
}

std::string lines(const std::string& fields, const config::Server& rules) {
    const Request one(request("Host: localhost\r\n" + fields));
    return admit(one.head, loopback, rules).policy_lines;
}

TEST(GatePolicy, GoesWithEveryAnswerToAPageThatMayCall) {
    EXPECT_EQ(lines("Origin: https://app.example\r\n", origins({"https://app.example"})),
              "Vary: Origin\r\nAccess-Control-Allow-Origin: https://app.example\r\n"
              "Access-Control-Expose-Headers: *\r\n");
    EXPECT_EQ(lines("Origin: https://any.example\r\n", origins({"*"})),
              "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\n");
    EXPECT_EQ(lines("Origin: https://evil.example\r\n", origins({"https://app.example"})),
              "Vary: Origin\r\n");
    EXPECT_EQ(lines("", origins({"https://app.example"})), "Vary: Origin\r\n")
        << "a cache must tell them apart";
    EXPECT_EQ(lines("", {}), "");
    EXPECT_EQ(lines("Origin: http://localhost\r\n", {}), "") << "its own page needs none";
}

TEST(GatePolicy, APreflightIsToldWhatThePathTakesAndGetsTheHeadersItAsksFor) {
    const Request one(request("Host: localhost\r\nOrigin: https://app.example\r\n"
                              "Access-Control-Request-Method: POST\r\n"
                              "Access-Control-Request-Headers: content-type, x-key\r\n",
                              "OPTIONS /el HTTP/1.1"));
    EXPECT_TRUE(is_preflight(one.head));
    EXPECT_EQ(preflight_lines(one.head, "POST"),
              "Access-Control-Allow-Methods: POST\r\nAccess-Control-Allow-Headers: content-type, x-key\r\n"
              "Access-Control-Max-Age: 600\r\n"
              "Vary: Access-Control-Request-Method, Access-Control-Request-Headers\r\n");
    EXPECT_FALSE(
        is_preflight(Request(request("Host: a\r\nOrigin: http://a\r\n", "OPTIONS / HTTP/1.1")).head));
    EXPECT_FALSE(is_preflight(
        Request(request("Host: a\r\nAccess-Control-Request-Method: GET\r\n", "OPTIONS / HTTP/1.1")).head));
}

TEST(GateMethods, ThatShowWhatNodesAreSentAreNeverForwarded) {
    for (const auto* method : {"TRACE", "trace", "TRACK", "Track"})
        EXPECT_TRUE(is_never_forwarded(method)) << method;
    for (const auto* method : {"GET", "POST", "OPTIONS", "PROPFIND", "", "TRACES"})
        EXPECT_FALSE(is_never_forwarded(method)) << method;
}

bool carries(const std::string& authorization) {
    return carries_token(Request(request("Host: a\r\nAuthorization: " + authorization + "\r\n")).head,
                         "s3cret");
}

TEST(GateToken, IsABearersOrAPassword) {
    EXPECT_TRUE(carries("Bearer s3cret"));
    EXPECT_TRUE(carries("bearer  s3cret"));
    EXPECT_TRUE(carries("Basic " + net::base64("anyone:s3cret")));
    EXPECT_TRUE(carries("Basic " + net::base64(":s3cret")));
    for (const auto& wrong : std::vector<std::string>{
             "Bearer s3cre", "Bearer s3crett", "Bearer", "Bearer ", "s3cret", "Basic s3cret",
             "Basic " + net::base64("s3cret"), "Basic " + net::base64("s3cret:"), "Digest s3cret"}) {
        EXPECT_FALSE(carries(wrong)) << wrong;
    }
    EXPECT_FALSE(carries_token(Request(request("Host: a\r\n")).head, "s3cret"));
}

TEST(GateForwarded, IsSeen) {
    EXPECT_TRUE(is_forwarded(Request(request("Host: a\r\nX-Forwarded-For: 1.2.3.4\r\n")).head));
    EXPECT_TRUE(is_forwarded(Request(request("Host: a\r\nForwarded: for=1.2.3.4\r\n")).head));
    EXPECT_TRUE(is_forwarded(Request(request("Host: a\r\nX-Real-IP: 1.2.3.4\r\n")).head));
    EXPECT_TRUE(is_forwarded(Request(request("Host: a\r\nVia: 1.1 nginx\r\n")).head));
    EXPECT_FALSE(is_forwarded(Request(request("Host: a\r\n")).head));
}

RC_GTEST_PROP(GateHost, NoNameButThoseOfThisMachineComesInOnLoopback, ()) {
    const auto label = [] {
        return *rc::gen::nonEmpty(
            rc::gen::container<std::string>(rc::gen::element('a', 'l', 'o', '1', '0', '-', '7')));
    };
    const auto name = label() + '.' + *rc::gen::element<std::string>("localhost", "127.0.0.1", "") + label() +
                      *rc::gen::element<std::string>("", ".", ".:8080", ":1");
    const auto bare = name.substr(0, name.find_last_not_of(".:8010") + 1);
    RC_PRE(!bare.ends_with("localhost") && bare.find_first_of("alo-") != std::string::npos);
    RC_ASSERT(host(name) != "in");
}

} // namespace
} // namespace weir::server
