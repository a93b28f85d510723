#include "net/url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::net {
namespace {

TEST(Url, EveryPartIsRead) {
    const auto url = parse_url("https://us%40er:pa%3Ass@Node.example:8443/v3/KEY%2F1/?a=b&c=%20");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, Url::Scheme::https);
    EXPECT_TRUE(url->is_tls());
    EXPECT_EQ(url->host, "Node.example");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->path, "/v3/KEY%2F1");
    EXPECT_EQ(url->query, "a=b&c=%20");
    EXPECT_EQ(url->basic_auth, "us@er:pa:ss");
}

TEST(Url, PortsDefaultToTheSchemes) {
    struct {
        const char* text;
        std::uint16_t port;
        bool tls;
        const char* host_header;
    } const cases[] = {{"http://h", 80, false, "h"},
                       {"https://h", 443, true, "h"},
                       {"ws://h", 80, false, "h"},
                       {"wss://h", 443, true, "h"},
                       {"http://h:443", 443, false, "h:443"},
                       {"https://h:443", 443, true, "h"},
                       {"http://h:65535", 65535, false, "h:65535"},
                       {"http://[::1]", 80, false, "[::1]"},
                       {"http://[::1]:8545", 8545, false, "[::1]:8545"},
                       {"http://10.0.0.1:80/", 80, false, "10.0.0.1"}};
    for (const auto& [text, port, tls, host_header] : cases) {
        const auto url = parse_url(text);
        ASSERT_TRUE(url) << text;
        EXPECT_EQ(url->port, port) << text;
        EXPECT_EQ(url->is_tls(), tls) << text;
        EXPECT_EQ(url->host_header(), host_header) << text;
        EXPECT_EQ(url->path, "") << text;
    }
}

TEST(Url, WhatIsNoUsableUrlIsRefused) {
    for (const auto* text : {"",
                             "h",
                             "h:80",
                             "//h",
                             "/path",
                             "http:",
                             "http://",
                             "http:///path",
                             "ftp://h",
                             "file:///x",
                             "http://h:0",
                             "http://h:65536",
                             "http://h:99999",
                             "http://h:4294967376",
                             "http://h:x",
                             "http://h:8545x",
                             "http://h:-1",
                             "http://h#f",
                             "http://h /",
                             "http://[::1",
                             "http://h/%zz",
                             "http://h/\r\nX: y"}) {
        const auto url = parse_url(text);
        EXPECT_FALSE(url) << text;
        if (!url) {
            EXPECT_FALSE(url.error().empty()) << text;
        }
    }
}

RC_GTEST_PROP(Url, OnlySchemeHostAndPortAreEverShown, ()) {
    const auto scheme = *rc::gen::element<std::string>("http", "https", "ws", "wss");
    const auto user = *rc::gen::element<std::string>("", "SECRET@", "user:SECRET@", ":SECRET@");
    const auto path = *rc::gen::element<std::string>("", "/", "/SECRET", "/v3/SECRET/");
    const auto query = *rc::gen::element<std::string>("", "?", "?key=SECRET");
    const auto port = *rc::gen::inRange<int>(1, 65536);
    const auto url = parse_url(scheme + "://" + user + "node.example:" + std::to_string(port) + path + query);
    RC_ASSERT(url.has_value());
    RC_ASSERT(url->display() == scheme + "://node.example:" + std::to_string(port));
    RC_ASSERT(url->host_header().find("SECRET") == std::string::npos);
}

RC_GTEST_PROP(Url, TheErrorNeverHoldsTheText, ()) {
    const auto text =
        *rc::gen::element<std::string>("SECRET", "SECRET://h", "http://SECRET@", "http://h:SECRET",
                                       "http://h/ SECRET", "http://h#SECRET", "ftp://SECRET/SECRET");
    const auto url = parse_url(text);
    RC_ASSERT(!url.has_value());
    RC_ASSERT(url.error().find("SECRET") == std::string::npos);
}

RC_GTEST_PROP(Url, AnyBytesGiveAUrlOrASentence, (const std::string& junk)) {
    const auto url =
        parse_url(*rc::gen::element(junk, "http://" + junk, "http://h/" + junk, "http://h:" + junk));
    if (url) {
        RC_ASSERT(!url->host.empty());
        RC_ASSERT(url->port != 0);
        RC_ASSERT(url->path.empty() || url->path.front() == '/');
    } else {
        RC_ASSERT(!url.error().empty());
    }
}

TEST(ParseUrl, AUnixSocketIsRefusedInWords) {
    for (const auto* text :
         {"http://unix%2Frun%2Fgeth.ipc", "http://%2Frun%2Fgeth.ipc/", "http://%2frun%2fgeth",
          "http://unix:/run/geth.ipc", "unix:///run/geth.ipc", "unix:/run/geth.ipc",
          "http+unix://%2Frun%2Fgeth.ipc", "ipc:///run/geth.ipc", "file:///run/geth.ipc", "/run/geth.ipc",
          "geth.ipc", "UNIX:x", "ws://UNIX:/x", "\\\\.\\pipe\\geth.ipc"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error(), "a Unix socket, and weir reaches nodes by TCP only") << text;
    }
    for (const auto* text : {"http://unix:80/x", "http://unix.example/a%2Fb", "http://h/x.ipc",
                             "http://h/?u=unix:/x", "http://u:pa%2Fss@h/", "http://unix@h/"})
        EXPECT_TRUE(parse_url(text)) << text;
}

TEST(ParseUrl, AHostIsAHost) {
    for (const auto* text : {"http://a%20b/", "http://a%40b", "http://a%3Ab/", "http://a%00b/"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_TRUE(parse_url("http://my_node:8545"));
    EXPECT_TRUE(parse_url("http://[::1]:8545"));
}

} // namespace
} // namespace weir::net
