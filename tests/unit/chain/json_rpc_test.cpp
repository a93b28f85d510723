// Reading requests in place, with Boost.JSON as the oracle for what is JSON at all.
#include "chain/json_rpc.hpp"

#include <boost/json/src.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::chain {
namespace {

namespace json = boost::json;

Requests scan(std::string_view body, ScanError wanted = ScanError::none, std::size_t max_items = 100) {
    Requests out;
    EXPECT_EQ(scan_requests(body, max_items, out), wanted) << body;
    return out;
}

/// Boost.JSON also refuses what RFC 8259 leaves open: invalid UTF-8 (allowed here by an option), unpaired
/// surrogates and exponents beyond int (kept out of the generated texts).
json::error_code oracle_says(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_depth;
    options.allow_invalid_utf8 = true;
    json::parser parser({}, options);
    json::error_code ec;
    parser.write(text.data(), text.size(), ec);
    return ec;
}
bool oracle_accepts(std::string_view text) {
    return !oracle_says(text);
}

bool weir_accepts(std::string_view text) {
    Requests out;
    const auto error = scan_requests(text, 1'000'000, out);
    return error != ScanError::not_json && error != ScanError::too_deep;
}

std::string space() {
    return *rc::gen::element<std::string>("", "", "", " ", "\n", "\t\r ");
}

std::string random_string() {
    std::string out = "\"";
    const int parts = *rc::gen::inRange(0, 6);
    for (int i = 0; i < parts; ++i) {
        out += *rc::gen::element<std::string>("a", "method", "id", "0123456789abcdefghij", "\\n", "\\\"",
                                              "\\\\", "\\/", "\\u0041", "\\u00e9", "\xc3\xa9", "\x7f", "{",
                                              "]", ",", "\xff");
    }
    return out + '"';
}

std::string random_json(int depth) {
    const int kind = depth <= 0 ? *rc::gen::inRange(0, 3) : *rc::gen::inRange(0, 7);
    switch (kind) {
    case 0:
        return random_string();
    case 1:
        return *rc::gen::element<std::string>("0", "-0", "1", "-12", "0.5", "1e5", "1E-5", "-1.25e+3",
                                              "12345678901234567890123", "0x1", "01", "1.", ".5", "-", "+1",
                                              "1e", "Infinity", "NaN");
    case 2:
        return *rc::gen::element<std::string>("true", "false", "null", "nul", "True");
    case 3:
    case 4: {
        std::string out = "[";
        const int n = *rc::gen::inRange(0, 4);
        for (int i = 0; i < n; ++i)
            out += (i ? "," : "") + space() + random_json(depth - 1) + space();
        return out + (n == 0 ? space() : "") + "]";
    }
    default: {
        std::string out = "{";
        const int n = *rc::gen::inRange(0, 4);
        for (int i = 0; i < n; ++i) {
            const auto key =
                *rc::gen::element<std::string>("\"method\"", "\"id\"", "\"params\"", "\"x\"", "\"\\u0069d\"");
            out +=
                (i ? "," : "") + space() + key + space() + ":" + space() + random_json(depth - 1) + space();
        }
        return out + (n == 0 ? space() : "") + "}";
    }
    }
}

std::string mutated(std::string text) {
    const int times = *rc::gen::inRange(1, 4);
    for (int i = 0; i < times && !text.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const char c = *rc::gen::element('{', '}', '[', ']', ',', ':', '"', '0', '-', ' ', 'e', '.', 't', 'n',
                                         '\n', '\0', '\x1f', 'x');
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
            text.erase(at, 1);
            break;
        case 1:
            text.insert(at, 1, c);
            break;
        case 2:
            text[at] = c;
            break;
        default:
            text.resize(at);
            break;
        }
    }
    return text;
}

RC_GTEST_PROP(ScanRequests, AcceptsExactlyWhatBoostJsonAcceptsOfRandomTexts, ()) {
    const auto text = space() + random_json(4) + space();
    RC_CLASSIFY(oracle_accepts(text), "valid");
    RC_ASSERT(weir_accepts(text) == oracle_accepts(text));
}

RC_GTEST_PROP(ScanRequests, AcceptsExactlyWhatBoostJsonAcceptsOfMutatedTexts, ()) {
    const auto text = mutated(R"({"jsonrpc":"2.0","id":)" + random_json(1) +
                              R"(,"method":"eth_call","params":)" + random_json(3) + "}");
    RC_LOG() << text;
    RC_PRE(oracle_says(text) != json::error::exponent_overflow); // which RFC 8259 knows nothing of
    RC_ASSERT(weir_accepts(text) == oracle_accepts(text));
}

