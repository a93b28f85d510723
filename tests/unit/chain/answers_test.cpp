// What an answer is, from its beginning.
#include "chain/json_rpc.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::chain {
namespace {

using Kind = Answer::Kind;

TEST(ScanAnswer, AResultIsKnownWithItsFirstByteAndShowsItsText) {
    const auto whole = scan_answer(R"({"jsonrpc":"2.0","id":7,"result":"0x1b4"})", true);
    EXPECT_EQ(whole.kind, Kind::result);
    EXPECT_EQ(whole.id, "7");
    EXPECT_EQ(whole.result, R"("0x1b4")");
    EXPECT_EQ(scan_answer(R"({"result":[)", false).kind, Kind::result);
    EXPECT_EQ(scan_answer(R"({"result":{"a":)", false).kind, Kind::result);
    EXPECT_EQ(scan_answer(R"({"result":)", false).kind, Kind::incomplete);
}

TEST(ScanAnswer, NullIsWaitedFor) {
    for (const auto* text : {R"({"result":n)", R"({"result":nul)"})
        EXPECT_EQ(scan_answer(text, false).kind, Kind::incomplete) << text;
    const auto answer = scan_answer(R"({"id":1,"result":null})", true);
    EXPECT_EQ(answer.kind, Kind::result);
    EXPECT_EQ(answer.result, "null");
}

TEST(ScanAnswer, ALongResultIsShownByItsFirst256Bytes) {
    const auto text = R"({"result":")" + std::string(1000, 'a') + "\"}";
    const auto answer = scan_answer(text, true);
    EXPECT_EQ(answer.kind, Kind::result);
    EXPECT_EQ(answer.result.size(), 256U);
}

TEST(ScanAnswer, AnErrorShowsCodeMessageAndRawData) {
    const auto answer = scan_answer(
        R"({"id":"x","error":{"data":{"a":[1]},"message":"execution \"reverted\"","code":-32000}})", true);
    EXPECT_EQ(answer.kind, Kind::error);
    EXPECT_EQ(answer.id, "\"x\"");
    EXPECT_EQ(answer.error_code, -32000);
    EXPECT_EQ(answer.error_message, R"(execution \"reverted\")");
    EXPECT_EQ(answer.error_data, R"({"a":[1]})");
}

TEST(ScanAnswer, ErrorsOfOddShapesAreErrorsAllTheSame) {
    const auto word = scan_answer(R"({"error":"no such thing"})", true);
    EXPECT_EQ(word.kind, Kind::error);
    EXPECT_EQ(word.error_message, "no such thing");
    for (const auto* text :
         {R"({"error":{}})", R"({"error":5})", R"({"error":[]})", R"({"error":{"code":"a","message":1}})"}) {
        const auto answer = scan_answer(text, true);
        EXPECT_EQ(answer.kind, Kind::error) << text;
        EXPECT_EQ(answer.error_code, 0) << text;
        EXPECT_EQ(answer.error_message, "") << text;
    }
}

TEST(ScanAnswer, ANullErrorIsNone) {
    EXPECT_EQ(scan_answer(R"({"error":null,"id":1,"result":"0x1"})", true).kind, Kind::result);
    EXPECT_EQ(scan_answer(R"({"result":null,"error":null})", true).kind, Kind::result);
    EXPECT_EQ(scan_answer(R"({"id":1,"error":null})", true).kind, Kind::not_json);
}

TEST(ScanAnswer, AnErrorBesideANullResultIsAnError) {
    EXPECT_EQ(scan_answer(R"({"result":null,"error":{"code":1,"message":"m"}})", true).kind, Kind::error);
    EXPECT_EQ(scan_answer(R"({"error":{"code":1,"message":"m"},"result":null})", true).kind, Kind::error);
}

