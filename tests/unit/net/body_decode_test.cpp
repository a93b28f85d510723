// A body decoded in place is the same whatever pieces it comes in.
#include "net/http_head.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace weir::net {
namespace {

struct Result {
    std::string body;
    std::string left; ///< bytes behind the message's end
    bool done = false, malformed = false;
    bool operator==(const Result&) const = default;
};

/// Feeds `wire` in pieces that end at `cuts`, keeping what was not consumed, as a connection's buffer does.
template <bool IsRequest>
Result decode(MessageParser<IsRequest>& parser, std::string_view wire, const std::vector<std::size_t>& cuts) {
    Result result;
    std::string buffer;
    std::size_t from = 0;
    auto ends = cuts;
    ends.push_back(wire.size());
    for (const auto end : ends) {
        buffer.append(wire.substr(from, end - from));
        from = end;
        while (!buffer.empty() && !parser.done()) {
            const auto got = parser.decode(buffer.data(), buffer.size());
            result.body.append(got.data);
            buffer.erase(0, got.consumed);
            if (got.malformed) {
                result.malformed = true;
                return result;
            }
            if (got.consumed == 0) break;
        }
    }
    result.left = buffer;
    result.done = parser.done();
    return result;
}

Result chunked(const std::string& wire, const std::vector<std::size_t>& cuts = {}) {
    Head head;
    MessageParser<true> parser(head);
    EXPECT_EQ(parser.parse_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
              Refusal::none);
    EXPECT_EQ(head.framing, Framing::chunked);
    return decode(parser, wire, cuts);
}

TEST(ChunkedBody, IsTheSameSplitAtEveryByte) {
    const std::string wire = "5\r\nhello\r\n1;ext=\"a\"\r\n \r\n00C\r\nwide, "
                             "wide\r\n\r\nA\r\n0123456789\r\n0\r\nX-Trailer: x\r\n\r\nGET /next";
    const Result wanted{"hello wide, wide\r\n0123456789", "GET /next", true, false};
    EXPECT_EQ(chunked(wire), wanted);
    for (std::size_t i = 0; i <= wire.size(); ++i) {
        const auto got = chunked(wire, {i});
        EXPECT_EQ(got.body, wanted.body) << "split at " << i;
        EXPECT_TRUE(got.done) << "split at " << i;
        EXPECT_EQ(got.left, wanted.left) << "split at " << i;
    }
}

TEST(ChunkedBody, IsTheSameByteByByte) {
    const std::string wire = "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
    std::vector<std::size_t> every(wire.size());
    for (std::size_t i = 0; i < every.size(); ++i)
        every[i] = i;
    EXPECT_EQ(chunked(wire, every), (Result{"abc0123456789abcdef", "", true, false}));
}

TEST(ChunkedBody, AnEmptyOneMayComeByteByByte) {
    EXPECT_EQ(chunked("0\r\n\r\nGET", {1, 2, 3, 4, 5, 6}), (Result{"", "GET", true, false}));
}

RC_GTEST_PROP(ChunkedBody, RandomChunksInRandomPiecesGiveTheirBytes, ()) {
    std::string wire, body;
    const int chunks = *rc::gen::inRange(0, 6);
    for (int i = 0; i < chunks; ++i) {
        const auto data = *rc::gen::nonEmpty(rc::gen::arbitrary<std::string>());
        char size[32];
        std::snprintf(size, sizeof size, *rc::gen::arbitrary<bool>() ? "%zx" : "%04zX", data.size());
        wire += std::string(size) + "\r\n" + data + "\r\n";
        body += data;
    }
    wire += "0\r\n\r\n";
    auto cuts =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, wire.size() + 1));
    std::sort(cuts.begin(), cuts.end());
    const auto got = chunked(wire, cuts);
    RC_ASSERT(!got.malformed);
    RC_ASSERT(got.done);
    RC_ASSERT(got.body == body);
    RC_ASSERT(got.left.empty());
}

TEST(ChunkedBody, FramingThatCanBeReadInTwoWaysIsMalformed) {
    for (const std::string wire : {"x\r\n", "-1\r\n", "+5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
                                   "5\r\nhelloX\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "\r\n5\r\nhello\r\n",
                                   "11111111111111111\r\nx", " 5\r\nhello\r\n", "5 5\r\nhello\r\n"}) {
        EXPECT_TRUE(chunked(wire).malformed) << wire;
    }
}

TEST(ChunkedBody, AFaultIsSeenWithItsFirstByte) {
    // Each ends with the byte that cannot be.
    for (const std::string wire : {"5\n",
                                   "5\r\nhello\n",
                                   "5\r\nhello\r\n0\n",
                                   "5\r\nhello\r\n0\r\n\n",
                                   "0\r\nX: y\n",
                                   "0\r\nX\n",
                                   "5;x\n",
                                   "x",
                                   "-",
                                   "0x",
                                   "5 ",
                                   "\r",
                                   "5\rx",
                                   "5\r\nhellox",
                                   "ffffffffffffffff",
                                   "4000000000000001",
                                   "0\r\n ",
                                   "0\r\n:",
                                   "0\r\nX ",
                                   "0\r\nX: y\r\n ",
                                   "0\r\nX: \x01",
                                   "5;\x7f"}) {
        EXPECT_FALSE(chunked(wire.substr(0, wire.size() - 1)).malformed) << wire;
        EXPECT_TRUE(chunked(wire).malformed) << wire;
    }
}