RC_GTEST_PROP(ScanRequests, IsTotalOverAnyBytesAndAgreesWithBoostJson, (const std::string& text)) {
    RC_ASSERT(weir_accepts(text) == oracle_accepts(text));
}

RC_GTEST_PROP(ScanRequests, EveryCallsTextIsTheElementAsBoostJsonReadsIt, ()) {
    std::vector<std::string> elements;
    const int n = *rc::gen::inRange(1, 6);
    std::string body = "[";
    for (int i = 0; i < n; ++i) {
        std::string element;
        do
            element = random_json(3);
        while (!oracle_accepts(element));
        body += (i ? "," : "") + space() + element + space();
        elements.push_back(element);
    }
    body += ']';
    Requests out;
    RC_ASSERT(scan_requests(body, 100, out) == ScanError::none);
    RC_ASSERT(out.batch);
    RC_ASSERT(out.calls.size() == elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i)
        RC_ASSERT(out.calls[i].text == elements[i]);
}

TEST(ScanRequests, PointsAtIdMethodAndParamsByteForByte) {
    const auto out =
        scan(R"( {"jsonrpc":"2.0", "id" : 1.50e1 ,"params": [ {"a":1} ] ,"method":"eth_call"} )");
    ASSERT_EQ(out.calls.size(), 1U);
    EXPECT_FALSE(out.batch);
    const auto& call = out.calls[0];
    EXPECT_TRUE(call.valid);
    EXPECT_EQ(call.id, "1.50e1");
    EXPECT_EQ(call.method, "eth_call");
    EXPECT_EQ(call.params, R"([ {"a":1} ])");
    EXPECT_EQ(call.text.front(), '{');
    EXPECT_EQ(call.text.back(), '}');
}

TEST(ScanRequests, KeepsEveryKindOfIdAsItWasWritten) {
    for (const std::string id : {"1", "-0", "1e2", "123456789012345678901234567890", "\"a\"", "\"\\u0041\"",
                                 "\"\"", "null", "0.10"}) {
        const auto body = R"({"method":"m","id":)" + id + "}";
        const auto out = scan(body);
        EXPECT_TRUE(out.calls[0].valid) << id;
        EXPECT_EQ(out.calls[0].id, id);
    }
    EXPECT_EQ(scan(R"({"method":"m"})").calls[0].id, "") << "a notification has none";
}

TEST(ScanRequests, IdsThatAreNoScalarStringOrNumberMakeTheCallInvalidAndAreNotEchoed) {
    for (const std::string id : {"{}", "[1]", "true", "false"}) {
        const auto body = R"({"method":"m","id":)" + id + "}";
        const auto out = scan(body);
        EXPECT_FALSE(out.calls[0].valid) << id;
        EXPECT_EQ(out.calls[0].flaw, CallFlaw::bad_id) << id;
        EXPECT_EQ(out.calls[0].id, "") << id;
    }
}

TEST(ScanRequests, CallsWithoutAStringMethodAreInvalidButKeepTheirId) {
    for (const std::string body :
         {R"({"id":7})", R"({"id":7,"method":1})", R"({"id":7,"method":null})", R"({"id":7,"method":{}})"}) {
        const auto out = scan(body);
        EXPECT_FALSE(out.calls[0].valid) << body;
        EXPECT_EQ(out.calls[0].flaw, CallFlaw::no_method) << body;
        EXPECT_EQ(out.calls[0].id, "7") << body;
        EXPECT_EQ(out.calls[0].method, "") << body;
    }
    EXPECT_FALSE(scan("{}").calls[0].valid);
}

TEST(ScanRequests, OfRepeatedKeysTheLastCounts) {
    const auto out = scan(R"({"method":"a","id":1,"params":[1],"method":"b","id":2,"params":[2]})");
    EXPECT_EQ(out.calls[0].method, "b");
    EXPECT_EQ(out.calls[0].id, "2");
    EXPECT_EQ(out.calls[0].params, "[2]");
    EXPECT_EQ(out.calls[0].shadowed, "a") << "a node may take the first";
    EXPECT_FALSE(scan(R"({"method":"a","method":1})").calls[0].valid);
}

TEST(ScanRequests, EscapedKeysAreTheSameKeys) {
    const auto out = scan(R"({"\u006dethod":"a","i\u0064":3,"par\u0061ms":[]})");
    EXPECT_TRUE(out.calls[0].valid);
    EXPECT_EQ(out.calls[0].method, "a");
    EXPECT_EQ(out.calls[0].id, "3");
    EXPECT_EQ(out.calls[0].params, "[]");
}

