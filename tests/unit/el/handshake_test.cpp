// RFC 6455 §4.2.1, line by line.
#include "el/handshake.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::el {
namespace {

constexpr const char* key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr const char* version = "Sec-WebSocket-Version: 13\r\n";
constexpr const char* upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

unsigned status_of(const std::string& fields, const std::string& line = "GET /el HTTP/1.1") {
    net::Head head;
    net::MessageParser<true> parser(head);
    EXPECT_EQ(parser.parse_head(line + "\r\nHost: a\r\n" + fields + "\r\n"), net::Refusal::none) << fields;
    return judge_handshake(head).status;
}
std::string good() {
    return std::string(upgrade) + key + version;
}

TEST(Handshake, ThatIsGoodIsTaken) {
    EXPECT_EQ(status_of(good()), 0U);
    EXPECT_EQ(
        status_of(std::string("connection: keep-alive, upgrade\r\nupgrade: WebSocket\r\n") + key + version),
        0U);
    EXPECT_EQ(
        status_of(good() + "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"),
        0U);
    EXPECT_EQ(status_of(std::string("Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n") + key + version),
              0U);
}

TEST(Handshake, WhatAsksForSomethingElseIsToldWhatThePathTakes) {
    EXPECT_EQ(status_of(std::string(key) + version), 426U);
    EXPECT_EQ(status_of(std::string("Upgrade: websocket\r\n") + key + version), 426U);
    EXPECT_EQ(status_of(std::string("Connection: Upgrade\r\n") + key + version), 426U);
    EXPECT_EQ(status_of(std::string("Connection: Upgrade\r\nUpgrade: h2c\r\n") + key + version), 426U);
    EXPECT_EQ(status_of(good(), "POST /el HTTP/1.1"), 426U);
    EXPECT_EQ(status_of(good(), "GET /el HTTP/1.0"), 426U) << "RFC 9110 §7.8: Upgrade is not HTTP/1.0's";
}

TEST(Handshake, TheVersionIs13AndThereOnce) {
    EXPECT_EQ(status_of(std::string(upgrade) + key), 400U);
    EXPECT_EQ(status_of(good() + version), 400U);
    EXPECT_EQ(status_of(std::string(upgrade) + key + "Sec-WebSocket-Version: 8\r\n"), 426U);
    EXPECT_EQ(status_of(std::string(upgrade) + key + "Sec-WebSocket-Version: 13, 8\r\n"), 426U);
}

TEST(Handshake, TheKeyIs16BytesInBase64AndThereOnce) {
    EXPECT_EQ(status_of(std::string(upgrade) + version), 400U);
    EXPECT_EQ(status_of(good() + key), 400U);
    for (const auto* bad : {"", "x", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ",
                            "dGhlIHNhbXBsZSBub25jZQ!=", "dGhlIHNhbXBsZSBub25jZTE3",
                            "dGhlIHNhbXBsZSBub24=====", "========================"}) {
        EXPECT_EQ(status_of(std::string(upgrade) + version + "Sec-WebSocket-Key: " + bad + "\r\n"), 400U)
            << bad;
    }
}

TEST(Handshake, APostThatOffersAnotherProtocolAsksForNoWebSocket) {
    net::Head head;
    net::MessageParser<true> parser(head);
    // Java's HttpClient does so with every first request.
    parser.parse_head(
        "POST /el HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "Content-Length: 2\r\n\r\n");
    EXPECT_FALSE(asks_for_websocket(head));
}

} // namespace
} // namespace weir::el
