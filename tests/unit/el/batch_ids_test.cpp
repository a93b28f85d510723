// Whose answer is what comes back for a batch: ids that nobody asked with, twice the same, in another
// spelling.
#include "batch_exchange.hpp"

namespace weir::el {
namespace {

TEST(BatchCall, AnAnswerThatHoldsMoreThanWasAskedForIsNobodys) {
    const auto both = result("1") + "," + result("\"b\"");
    for (const auto& answer : {
             "[" + both + "," + result("99") + "]",           // one that nobody asked for
             "[" + both + "," + result("1", "\"0x2\"") + "]", // two for one call: which is right?
             "[" + result("1") + "," + result("\"c\"") + "]", // another client's batch, perhaps
             "[" + result("98") + "," + result("99") + "]",   //
             "[" + both + "," + error("99", "header not found") + "]", result("99"),
             error("99", "execution reverted", 3), // one object for another call
         }) {
        for (const auto ids : {Ids::clients, Ids::ours}) {
            Exchange x(two_reads, {}, ids);
            const auto verdict = x.judge(answer);
            EXPECT_EQ(verdict.action, Action::next) << answer;
            EXPECT_TRUE(verdict.foreign) << answer;
            EXPECT_TRUE(verdict.node_at_fault) << answer;
            EXPECT_FALSE(x.part->pass_through());
            EXPECT_FALSE(x.batch->any_answered()) << "nothing of it is kept: " << answer;
        }
    }
}

TEST(BatchCall, WhatNamesNobodyIsGivenToNobody) {
    Exchange x(two_reads);
    const auto verdict =
        x.judge("[" + result("1") + "," + result("\"b\"") + "," + error("null", "parse error", -32700) + "]");
    EXPECT_EQ(verdict.action, Action::deliver);
    EXPECT_FALSE(x.part->pass_through());
    EXPECT_EQ(x.answer().as_array().size(), 2U);
}

TEST(BatchCall, AnAnswerToAnotherBatchIsNoAnswerToCallsThatMayHaveRun) {
    Exchange x("[" + call("1", "eth_sendTransaction") + "," + call("2", "eth_call") + "]");
    EXPECT_TRUE(x.judge("[" + result("98") + "]").foreign);
    EXPECT_EQ(x.fail(FailureKind::wrong_id, true).action, Action::next);
    EXPECT_EQ(x.judge("[" + result("2") + "]").action, Action::deliver);
    const auto answer = json::serialize(x.answer());
    EXPECT_NE(answer.find("may have run"), std::string::npos) << answer;
    EXPECT_NE(answer.find(R"("id":2,"result")"), std::string::npos) << answer;
}

TEST(BatchCall, IdsInAnotherSpellingAreTheSame) {
    Exchange x("[" + call("1.0", "eth_call") + "," + call("1", "eth_call") + "," +
               call("12345678901234567890", "eth_call") + "]");
    const auto answer = "[" + result("1", "\"whole\"") + "," + result("1", "\"fraction\"") + "," +
                        result("12345678901234567000") + "]";
    EXPECT_EQ(x.judge(answer).action, Action::deliver);
    EXPECT_FALSE(x.part->pass_through());
    const auto answers = x.answer().as_array();
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].as_object().at("result").as_string(), "fraction");
    EXPECT_EQ(answers[1].as_object().at("result").as_string(), "whole");
}

} // namespace
} // namespace weir::el