TEST(ScanRequests, KeysThatANodeMightTakeForOursMakeTheCallInvalid) {
    for (const std::string body :
         {R"({"method":"eth_call","Method":"admin_x"})", R"({"METHOD":"a","method":"b","id":1})",
          R"({"method":"m","Id":1})", R"({"method":"m","PARAMS":[]})", R"({"method":"m","\u004dethod":"x"})",
          R"({"method":"m","I\u0044":1})"}) {
        EXPECT_FALSE(scan(body).calls[0].valid) << body;
        EXPECT_EQ(scan(body).calls[0].flaw, CallFlaw::ambiguous) << body;
    }
    for (const std::string body : {R"({"method":"m","methods":1})", R"({"method":"m","idx":1,"i":2})",
                                   R"({"method":"m","Version":"x"})"}) {
        EXPECT_TRUE(scan(body).calls[0].valid) << body;
    }
}

TEST(ScanRequests, KeysDeeperInTheTextAreNotTheCalls) {
    const auto out =
        scan(R"({"params":[{"method":"inner","id":9}],"x":{"method":"inner"},"method":"outer","id":1})");
    EXPECT_EQ(out.calls[0].method, "outer");
    EXPECT_EQ(out.calls[0].id, "1");
}

TEST(ScanRequests, ABatchKeepsItsOrderAndItsInvalidElements) {
    const auto out = scan(R"([{"method":"a","id":1}, 1, "x", [], {"method":"b"}, null, {"id":5}])");
    EXPECT_TRUE(out.batch);
    ASSERT_EQ(out.calls.size(), 7U);
    std::string valid;
    for (const auto& call : out.calls)
        valid += call.valid ? '1' : '0';
    EXPECT_EQ(valid, "1000100");
    EXPECT_EQ(out.calls[2].text, "\"x\"");
    EXPECT_EQ(out.calls[4].method, "b");
    EXPECT_EQ(out.calls[6].id, "5");
}

TEST(ScanRequests, BatchesAreBoundedAndNeverEmpty) {
    scan("[]", ScanError::empty_batch);
    scan(" [ ] ", ScanError::empty_batch);
    EXPECT_EQ(scan(R"([{"method":"a"},{"method":"b"}])", ScanError::none, 2).calls.size(), 2U);
    scan(R"([{"method":"a"},{"method":"b"},{"method":"c"}])", ScanError::batch_too_large, 2);
    scan(R"([{"method":"a"},{"method":"b"},{"method":"c"])", ScanError::not_json, 2);
}

TEST(ScanRequests, JsonThatIsNoRequestIsToldFromWhatIsNoJson) {
    for (const auto* text : {"1", "\"a\"", "null", "true", " -1.5 "})
        scan(text, ScanError::not_a_request);
    for (const auto* text : {"", "  ", "{", "[", "{}{}", "[1]x", "{\"a\"}", "{\"a\":}", "{,}", "[1,]",
                             "{\"a\":1,}", "tru", "'a'", "{\"a\":1 \"b\":2}", "\xef\xbb\xbf{}", "// c\n{}"}) {
        scan(text, ScanError::not_json);
    }
}

TEST(ScanRequests, NestingIsBoundedExactlyAtMaxDepth) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    // The whole text counts: the call's own object is one level, a batch's array another.
    scan(R"({"method":"m","params":)" + nested(max_depth - 1) + "}");
    scan(R"({"method":"m","params":)" + nested(max_depth) + "}", ScanError::too_deep);
    scan(R"([{"method":"m","params":)" + nested(max_depth - 2) + "}]");
    scan(R"([{"method":"m","params":)" + nested(max_depth - 1) + "}]", ScanError::too_deep);
    for (std::size_t depth = max_depth - 2; depth <= max_depth + 2; ++depth) {
        EXPECT_EQ(weir_accepts(nested(depth)), oracle_accepts(nested(depth))) << depth;
        EXPECT_EQ(weir_accepts(nested(depth)), depth <= max_depth) << depth;
    }
    scan("{\"method\":\"m\",\"params\":" + std::string(100'000, '['), ScanError::too_deep);
    scan(std::string(100'000, '['), ScanError::too_deep);
}

TEST(ScanRequests, OverwritesWhatAnEarlierScanLeft) {
    Requests out;
    ASSERT_EQ(scan_requests(R"([{"method":"a"},{"method":"b"}])", 9, out), ScanError::none);
    ASSERT_EQ(scan_requests(R"({"method":"c"})", 9, out), ScanError::none);
    EXPECT_FALSE(out.batch);
    ASSERT_EQ(out.calls.size(), 1U);
    EXPECT_EQ(out.calls[0].method, "c");
}

} // namespace
} // namespace weir::chain
