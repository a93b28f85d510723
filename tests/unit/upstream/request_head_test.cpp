// What goes to a node: the client's own lines less those of its connection, plus what is configured.
#include "upstream/request_head.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::upstream {
namespace {

using Kind = BodyFraming::Kind;

Endpoint endpoint(const std::string& url, std::vector<std::pair<std::string, std::string>> headers = {}) {
    Endpoint out;
    out.url = *net::parse_url(url);
    out.host_header = out.url.host_header();
    out.headers = std::move(headers);
    return out;
}

std::string head_of(const Endpoint& to, const std::string& fields, BodyFraming body = {},
                    std::optional<std::string_view> encodings = {}, const std::string& target = "/t") {
    net::Head client;
    net::MessageParser<true> parser(client);
    EXPECT_EQ(parser.parse_head("POST /x HTTP/1.1\r\nHost: client-host\r\n" + fields + "\r\n"),
              net::Refusal::none);
    std::string out = "what was there before";
    build_request_head(out, to, "POST", target, &client, body, encodings);
    return out;
}

const Endpoint plain = endpoint("http://node:8545");

TEST(RequestHead, NamesTheNodesHostAndKeepsTheClientsLines) {
    EXPECT_EQ(head_of(plain, "X-B: 1\r\nuser-agent: me\r\n"),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nX-B: 1\r\nuser-agent: me\r\n\r\n");
}

TEST(RequestHead, LinesOfTheConnectionAreDropped) {
    EXPECT_EQ(head_of(plain, "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: "
                             "trailers\r\nTrailer: a\r\nUpgrade: h2c\r\n"
                             "Proxy-Authorization: x\r\nProxy-Connection: x\r\nExpect: "
                             "100-continue\r\nContent-Length: 3\r\nX: y\r\n"),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nX: y\r\n\r\n");
}

TEST(RequestHead, OriginIsJudgedByWeirAndGoesNoFurther) {
    EXPECT_EQ(head_of(plain, "Origin: https://app.example\r\nReferer: x\r\n"),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nReferer: x\r\n\r\n");
}

TEST(RequestHead, MaxForwardsIsOneLessForOptionsAndOnlyForThem) {
    const auto sent = [](const std::string& method, const std::string& value) {
        net::Head client;
        net::MessageParser<true> parser(client);
        EXPECT_EQ(
            parser.parse_head(method + " /x HTTP/1.1\r\nHost: a\r\nMax-Forwards: " + value + "\r\n\r\n"),
            net::Refusal::none);
        std::string out;
        build_request_head(out, plain, method, "/t", &client, {});
        const auto at = out.find("Max-Forwards: ") + 14;
        return out.substr(at, out.find('\r', at) - at);
    };
    EXPECT_EQ(sent("OPTIONS", "5"), "4");
    EXPECT_EQ(sent("OPTIONS", "01"), "0");
    EXPECT_EQ(sent("OPTIONS", "99999999999999999999999"), "18446744073709551614");
    EXPECT_EQ(sent("OPTIONS", "x"), "x");
    EXPECT_EQ(sent("GET", "5"), "5");
}

TEST(RequestHead, RepeatedLinesAreKeptInTheirOrder) {
    EXPECT_EQ(head_of(plain, "X: 1\r\nY: 2\r\nX: 3\r\n"),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nX: 1\r\nY: 2\r\nX: 3\r\n\r\n");
}

TEST(RequestHead, ConfiguredLinesReplaceTheClientsOfTheSameNameInAnyCase) {
    const auto to = endpoint("http://node", {{"Authorization", "Bearer K"}, {"X-Key", "k"}});
    EXPECT_EQ(head_of(to, "authorization: Basic mine\r\nX: y\r\nAUTHORIZATION: again\r\n"),
              "POST /t HTTP/1.1\r\nHost: node\r\nX: y\r\nAuthorization: Bearer K\r\nX-Key: k\r\n\r\n");
}

TEST(RequestHead, TheBodyIsFramedAnew) {
    EXPECT_EQ(head_of(plain, "Transfer-Encoding: chunked\r\n", {Kind::length, 12}),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nContent-Length: 12\r\n\r\n");
    EXPECT_EQ(head_of(plain, "Content-Length: 12\r\n", {Kind::chunked, 0}),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(head_of(plain, "", {Kind::length, 0}),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nContent-Length: 0\r\n\r\n");
}

TEST(RequestHead, AcceptEncodingIsKeptReplacedOrRemoved) {
    const std::string fields = "Accept-Encoding: br\r\n";
    EXPECT_EQ(head_of(plain, fields), "POST /t HTTP/1.1\r\nHost: node:8545\r\nAccept-Encoding: br\r\n\r\n");
    EXPECT_EQ(head_of(plain, fields, {}, "gzip"),
              "POST /t HTTP/1.1\r\nHost: node:8545\r\nAccept-Encoding: gzip\r\n\r\n");
    EXPECT_EQ(head_of(plain, fields, {}, ""), "POST /t HTTP/1.1\r\nHost: node:8545\r\n\r\n");
}

std::string target_of(const std::string& url, const std::string& target) {
    std::string out;
    build_request_head(out, endpoint(url), "GET", target, nullptr, {});
    const auto begin = out.find(' ') + 1;
    return out.substr(begin, out.find(' ', begin) - begin);
}

TEST(RequestHead, PathsAndQueriesOfNodeAndClientAreMerged) {
    EXPECT_EQ(target_of("http://n", ""), "/");
    EXPECT_EQ(target_of("http://n/", "/eth/v1"), "/eth/v1");
    EXPECT_EQ(target_of("http://n/v3/KEY", ""), "/v3/KEY");
    EXPECT_EQ(target_of("http://n/v3/KEY/", "/eth?a=1"), "/v3/KEY/eth?a=1");
    EXPECT_EQ(target_of("http://n?key=K", ""), "/?key=K");
    EXPECT_EQ(target_of("http://n/p?key=K", "/eth?a=1&b"), "/p/eth?key=K&a=1&b");
    EXPECT_EQ(target_of("http://n", "?a=1"), "/?a=1");
    EXPECT_EQ(target_of("http://n", "/a%2Fb//c"), "/a%2Fb//c");
}

RC_GTEST_PROP(RequestHead, WhatIsBuiltIsAWellFormedHeadWithOneHostAndOneFraming, ()) {
    std::string fields;
    bool framed = false;
    const int count = *rc::gen::inRange(0, 8);
    for (int i = 0; i < count; ++i) {
        const auto line = *rc::gen::element<std::string>(
            "Connection: X-One, close\r\n", "X-One: 1\r\n", "Content-Length: 5\r\n", "Accept: a\r\n",
            "Accept-Encoding: br\r\n", "TE: x\r\n", "Authorization: mine\r\n", "Cookie: a=b\r\n");
        if (line[2] == 'n' && line[3] == 't') {
            if (framed) continue;
            framed = true;
        }
        fields += line;
    }
    const auto to = endpoint("https://u:p@node/key?k=1", {{"Authorization", "K"}});
    const auto kind = *rc::gen::element(Kind::none, Kind::length, Kind::chunked);
    const auto out = head_of(to, fields, {kind, 7},
                             *rc::gen::element<std::optional<std::string_view>>(std::nullopt, "gzip", ""));
    std::size_t skipped = 0;
    RC_ASSERT(net::find_head_end(out, skipped) == out.size());
    net::Head head;
    net::MessageParser<true> parser(head);
    RC_ASSERT(parser.parse_head(out) == net::Refusal::none); // refuses two Hosts, two lengths, both framings
    RC_ASSERT(head.find(net::http::field::host) == std::string_view("node"));
    RC_ASSERT(head.find(net::http::field::authorization) == std::string_view("K"));
    RC_ASSERT(!head.find(net::http::field::connection));
    RC_ASSERT(head.target == "/key/t?k=1");
}

} // namespace
} // namespace weir::upstream
