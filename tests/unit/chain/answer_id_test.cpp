#include "chain/answer_id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weir::chain {
namespace {

bool foreign(std::string_view answer, std::string_view asked) {
    // What its beginning tells and what the whole tells must not contradict each other.
    const auto scanned = scan_answer(answer, true);
    if (!scanned.id.empty() && answer.find("\"id\":", 9) == std::string_view::npos) {
        EXPECT_EQ(names_another(scanned, asked), names_another(answer, asked)) << answer;
    }
    return names_another(answer, asked);
}

TEST(SameId, ComparesValuesNotSpellings) {
    EXPECT_TRUE(same_id("1", "1"));
    EXPECT_FALSE(same_id("1", "2"));
    EXPECT_FALSE(same_id("1", "\"1\"")) << "a number is never a string";
    EXPECT_FALSE(same_id("1", "null"));
    EXPECT_FALSE(same_id("", "1"));
    for (const auto* one : {"1.0", "1e0", "1E+0", "10e-1", "0.1e1", "1.000"}) {
        EXPECT_TRUE(same_id("1", one)) << one;
        EXPECT_TRUE(same_id(one, "1")) << one;
        EXPECT_FALSE(same_id("2", one)) << one;
        EXPECT_FALSE(same_id("-1", one)) << one;
    }
    EXPECT_TRUE(same_id("0", "-0.0"));
    EXPECT_TRUE(same_id("1.5", "15e-1"));
    EXPECT_FALSE(same_id("1e999999999999999999", "1"));
}

TEST(SameId, ALongNumberMayHaveGoneThroughADouble) {
    EXPECT_TRUE(same_id("12345678901234567890", "12345678901234567000")) << "as JavaScript writes it";
    EXPECT_TRUE(same_id("12345678901234567890", "1.2345678901234567e+19")) << "as Go writes a float64";
    EXPECT_TRUE(same_id("12345678901234567890", "12345678901234567168")) << "as C writes it";
    EXPECT_FALSE(same_id("12345678901234567890", "12345678901234567891")) << "exact, and another";
    EXPECT_FALSE(same_id("9007199254740992", "9007199254740993"));
    EXPECT_TRUE(same_id("9007199254740993", "9007199254740992")) << "what a double makes of it";
    EXPECT_TRUE(same_id("0.1234567890123456789", "0.12345678901234568"));
}

TEST(SameId, ResolvesEscapes) {
    EXPECT_TRUE(same_id(R"("a<b")", R"("a\u003cb")")) << "as go-ethereum echoes it";
    EXPECT_TRUE(same_id("\"\xc3\xa9\"", R"("\u00e9")"));
    EXPECT_TRUE(same_id("\"\xf0\x9f\x98\x80\"", R"("\uD83D\uDE00")"));
    EXPECT_TRUE(same_id(R"("a/b\n")", R"("a\/b\u000A")"));
    EXPECT_FALSE(same_id(R"("a")", R"("A")"));
    EXPECT_FALSE(same_id(R"("a")", R"("ab")"));
    EXPECT_FALSE(same_id(R"("\ud83d")", R"("\ude00")"));
}

TEST(NamesAnother, ComparesTheIdWhereverItStands) {
    EXPECT_FALSE(foreign(R"({"jsonrpc":"2.0","id":7,"result":"0x1"})", "7"));
    EXPECT_TRUE(foreign(R"({"jsonrpc":"2.0","id":4242,"result":"0x1"})", "7"));
    EXPECT_FALSE(foreign(R"({"jsonrpc":"2.0","result":{"id":1},"id":7})", "7"));
    EXPECT_TRUE(foreign(R"({"jsonrpc":"2.0","result":{"id":7},"id":1})", "7"));
    EXPECT_TRUE(foreign(R"({"error":{"code":-32000,"message":"x"},"id":8})", "7"));
    EXPECT_TRUE(foreign(R"({"id":7,"result":1,"id":8})", "7")) << "two at once: one of them is another's";
}

TEST(NamesAnother, AnAnswerThatNamesNobodyMayBeMeant) {
    EXPECT_FALSE(foreign(R"({"error":{"code":-32700,"message":"parse error"},"id":null})", "7"));
    EXPECT_FALSE(foreign(R"({"id":null,"error":{"code":429,"message":"too many requests"}})", "7"));
    EXPECT_FALSE(foreign(R"({"error":{"code":-32005,"message":"limit"}})", "7"));
    EXPECT_FALSE(foreign(R"({"result":"0x1"})", "7"));
    EXPECT_TRUE(foreign(R"({"id":null,"result":"0x1"})", "7")) << "somebody may have asked with null";
    EXPECT_FALSE(foreign(R"({"id":null,"result":"0x1"})", "null"));
    EXPECT_TRUE(foreign(R"({"id":1,"result":"0x1"})", "null"));
    EXPECT_FALSE(names_another("<html>", "7"));
    EXPECT_FALSE(names_another("[]", "7"));
}

TEST(NamesAnother, TheEndOfALongAnswerTells) {
    const auto ends = [](std::string_view text, std::string_view asked, std::size_t piece) {
        AnswerTail tail;
        for (std::size_t at = 0; at < text.size(); at += piece)
            tail.add(text.substr(at, piece));
        return tail.names_another(asked);
    };
    const std::string filler(5000, 'x');
    for (const std::size_t piece : {1U, 2U, 100U, 4096U, 100'000U}) {
        EXPECT_TRUE(ends(R"({"result":")" + filler + R"(","id":8})", "7", piece));
        EXPECT_TRUE(ends(R"({"result":")" + filler + R"(", "id" : "x" , "jsonrpc":"2.0"} )", "7", piece));
        EXPECT_TRUE(ends(R"({"result":")" + filler + R"(","id":null})", "7", piece));
        EXPECT_FALSE(ends(R"({"result":")" + filler + R"(","id":7})", "7", piece));
        EXPECT_FALSE(ends(R"({"result":")" + filler + R"("})", "7", piece));
        EXPECT_FALSE(ends(R"({"result":["x",{"y":")" + filler + R"(","id":8}]})", "7", piece))
            << "not its own";
        EXPECT_FALSE(ends(R"({"result":")" + filler + R"(\"id\":8}"})", "7", piece)) << "within a string";
    }
}

TEST(OwnId, IsAWholeNumberHoweverWritten) {
    EXPECT_EQ(own_id("17"), 17);
    EXPECT_EQ(own_id("17.0"), 17);
    EXPECT_EQ(own_id("1.7e1"), 17);
    EXPECT_EQ(own_id("170"), 170);
    EXPECT_EQ(own_id("-17"), std::nullopt);
    EXPECT_EQ(own_id("1.5"), std::nullopt);
    EXPECT_EQ(own_id("\"17\""), std::nullopt);
    EXPECT_EQ(own_id("1e99"), std::nullopt);
    EXPECT_EQ(own_id(""), std::nullopt);
}

RC_GTEST_PROP(SameId, IsReflexiveAndTellsWholeNumbersApart, (std::uint64_t a, std::uint64_t b)) {
    const auto one = std::to_string(a % 1'000'000'000'000'000),
               other = std::to_string(b % 1'000'000'000'000'000);
    RC_ASSERT(same_id(one, one + ".0"));
    RC_ASSERT(same_id(one, one + "e0"));
    RC_ASSERT(same_id(one, other) == (one == other));
    RC_ASSERT(same_id(one, other + ".00") == (one == other));
}

} // namespace
} // namespace weir::chain