TEST(ScanAnswer, WhatIsNoAnswerIsSaidToBeNone) {
    for (const auto* text : {"", "  ", "<html>", "1", "\"a\"", "{}", "{", R"({"id":1)",
                             R"({"error":{"code":1)", R"({"id":1 "a"})", "Not found"}) {
        EXPECT_EQ(scan_answer(text, true).kind, Kind::not_json) << text;
    }
    for (const auto* text : {"<", "1", "\"", R"({"id":1 "a")", "{1"})
        EXPECT_EQ(scan_answer(text, false).kind, Kind::not_json) << text;
}

TEST(ScanAnswer, ABatchIsKnownByItsBracket) {
    EXPECT_EQ(scan_answer(" [", false).kind, Kind::batch);
    EXPECT_EQ(scan_answer(R"([{"result":1}])", true).kind, Kind::batch);
}

std::string some_answer() {
    const auto id = *rc::gen::element<std::string>(R"("id":1,)", R"("id":"a b\"",)",
                                                   R"("jsonrpc":"2.0" , "id":null ,)", "");
    const auto rest = *rc::gen::element<std::string>(
        R"("result":"0x12")", R"("result":null)", R"("result":{"a":[1,2,{"error":{}}]})", R"("result":[])",
        R"("result":true)", R"("error":{"code":-32000,"message":"header not found"})",
        R"("error":{"code":3,"message":"execution reverted","data":"0x08c379a0"})",
        R"("error":null,"result":"0x")", R"("extra":{"result":1},"error":{"message":"x","code":-1})");
    return *rc::gen::element<std::string>("", " ", "\n") + "{" + id + rest +
           *rc::gen::element<std::string>("}", " }", "}\n");
}

RC_GTEST_PROP(ScanAnswer, EveryPrefixIsIncompleteOrAlreadyOfTheFinalKind, ()) {
    const auto text = some_answer();
    const auto final_kind = scan_answer(text, true).kind;
    RC_ASSERT(final_kind == Kind::result || final_kind == Kind::error);
    bool decided = false;
    for (std::size_t n = 0; n <= text.size(); ++n) {
        // A prefix of its own memory: a read past its end is one past an allocation's.
        const std::string prefix = text.substr(0, n);
        const auto kind = scan_answer(prefix, false).kind;
        RC_ASSERT(kind == Kind::incomplete || kind == final_kind);
        RC_ASSERT(!decided || kind == final_kind);
        decided = kind == final_kind;
    }
    RC_ASSERT(decided);
}

RC_GTEST_PROP(ScanAnswer, IsTotalOverAnyBytesAndItsViewsStayInside, (const std::string& noise)) {
    auto text = some_answer();
    text.insert(*rc::gen::inRange<std::size_t>(0, text.size() + 1), noise);
    for (const bool complete : {false, true}) {
        const auto answer = scan_answer(text, complete);
        for (const auto view : {answer.id, answer.result, answer.error_message, answer.error_data}) {
            RC_ASSERT(view.empty() ||
                      (view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size()));
        }
        if (complete) RC_ASSERT(answer.kind != Kind::incomplete);
    }
}

TEST(ScanBatchAnswer, GivesEveryElementAsItCameWithWhatItSays) {
    std::vector<BatchElement> out;
    const std::string text =
        R"( [ {"id":2,"result":"0x1"} , {"id":1,"error":{"code":-32000,"message":"m"}},{"id":3,"result":null}] )";
    ASSERT_TRUE(scan_batch_answer(text, out));
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0].text, R"({"id":2,"result":"0x1"})");
    EXPECT_EQ(out[0].answer.kind, Kind::result);
    EXPECT_EQ(out[0].answer.result, R"("0x1")");
    EXPECT_EQ(out[0].answer.id, "2");
    EXPECT_EQ(out[1].answer.kind, Kind::error);
    EXPECT_EQ(out[1].answer.error_code, -32000);
    EXPECT_EQ(out[2].answer.result, "null");
}

TEST(ScanBatchAnswer, AnIdAfterTheResultIsFound) {
    std::vector<BatchElement> out;
    ASSERT_TRUE(scan_batch_answer(R"([{"result":{"id":9},"id":4}])", out));
    EXPECT_EQ(out[0].answer.id, "4");
}

