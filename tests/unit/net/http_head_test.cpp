// What two parsers could read in two ways is refused; what is read is read whole, however it comes.
#include "net/http_head.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::net {
namespace {

using Request = MessageParser<true>;
using Response = MessageParser<false>;
using namespace std::string_literals;

/// As server_connection does it: find the end, then parse. `malformed` where no end can come.
Refusal refusal_of(const std::string& text) {
    std::size_t skipped = 0;
    const auto end = find_head_end(text, skipped);
    if (!end) return Refusal::malformed;
    EXPECT_NE(*end, 0U) << "incomplete: " << text;
    Head head;
    Request parser(head);
    return parser.parse_head(std::string_view(text).substr(skipped, *end - skipped));
}

std::string post(const std::string& fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

TEST(Smuggling, EveryKnownTrickIsRefused) {
    struct {
        const char* name;
        std::string text;
        Refusal refusal;
        unsigned status;
    } const cases[] = {
        {"CL and TE", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Refusal::malformed, 400},
        {"TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), Refusal::malformed, 400},
        {"two equal CL", post("Content-Length: 5\r\nContent-Length: 5\r\n"), Refusal::ambiguous, 400},
        {"two CL", post("Content-Length: 5\r\nContent-Length: 6\r\n"), Refusal::malformed, 400},
        {"list of CL", post("Content-Length: 5, 5\r\n"), Refusal::malformed, 400},
        {"CL with sign", post("Content-Length: +5\r\n"), Refusal::malformed, 400},
        {"negative CL", post("Content-Length: -5\r\n"), Refusal::malformed, 400},
        {"hex CL", post("Content-Length: 0x5\r\n"), Refusal::malformed, 400},
        {"empty CL", post("Content-Length: \r\n"), Refusal::malformed, 400},
        {"CL with space inside", post("Content-Length: 5 5\r\n"), Refusal::malformed, 400},
        {"CL beyond 64 bits", post("Content-Length: 18446744073709551616\r\n"), Refusal::malformed, 400},
        {"two TE", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Refusal::malformed,
         400},
        {"TE gzip", post("Transfer-Encoding: gzip\r\n"), Refusal::transfer_coding, 501},
        {"TE identity", post("Transfer-Encoding: identity\r\n"), Refusal::transfer_coding, 501},
        {"TE gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n"), Refusal::transfer_coding, 501},
        {"TE with a tail", post("Transfer-Encoding: chunked;q=1\r\n"), Refusal::transfer_coding, 501},
        {"space before colon", post("Content-Length : 5\r\n"), Refusal::malformed, 400},
        {"obs-fold", post("X: a\r\n b\r\n"), Refusal::malformed, 400},
        {"obs-fold of TE", post("Transfer-Encoding:\r\n chunked\r\n"), Refusal::malformed, 400},
        {"bare LF", "POST / HTTP/1.1\nHost: a\n\n", Refusal::malformed, 400},
        {"bare LF in between", "POST / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", Refusal::malformed, 400},
        {"bare CR in a value", post("X: a\rb\r\n"), Refusal::malformed, 400},
        {"bare CR at a line's end", post("X: a\r\r\n"), Refusal::malformed, 400},
        {"bare CR before a name", post("\rX: a\r\n"), Refusal::malformed, 400},
        {"NUL in a value", post("X: a\0b\r\n"s), Refusal::malformed, 400},
        {"NUL in a name", post("X\0: b\r\n"s), Refusal::malformed, 400},
        {"empty name", post(": b\r\n"), Refusal::malformed, 400},
        {"line without colon", post("nonsense\r\n"), Refusal::malformed, 400},
        {"two Hosts", post("Host: b\r\n"), Refusal::ambiguous, 400},
        {"two equal Hosts", post("Host: a\r\n"), Refusal::ambiguous, 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", Refusal::no_host, 400},
        {"HTTP/1.0 with TE", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         Refusal::ambiguous, 400},
        {"HTTP/0.9", "GET /\r\n\r\n", Refusal::malformed, 400},
        {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", Refusal::version, 505},
        {"space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", Refusal::version, 505},
        {"HTTP/0.9 with its name", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", Refusal::version, 505},
        {"HTTP/01.1", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"HTTP/1.1 in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"HTTP/11", "GET / HTTP/11\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"a space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"a tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"* and not OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed, 400},
        {"an absolute target without a host", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::malformed,
         400},
        {"an absolute target with a fragment", "GET http://a#/b HTTP/1.1\r\nHost: a\r\n\r\n",
         Refusal::malformed, 400},
        {"nine empty lines before", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
         Refusal::malformed, 400},
    };
    for (const auto& [name, text, refusal, status] : cases) {
        const auto got = refusal_of(text);
        EXPECT_EQ(words_of(got), words_of(refusal)) << name;
        EXPECT_EQ(status_of(got), status) << name;
    }
}

TEST(Head, WhatIsWellFormedIsRead) {
    for (const auto& text : {post(""), post("Content-Length: 0\r\n"), post("Content-Length: 5\r\n"),
                             post("transfer-encoding: Chunked\r\n"), "GET / HTTP/1.0\r\n\r\n"s,
                             "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"s, "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"s,
                             "CONNECT a:1 HTTP/1.1\r\nHost:\r\n\r\n"s, post("X:\r\nY: \t a\tb \r\n")}) {
        EXPECT_EQ(words_of(refusal_of(text)), "") << text;
    }
}

TEST(Host, IsAHostWithAPortOrWithout) {
    const auto get = [](const std::string& host, const std::string& target = "/",
                        const char* version = "1.1") {
        return refusal_of("GET " + target + " HTTP/" + version + "\r\nHost: " + host + "\r\n\r\n");
    };
    for (const std::string host : {"a", "a.example", "a.example.", "a:80", "a:", "1.2.3.4:8080", "[::1]",
                                   "[::1]:8080", "my_service", "xn--bcher-kva.example", "a%20b", "a:65535"})
        EXPECT_EQ(words_of(get(host)), "") << host;
    for (const std::string host : {"",
                                   ".",
                                   "a b",
                                   "a/b",
                                   "a?b",
                                   "a#b",
                                   "user@a",
                                   "user:pw@a",
                                   "a:x",
                                   "a:80:80",
                                   "a:-1",
                                   "a:65536",
                                   "a:999999999999",
                                   "::1",
                                   "[::1",
                                   "[::1]x",
                                   "[x]",
                                   "http://a",
                                   "a%",
                                   "a%2",
                                   "a%zz",
                                   "a\\b",
                                   "a\"b",
                                   "a<b",
                                   "\xc3\xa4",
                                   "[fe80::1%eth0]"}) {
        EXPECT_EQ(words_of(get(host)), words_of(Refusal::bad_host)) << host;
        EXPECT_EQ(words_of(get(host, "/", "1.0")), words_of(Refusal::bad_host)) << host;
    }
    EXPECT_EQ(get("a", "http://b:80/x"), Refusal::none) << "the absolute form replaces it";
    for (const std::string target : {"http://user@a/", "http://a:x/", "http://[::1/", "http://a:70000/"})
        EXPECT_EQ(words_of(get("a", target)), words_of(Refusal::bad_host)) << target;
    EXPECT_EQ(words_of(get("a b", "http://a/")), words_of(Refusal::bad_host)) << "though it does not count";
}

TEST(AnswersLength, MayBeSaidTwiceWhereItIsTheSame) { // RFC 9110 §8.6
    const auto answer = [](const std::string& fields, bool bodyless = false) {
        Head head;
        Response parser(head, bodyless);
        const auto refusal = parser.parse_head("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
        if (refusal != Refusal::none) return std::string(words_of(refusal));
        std::size_t lines = 0;
        for (const auto& field : head.fields())
            lines += field.id == http::field::content_length;
        return std::to_string(lines) + " line, " + std::string(*head.find(http::field::content_length)) +
               ", " + std::to_string(head.content_length);
    };
    for (const std::string same : {"Content-Length: 5, 5\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
                                   "Content-Length: 5,5 , 5\r\nX: y\r\ncontent-length: 5\r\n"}) {
        EXPECT_EQ(answer(same), "1 line, 5, 5") << same;
        EXPECT_EQ(answer(same, true), "1 line, 5, 0") << same << " to HEAD";
    }
    for (const std::string fault :
         {"Content-Length: 5, 6\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5, x\r\n", "Content-Length: 5, +5\r\n", "Content-Length: 5,\r\n",
          "Content-Length: ,\r\n", "Content-Length: 5 5\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"})
        EXPECT_EQ(answer(fault), words_of(Refusal::malformed)) << fault;
}

TEST(Head, SaysHowTheBodyIsFramed) {
    struct {
        std::string fields;
        Framing framing;
        std::uint64_t length;
    } const cases[] = {{"", Framing::none, 0},
                       {"Content-Length: 0\r\n", Framing::none, 0},
                       {"Content-Length: 12\r\n", Framing::length, 12},
                       {"Transfer-Encoding: chunked\r\n", Framing::chunked, 0}};
    for (const auto& [fields, framing, length] : cases) {
        Head head;
        Request parser(head);
        ASSERT_EQ(parser.parse_head(post(fields)), Refusal::none) << fields;
        EXPECT_EQ(head.framing, framing) << fields;
        if (framing == Framing::length) {
            EXPECT_EQ(head.content_length, length);
        }
    }
    Head head;
    Response answer(head);
    ASSERT_EQ(answer.parse_head("HTTP/1.1 200 OK\r\n\r\n"), Refusal::none);
    EXPECT_EQ(head.framing, Framing::until_close);
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.reason, "OK");
    Head of_head;
    Response bodyless(of_head, true);
    ASSERT_EQ(bodyless.parse_head("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), Refusal::none);
    EXPECT_TRUE(bodyless.done());
}

TEST(Head, TheAbsoluteFormBecomesTheOriginForm) {
    const std::vector<std::pair<std::string, std::string>> cases{{"/a?b", "/a?b"},
                                                                 {"http://h/a?b", "/a?b"},
                                                                 {"http://h", "/"},
                                                                 {"HTTPS://[::1]:1/", "/"},
                                                                 {"/http://x/y", "/http://x/y"}};
    for (const auto& [target, wanted] : cases) {
        Head head;
        Request parser(head);
        ASSERT_EQ(parser.parse_head("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"), Refusal::none)
            << target;
        EXPECT_EQ(head.target, wanted);
    }
}

TEST(Head, FieldsKeepTheirOrderTheirCaseAndTheirRepetitions) {
    Head head;
    Request parser(head);
    ASSERT_EQ(parser.parse_head(post("x-B: 1\r\nX-b: 2\r\nAccept: */*\r\n")), Refusal::none);
    std::string all;
    for (const auto& field : head.fields())
        all.append(field.name).append("=").append(field.value).append(";");
    EXPECT_EQ(all, "Host=a;x-B=1;X-b=2;Accept=*/*;");
    EXPECT_EQ(head.find(http::field::accept), "*/*");
    EXPECT_FALSE(head.find(http::field::cookie));
}

TEST(Head, HopByHopFieldsAreTheListedOnesAndThoseThatConnectionNames) {
    Head head;
    Request parser(head);
    ASSERT_EQ(parser.parse_head(post("Connection: close, X-One\r\nConnection: x-two\r\nX-One: 1\r\nX-Two: "
                                     "2\r\nX-Three: 3\r\nKeep-Alive: 5\r\n"
                                     "TE: trailers\r\nUpgrade: h2c\r\nProxy-Authorization: "
                                     "x\r\nProxy-Connection: x\r\nTrailer: x\r\n")),
              Refusal::none);
    std::string kept;
    for (const auto& field : head.fields()) {
        if (!head.is_hop_by_hop(field)) kept.append(field.name).append(";");
    }
    EXPECT_EQ(kept, "Host;X-Three;");
    EXPECT_FALSE(head.keep_alive);
}

TEST(FindHeadEnd, SaysWholeNotYetOrNever) {
    const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    std::size_t skipped = 0;
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_EQ(find_head_end(whole.substr(0, n), skipped), 0U) << n;
    EXPECT_EQ(find_head_end(whole + "body", skipped), whole.size());
    EXPECT_EQ(find_head_end("\r\n\r\n" + whole, skipped), whole.size() + 4);
    EXPECT_EQ(skipped, 4U);
    // No end needs to be waited for.
    for (const std::string never : {"GET / HTTP/1.1\r\nHost: a\r\n\r\r", "GET / HTTP/1.1\r\nX: a\rb",
                                    "GET\r ", "GET / HTTP/1.1\r\nX: a\n"})
        EXPECT_EQ(find_head_end(never, skipped), std::nullopt) << never;
}

TEST(FirstLine, IsJudgedBeforeTheRestHasCome) {
    EXPECT_EQ(refusal_of_first_line("GET / HTTP/1.1\r\nHo"), Refusal::none);
    EXPECT_EQ(refusal_of_first_line("GET / HTTP/2.0\r\n"), Refusal::version);
    EXPECT_EQ(refusal_of_first_line("SSH-2.0-OpenSSH_9.2\r\n"), Refusal::malformed);
}

TEST(StatusLine, MayLackTheSpaceBeforeAnEmptyReasonAndMustHaveAStatus) { // RFC 9112 §4, RFC 9110 §15
    const auto status = [](const std::string& line) {
        Head head;
        Response parser(head);
        const auto refusal = parser.parse_head(line + "\r\nContent-Length: 2\r\nX: y\r\n\r\n");
        if (refusal != Refusal::none) return std::string("refused");
        EXPECT_EQ(head.content_length, 2U);
        EXPECT_EQ(head.fields().back().value, "y");
        return std::to_string(head.status) + std::string(head.reason);
    };
    EXPECT_EQ(status("HTTP/1.1 200"), "200");
    EXPECT_EQ(status("HTTP/1.0 404"), "404");
    EXPECT_EQ(status("HTTP/1.1 200 "), "200");
    EXPECT_EQ(status("HTTP/1.1 200 Fine"), "200Fine");
    for (const std::string fault : {"HTTP/1.1 000 OK", "HTTP/1.1 099", "HTTP/1.1 20", "HTTP/1.1 2000",
                                    "HTTP/1.1", "http/1.1 200", "ICY 200 OK", "HTTP/2.0 200", "HTTP/1.1200"})
        EXPECT_EQ(status(fault), "refused") << fault;
}

RC_GTEST_PROP(Head, AnyBytesAreReadOrRefused, (const std::string& junk)) {
    const auto text = *rc::gen::element(junk, "GET / HTTP/1.1\r\n" + junk + "\r\n\r\n", post(junk),
                                        post("X: " + junk + "\r\n"));
    std::size_t skipped = 0;
    if (const auto end = find_head_end(text, skipped); end && *end > 0) {
        Head head;
        Request parser(head);
        if (parser.parse_head(std::string_view(text).substr(skipped, *end - skipped)) == Refusal::none) {
            for (const auto& field : head.fields()) {
                RC_ASSERT(field.value.find_first_of("\r\n\0"s) == std::string_view::npos);
                RC_ASSERT(!field.name.empty());
            }
        }
    }
}

} // namespace
} // namespace weir::net
