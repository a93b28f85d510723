// Errors that no table knows, statuses that contradict their bodies, and nodes that speak of themselves.
#include "node_answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

TEST(JudgeEl, WhatCannotBeUnderstoodOnAStatusOfFailureIsTheNodesFailure) {
    const std::vector<std::string> bodies{R"({"error":"boom"})",
                                          R"({"message":"boom"})",
                                          "",
                                          "<html>",
                                          "[",
                                          "5",
                                          R"({"jsonrpc":"2.0","id":1,"error":{"message":"boom"}})",
                                          R"({"jsonrpc":"2.0","id":1,"error":{"code":-32099}})",
                                          R"({"jsonrpc":"2.0","id":1,"error":{}})",
                                          error_json(-32099, "boom"),
                                          R"({"status":"error","code":500})"};
    for (const auto& body : bodies) {
        for (const int status : {500, 502, 503, 504, 520}) {
            for (const auto* method : {"eth_call", "eth_sendRawTransaction", "erigon_forks"}) {
                const auto verdict = judge_el(answer_of(method, body, status));
                EXPECT_EQ(verdict.action, Action::next) << status << body;
                EXPECT_EQ(verdict.reason, "http_5xx") << status << body;
                EXPECT_TRUE(verdict.node_at_fault) << status << body;
            }
            EXPECT_EQ(judge_el(answer_of("eth_sendTransaction", body, status)).action, Action::deliver)
                << body;
        }
        const auto elsewhere = judge_el(answer_of("eth_call", body, 404));
        EXPECT_EQ(elsewhere.action, Action::next) << body;
        EXPECT_EQ(elsewhere.reason, "http_4xx") << body;
    }
    // A whole error under a status that blames the request blames the request; words of a front do not.
    EXPECT_EQ(judge_el(answer_of("eth_call", error_json(-32099, "boom"), 400)).action, Action::deliver);
    EXPECT_EQ(judge_el(answer_of("eth_call", R"({"error":"boom"})", 400)).action, Action::next);
    EXPECT_FALSE(judge_el(answer_of("eth_call", R"({"error":"boom"})", 400)).node_at_fault);
}

TEST(JudgeEl, AnErrorThatNoTableKnowsIsTheClientsOnASuccessIfItSaysAnything) {
    for (const auto& body :
         {error_json(-32099, "boom"), error_json(-32099, ""),
          std::string(R"({"id":1,"error":{"message":"boom"}})"), std::string(R"({"id":1,"error":"boom"})")})
        EXPECT_EQ(judge_el(answer_of("eth_call", body)).action, Action::deliver) << body;
    const auto nothing = judge_el(answer_of("eth_call", R"({"id":1,"error":{}})"));
    EXPECT_EQ(nothing.action, Action::next);
    EXPECT_EQ(nothing.reason, "bad_answer");
}

TEST(JudgeEl, AKnownErrorUnderAStatusOfFailureStaysWhatItIs) {
    for (const int status : {400, 500, 503}) {
        EXPECT_EQ(judge_el(answer_of("eth_call", error_json(3, "execution reverted"), status)).action,
                  Action::deliver);
        EXPECT_EQ(judge_el(answer_of("eth_call", error_json(-32602, "boom"), status)).action,
                  Action::deliver);
        EXPECT_EQ(judge_el(answer_of("eth_call", error_json(-32000, "header not found"), status)).reason,
                  "missing_data");
        const auto already_known = error_json(-32010, "AlreadyKnown");
        auto known = answer_of("eth_sendRawTransaction", already_known, status);
        known.retry = true;
        EXPECT_EQ(judge_el(known).action, Action::answer_hash);
    }
}

TEST(JudgeEl, AResultIsOneWhateverTheStatusSays) {
    for (const int status : {200, 404, 500, 503}) {
        const auto verdict = judge_el(answer_of("eth_call", R"({"id":1,"result":"0x1"})", status));
        EXPECT_EQ(verdict.action, Action::deliver) << status;
        EXPECT_TRUE(verdict.is_result && !verdict.node_at_fault) << status;
    }
    EXPECT_FALSE(judge_el(answer_of("eth_call", error_json(3, "execution reverted"), 500)).is_result);
}

TEST(JudgeEl, ANodesOwnTroubleIsAskedElsewhereAndHeldAgainstItWhereItsWholeStoreIsGone) {
    const auto record = judge_el(answer_of(
        "eth_getLogs", error_json(-32000, "failed to retrieve log value pointer: pebble: not found")));
    EXPECT_EQ(record.action, Action::next);
    EXPECT_EQ(record.reason, "trouble");
    EXPECT_FALSE(record.node_at_fault) << "of other records nothing is known";
    const auto whole = judge_el(answer_of("eth_getLogs", error_json(-32000, "pebble: closed")));
    EXPECT_EQ(whole.reason, "trouble");
    EXPECT_TRUE(whole.node_at_fault);
    EXPECT_EQ(judge_el(answer_of("eth_sendTransaction", error_json(-32000, "pebble: closed"))).action,
              Action::deliver);
}

TEST(JudgeEl, TooManyLogsIsTheClientsAndRestsNobody) {
    const auto verdict = judge_el(answer_of("eth_getLogs", error_json(-32005, "more logs than I like")));
    EXPECT_EQ(verdict.action, Action::deliver);
    EXPECT_FALSE(verdict.rest_node);
    EXPECT_TRUE(judge_el(answer_of("eth_getLogs", error_json(-32005, "request rate limited"))).rest_node);
}

} // namespace
} // namespace weir::routing