TEST(ScanBatchAnswer, AnythingButAnArrayOfObjectsIsRefused) {
    std::vector<BatchElement> out;
    for (const auto* text : {"", "{}", "[", "[1]", "[{}", "[{},]", "[{}]x", "[{} {}]", "[null]",
                             R"([{"a":}])", R"([{"result":"0x1"]])"}) {
        EXPECT_FALSE(scan_batch_answer(text, out)) << text;
    }
    EXPECT_TRUE(scan_batch_answer("[]", out));
    EXPECT_TRUE(out.empty()) << "what an earlier scan left is gone";
}

RC_GTEST_PROP(ScanBatchAnswer, AgreesWithTheAnswersReadOneByOne, ()) {
    std::vector<std::string> answers(*rc::gen::inRange<std::size_t>(1, 6));
    std::string text = "[";
    for (auto& answer : answers) {
        answer = some_answer();
        text += (text.size() > 1 ? "," : "") + answer;
    }
    text += ']';
    std::vector<BatchElement> out;
    RC_ASSERT(scan_batch_answer(text, out));
    RC_ASSERT(out.size() == answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        RC_ASSERT(out[i].answer.kind == scan_answer(answers[i], true).kind);
        RC_ASSERT(answers[i].find(out[i].text) != std::string::npos);
    }
    const auto cut = text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size()));
    RC_ASSERT(!scan_batch_answer(cut, out));
}

TEST(NumberOfBlock, IsFoundWhereverItStands) {
    EXPECT_EQ(number_of_block(
                  R"({"jsonrpc":"2.0","id":1,"result":{"baseFeePerGas":"0x7","number" : "0x1f","hash":"0x")"),
              31U);
    EXPECT_EQ(number_of_block(R"({"transactions":[{"blockNumber":"0x2"}],"number":"0x3"})"), 3U);
    for (const auto* text : {"", R"({"number)", R"({"number":)", R"({"number":"0x1)", R"({"number":7})",
                             R"({"number":null})", R"({"blockNumber":"0x2"})"}) {
        EXPECT_FALSE(number_of_block(text)) << text;
    }
}

TEST(ScanAnswer, OfAResultAndAnErrorTheErrorCounts) {
    for (const auto* result : {"\"\"", "null", "\"0x\"", "{}", "[]"}) {
        const auto text =
            std::string(R"({"id":1,"result":)") + result + R"(,"error":{"code":5,"message":"x"}})";
        EXPECT_EQ(scan_answer(text, true).kind, Kind::error) << text;
        EXPECT_EQ(scan_answer(text, true).error_code, 5) << text;
    }
    for (const auto* nothing : {"null", "\"\"", "{}", R"({"code":0,"message":""})", "false"}) {
        const auto text = std::string(R"({"id":1,"result":"0x1","error":)") + nothing + '}';
        EXPECT_EQ(scan_answer(text, true).kind, Kind::result) << text;
    }
    EXPECT_EQ(scan_answer(R"({"id":1,"error":{}})", true).kind, Kind::error);
}

TEST(ScanAnswer, ACodeMayBeAStringAndAMessageAnObject) {
    const auto text = scan_answer(R"({"id":1,"error":{"code":"-32005","message":"limit exceeded"}})", true);
    EXPECT_EQ(text.error_code, -32005);
    const auto object = scan_answer(R"({"id":1,"error":{"code":-32000,"message":{"text":"syncing"}}})", true);
    EXPECT_EQ(object.error_message, R"({"text":"syncing"})");
    const auto error = scan_error(R"({"code":-32601,"message":"no","data":[1]})");
    EXPECT_EQ(error.kind, Answer::Kind::error);
    EXPECT_EQ(error.error_code, -32601);
    EXPECT_EQ(error.error_data, "[1]");
}

} // namespace
} // namespace weir::chain