TEST(ChunkedBody, ALineOrTrailersWithoutEndAreMalformed) {
    const std::string most(16 * 1024, 'x');
    EXPECT_TRUE(chunked("5;" + most).malformed);
    EXPECT_TRUE(chunked("0\r\nX: " + most).malformed);
    EXPECT_TRUE(chunked(std::string(20'000, '0')).malformed);
    std::string trailers = "0\r\n";
    for (int i = 0; i < 5'000; ++i)
        trailers += "X: y\r\n";
    EXPECT_TRUE(chunked(trailers).malformed);
    EXPECT_FALSE(chunked("5;" + most.substr(100) + "\r\nhello\r\n0\r\n\r\n").malformed);
}

/// "taken" or "refused": a message of that kind whose trailers hold this.
template <bool IsRequest>
std::string with_trailer(const std::string& line) {
    Head head;
    MessageParser<IsRequest> parser(head);
    const std::string first = IsRequest ? "POST / HTTP/1.1\r\nHost: a\r\n" : "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(parser.parse_head(first + "Transfer-Encoding: chunked\r\n\r\n"), Refusal::none);
    const auto got = decode(parser, "2\r\n{}\r\n0\r\nX-Sum: 1\r\n" + line + "\r\n\r\n", {});
    EXPECT_EQ(got.body, "{}");
    return got.malformed ? "refused" : got.done ? "taken" : "not whole";
}

TEST(Trailers, ThatSayHowAMessageIsFramedOrTreatedAreRefused) { // RFC 9110 §6.5.1
    for (const std::string line :
         {"Content-Length: 5", "content-length:5", "Transfer-Encoding: chunked", "TRANSFER-ENCODING: gzip"}) {
        EXPECT_EQ(with_trailer<true>(line), "refused") << line;
        EXPECT_EQ(with_trailer<false>(line), "refused") << line;
    }
    for (const std::string line :
         {"Host: b", "Connection: close", "Trailer: x", "TE: trailers", "Upgrade: h2c",
          "Expect: 100-continue", "Max-Forwards: 0", "Authorization: x", "Proxy-Authorization: x",
          "Cookie: a=b", "Content-Encoding: gzip", "Content-Type: text/plain", "Content-Range: bytes 0-1/2",
          "Cache-Control: no-store", "Range: bytes=0-1"}) {
        EXPECT_EQ(with_trailer<true>(line), "refused") << line;
        EXPECT_EQ(with_trailer<false>(line), "taken") << line << ": weir drops it";
    }
    for (const std::string line :
         {"X-Checksum: 1", "Server-Timing: a", "Digest: x", "Grpc-Status: 0", "Hos: x",
          "Content-Length-Of-Something-That-Is-Much-Longer: 5", "Empty:", "X: \t a\tb "}) {
        EXPECT_EQ(with_trailer<true>(line), "taken") << line;
        EXPECT_EQ(with_trailer<false>(line), "taken") << line;
    }
}

TEST(ChunkedBody, SaysWhatIsStillToCome) {
    Head head;
    MessageParser<true> parser(head);
    ASSERT_EQ(parser.parse_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
              Refusal::none);
    std::string wire = "1000\r\nhello";
    const auto got = parser.decode(wire.data(), wire.size());
    EXPECT_EQ(got.data, "hello");
    EXPECT_EQ(parser.announced(), 0x1000U - 5);
}

TEST(ChunkedBody, CutOffIsNotDone) {
    const std::string wire = "5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t n = 0; n < wire.size(); ++n) {
        Head head;
        MessageParser<true> parser(head);
        ASSERT_EQ(parser.parse_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
                  Refusal::none);
        EXPECT_FALSE(decode(parser, std::string_view(wire).substr(0, n), {}).done) << n;
        EXPECT_FALSE(parser.end_of_stream()) << n;
    }
}

TEST(BodyOfKnownLength, EndsWithItsLastByteAndLeavesTheNextMessage) {
    const std::string wire = "helloGET /next";
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        Head head;
        MessageParser<true> parser(head);
        ASSERT_EQ(parser.parse_head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"),
                  Refusal::none);
        EXPECT_EQ(decode(parser, wire, {cut}), (Result{"hello", "GET /next", true, false})) << cut;
    }
}

TEST(BodyUntilClose, EndsProperlyWithTheConnectionOnly) {
    Head head;
    MessageParser<false> parser(head);
    ASSERT_EQ(parser.parse_head("HTTP/1.1 200 OK\r\n\r\n"), Refusal::none);
    const auto got = decode(parser, "all of it", {3, 5});
    EXPECT_EQ(got.body, "all of it");
    EXPECT_FALSE(got.done);
    EXPECT_TRUE(parser.end_of_stream());
    EXPECT_TRUE(parser.done());
}

TEST(BodyOfKnownLength, CutOffIsNoProperEnd) {
    Head head;
    MessageParser<false> parser(head);
    ASSERT_EQ(parser.parse_head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), Refusal::none);
    EXPECT_EQ(decode(parser, "hell", {}).body, "hell");
    EXPECT_FALSE(parser.end_of_stream());
}

TEST(Bodyless, AnswersAreDoneWithTheirHead) {
    for (const std::string status : {"204 No Content", "304 Not Modified"}) {
        Head head;
        MessageParser<false> parser(head);
        ASSERT_EQ(parser.parse_head("HTTP/1.1 " + status + "\r\n\r\n"), Refusal::none);
        EXPECT_TRUE(parser.done()) << status;
        EXPECT_EQ(head.framing, Framing::none) << status;
    }
}

} // namespace
} // namespace weir::net
