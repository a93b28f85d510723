// A batch is judged call by call; only what a node could not answer is asked again elsewhere.
#include "batch_exchange.hpp"
#include "chain/values.hpp"

#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::el {
namespace {

TEST(BatchCall, WhatOneNodeAnsweredWholePassesThroughAsItCame) {
    for (const auto& answer :
         {"[" + result("1") + "," + result("\"b\"") + "]", "[ " + result("1") + " , " + result("\"b\"") + "]",
          "[" + error("1", "execution reverted", 3) + "," + result("\"b\"") + "]"}) {
        Exchange x(two_reads);
        EXPECT_EQ(x.judge(answer).action, Action::deliver) << answer;
        EXPECT_TRUE(x.part->pass_through()) << answer;
    }
}

TEST(BatchCall, AnswersComeInTheOrderOfTheCallsWhateverThatOfTheNode) {
    Exchange x(two_reads);
    EXPECT_EQ(x.judge("[" + result("\"b\"", "\"0xb\"") + "," + result("1", "\"0xa\"") + "]").action,
              Action::deliver);
    EXPECT_FALSE(x.part->pass_through());
    EXPECT_EQ(x.answer(), json::parse("[" + result("1", "\"0xa\"") + "," + result("\"b\"", "\"0xb\"") + "]"));
}

TEST(BatchCall, AMethodThatIsAwayIsNotSaidNotToExist) {
    const auto none = error("1", "the method eth_call does not exist", -32601);
    Exchange x(two_reads);
    EXPECT_EQ(x.judge("[" + none + "," + result("\"b\"", "\"0xb\"") + "]").action, Action::next);
    const auto said = json::parse(x.batch->answer("no node", "one that is away may have it"));
    EXPECT_EQ(said, json::parse("[" + error("1", "one that is away may have it", -32603) + "," +
                                result("\"b\"", "\"0xb\"") + "]"));
    EXPECT_EQ(x.answer(), json::parse("[" + none + "," + result("\"b\"", "\"0xb\"") + "]"))
        << "all have said so";
}

TEST(BatchCall, NothingIsJudgedBeforeItIsWhole) {
    Exchange x(two_reads);
    EXPECT_EQ(x.judge("[" + error("1", "header not found") + ",", 200, false).action, Action::more);
    EXPECT_TRUE(x.part->pass_through()) << "if it stays so";
    EXPECT_FALSE(x.batch->any_answered());
}

TEST(BatchCall, OnlyTheCallThatANodeCouldNotAnswerIsAskedElsewhere) {
    Exchange x(two_reads);
    const auto verdict =
        x.judge("[" + error("1", "header not found") + "," + result("\"b\"", "\"0xb\"") + "]");
    EXPECT_EQ(verdict.action, Action::next);
    EXPECT_EQ(verdict.reason, "missing_data");
    EXPECT_TRUE(x.batch->any_pending());
    EXPECT_TRUE(x.batch->any_answered());
    EXPECT_EQ(x.sent_bytes(), x.body.size()) << "the client's own bytes";
    x.send();
    EXPECT_EQ(x.sent_bytes(), ("[" + call("1", "eth_call") + "]").size()) << "the rest alone";
    EXPECT_EQ(x.judge("[" + result("1", "\"0xa\"") + "]").action, Action::deliver);
    EXPECT_FALSE(x.batch->any_pending());
    EXPECT_EQ(x.answer(), json::parse("[" + result("1", "\"0xa\"") + "," + result("\"b\"", "\"0xb\"") + "]"))
        << "in the client's order";
}

TEST(BatchCall, WhenNoNodeDoesBetterTheFirstAnswerIsGiven) {
    Exchange x(two_reads);
    EXPECT_EQ(x.judge("[" + error("1", "header not found") + "," + result("\"b\"") + "]").action,
              Action::next);
    EXPECT_EQ(x.judge("[" + error("1", "missing trie node") + "]").action, Action::next);
    x.fail(FailureKind::reset, true);
    EXPECT_EQ(x.answer(), json::parse("[" + error("1", "header not found") + "," + result("\"b\"") + "]"));
}

TEST(BatchCall, ACallThatTheNodeLeftOutIsAskedElsewhere) {
    Exchange x(two_reads);
    const auto verdict = x.judge("[" + result("\"b\"") + "]");
    EXPECT_EQ(verdict.action, Action::next);
    EXPECT_EQ(verdict.reason, "bad_answer");
    EXPECT_EQ(x.judge("[" + result("1") + "]").action, Action::deliver);
    EXPECT_EQ(x.answer().as_array().size(), 2U);
}

TEST(BatchCall, CallsThatMayHaveRunAreNeverRepeated) {
    const auto text = "[" + call("1", "eth_sendTransaction") + "," + call("2", "eth_call") + "]";
    Exchange sent(text);
    EXPECT_TRUE(sent.part->fresh_connection());
    EXPECT_EQ(sent.fail(FailureKind::reset, true).action, Action::next) << "for the other call";
    EXPECT_FALSE(sent.part->fresh_connection()) << "it is not sent again";
    EXPECT_EQ(sent.judge("[" + result("2") + "]").action, Action::deliver);
    const auto answer = sent.answer().as_array();
    ASSERT_EQ(answer.size(), 2U);
    EXPECT_EQ(answer[0].as_object().at("error").as_object().at("code").to_number<int>(), -32603);
    EXPECT_EQ(answer[1].as_object().at("result").as_string(), "0x1");

    Exchange unsent(text);
    EXPECT_EQ(unsent.fail(FailureKind::connect_refused, false).action, Action::next);
    EXPECT_TRUE(unsent.part->fresh_connection()) << "nothing was sent: it may still go";

    Exchange left_out(text);
    EXPECT_EQ(left_out.judge("[" + result("2") + "]").action, Action::deliver);
    EXPECT_FALSE(left_out.batch->any_pending());

    Exchange alone("[" + call("1", "personal_sign") + "]");
    EXPECT_EQ(alone.fail(FailureKind::timed_out, true).action, Action::deliver);
}

TEST(BatchCall, MethodsThatTheOperatorCallsSafeMayBeRepeated) {
    config::Global limits;
    limits.safe_methods = {"custom_read"};
    Exchange x("[" + call("1", "custom_read") + "]", limits);
    EXPECT_FALSE(x.part->fresh_connection());
    EXPECT_EQ(x.fail(FailureKind::reset, true).action, Action::next);
}

TEST(BatchCall, ResultsAreResultsUnderAStatusOfFailureAndErrorsThatNobodyKnowsAreNot) {
    const std::string text = "[" + call("1", "eth_call") + "]";
    Exchange results(text);
    const auto verdict = results.judge("[" + result("1") + "]", 500);
    EXPECT_EQ(verdict.action, Action::deliver);
    EXPECT_TRUE(verdict.is_result);
    Exchange errors(text);
    EXPECT_EQ(errors.judge("[" + error("1", "words unheard of") + "]", 500).action, Action::next);
    Exchange known(text);
    const auto reverted = known.judge("[" + error("1", "execution reverted") + "]", 500);
    EXPECT_EQ(reverted.action, Action::deliver);
    EXPECT_FALSE(reverted.is_result);
}

TEST(BatchCall, ANodesWordsOfItsOwnTroubleAreTakenOnce) {
    Exchange x("[" + call("1", "eth_call") + "," + call("2", "eth_call") + "]");
    EXPECT_EQ(
        x.judge("[" + error("1", "header not found") + "," + error("2", R"(pebble:\tclosed)") + "]").action,
        Action::next);
    EXPECT_EQ(x.part->take_trouble(), "pebble:\tclosed");
    EXPECT_EQ(x.part->take_trouble(), "");
    Exchange whole("[" + call("1", "eth_call") + "]");
    EXPECT_EQ(whole.judge(R"({"id":null,"error":{"code":-32000,"message":"database closed"}})").action,
              Action::next);
    EXPECT_EQ(whole.part->take_trouble(), "database closed");
}

TEST(BatchCall, InvalidElementsAreAnsweredByWeirInTheirPlace) {
    Exchange x("[5," + call("1", "eth_call") + R"(,{"id":7}])");
    EXPECT_TRUE(x.batch->any_pending());
    EXPECT_EQ(x.judge("[" + result("1") + "]").action, Action::deliver);
    EXPECT_FALSE(x.part->pass_through());
    const auto answer = x.answer().as_array();
    ASSERT_EQ(answer.size(), 3U);
    EXPECT_TRUE(answer[0].as_object().at("id").is_null());
    EXPECT_EQ(answer[0].as_object().at("error").as_object().at("code").to_number<int>(), -32600);
    EXPECT_EQ(answer[1].as_object().at("result").as_string(), "0x1");
    EXPECT_EQ(answer[2].as_object().at("id").to_number<int>(), 7);
    Exchange none("[5]");
    EXPECT_FALSE(none.batch->any_pending());
}

TEST(BatchCall, NotificationsGetNoAnswer) {
    Exchange x(R"([{"jsonrpc":"2.0","method":"eth_call"},)" + call("1", "eth_call") + "]");
    x.judge("[" + error("1", "header not found") + "]");
    EXPECT_EQ(x.answer(), json::parse("[" + error("1", "header not found") + "]"));
}

TEST(BatchCall, ABatchOfNotificationsIsDoneWithAnEmptyAnswer) {
    for (const auto* method : {"eth_call", "eth_sendTransaction"}) {
        Exchange x(R"([{"jsonrpc":"2.0","method":")" + std::string(method) + R"("}])");
        const auto verdict = x.judge("");
        EXPECT_EQ(verdict.action, Action::deliver) << method;
        EXPECT_FALSE(verdict.node_at_fault) << method;
        EXPECT_EQ(x.batch->answer("no node", {}), "") << method;
    }
}

TEST(BatchCall, OneErrorForTheWholeBatchIsJudgedOnce) {
    Exchange limited(two_reads);
    const auto verdict = limited.judge(error("null", "too many requests", -32005));
    EXPECT_EQ(verdict.action, Action::next);
    EXPECT_TRUE(verdict.rest_node);
    Exchange by_status(two_reads);
    EXPECT_EQ(by_status.judge("", 429).reason, "http_429");
    Exchange broken(two_reads);
    EXPECT_EQ(broken.judge("<html>", 502).reason, "http_5xx");
}

TEST(BatchCall, OneErrorForABatchIsGivenToEachCallWithItsOwnId) {
    const auto text = "[" + call("1", "eth_call") + "," + call("\"b\"", "eth_getBalance") +
                      R"(,{"jsonrpc":"2.0","method":"eth_call"}])";
    Exchange limited(text, {}, Ids::ours);
    EXPECT_EQ(limited.judge(error("null", "too many requests", -32005)).action, Action::next);
    EXPECT_TRUE(limited.batch->any_pending()) << "another node may do better";
    EXPECT_EQ(limited.answer(), json::parse("[" + error("1", "too many requests", -32005) + "," +
                                            error("\"b\"", "too many requests", -32005) + "]"));

    Exchange whole(two_reads);
    EXPECT_EQ(whole.judge(error("null", "too many requests", -32005)).action, Action::next);
    EXPECT_EQ(whole.answer(), json::parse("[" + error("1", "too many requests", -32005) + "," +
                                          error("\"b\"", "too many requests", -32005) + "]"))
        << "a batch gets an array";
}

TEST(BatchCall, MoreIsAwaitedUntilTheAnswerIsWhole) {
    Exchange x(two_reads);
    const auto whole = "[" + result("1") + "," + result("\"b\"") + "]";
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_EQ(x.judge(whole.substr(0, n), 200, false).action, Action::more) << n;
    EXPECT_EQ(x.judge(whole).action, Action::deliver);
    EXPECT_TRUE(x.part->pass_through());
}

TEST(BatchCall, AnAnswerInAnUnreadableCodingIsPassedOnUnjudged) {
    Exchange x(two_reads);
    EXPECT_EQ(x.judge("\x8b\x02", 200, true, "Content-Encoding: br\r\n").action, Action::deliver);
    EXPECT_TRUE(x.part->pass_through());
}

TEST(BatchCall, ARepeatedTransactionThatIsKnownIsASuccess) {
    const auto hash = chain::raw_transaction_hash(raw_params).value();
    Exchange x("[" + call("1", "eth_sendRawTransaction", raw_params) + "]");
    EXPECT_EQ(x.fail(FailureKind::reset, true).action, Action::next);
    EXPECT_EQ(x.judge("[" + error("1", "already known") + "]").action, Action::deliver);
    EXPECT_EQ(x.answer(), json::parse("[" + result("1", '"' + hash + '"') + "]"));
    EXPECT_TRUE(x.batch->doubts().empty());
    Exchange first("[" + call("1", "eth_sendRawTransaction", raw_params) + "]");
    EXPECT_EQ(first.judge("[" + error("1", "already known") + "]").action, Action::deliver);
    EXPECT_TRUE(first.part->pass_through()) << "not repeated: to the client";
}

TEST(BatchCall, TransactionsOfUnclearFateAreInDoubtUntilSettled) {
    const auto hash = chain::raw_transaction_hash(raw_params).value();
    Exchange low("[" + call("1", "eth_sendRawTransaction", raw_params) + "]");
    low.fail(FailureKind::timed_out, true);
    EXPECT_EQ(low.judge("[" + error("1", "nonce too low") + "]").action, Action::deliver);
    ASSERT_EQ(low.batch->doubts().size(), 1U);
    EXPECT_EQ(low.batch->doubts()[0].hash, hash);
    EXPECT_EQ(low.answer(), json::parse("[" + error("1", "nonce too low") + "]")) << "unless it is found";
    low.batch->settle_doubt(low.batch->doubts()[0]);
    EXPECT_EQ(low.answer(), json::parse("[" + result("1", '"' + hash + '"') + "]"));

    Exchange lost("[" + call("1", "eth_sendRawTransaction", raw_params) + "," + call("2", "eth_call") + "]");
    lost.fail(FailureKind::connect_refused, false);
    EXPECT_TRUE(lost.batch->doubts().empty()) << "nothing was sent";
    lost.fail(FailureKind::reset, true);
    EXPECT_EQ(lost.batch->doubts().size(), 1U);
}

TEST(BatchCall, EachErrorThatTheClientGetsIsClassedOnce) {
    using Classes = std::vector<chain::ErrorClass>;
    Exchange whole(two_reads);
    whole.judge("[" + error("1", "execution reverted", 3) + "," + result("\"b\"") + "]");
    EXPECT_EQ(whole.batch->errors(), Classes{chain::ErrorClass::execution});

    Exchange better(two_reads);
    better.judge("[" + error("1", "header not found") + "," + result("\"b\"") + "]");
    better.judge("[" + result("1") + "]");
    EXPECT_EQ(better.batch->errors(), Classes{}) << "another node did better";

    Exchange kept(two_reads);
    kept.judge("[" + error("1", "header not found") + "," + result("\"b\"") + "]");
    kept.judge("[" + error("1", "too many requests", -32005) + "]");
    EXPECT_EQ(kept.batch->errors(), Classes{chain::ErrorClass::missing_data}) << "the one that is given";

    Exchange each(two_reads);
    each.judge(error("null", "too many requests", -32005));
    EXPECT_EQ(each.batch->errors().size(), 2U) << "one object for the whole batch";

    Exchange found("[" + call("1", "eth_sendRawTransaction", raw_params) + "]");
    found.fail(FailureKind::timed_out, true);
    found.judge("[" + error("1", "nonce too low") + "]");
    EXPECT_EQ(found.batch->errors(), Classes{chain::ErrorClass::nonce_too_low});
    found.batch->settle_doubt(found.batch->doubts()[0]);
    EXPECT_EQ(found.batch->errors(), Classes{});
}

TEST(BatchCall, NullResultsAreAskedOfNodesThatAreAhead) {
    Exchange x("[" + call("1", "eth_getTransactionReceipt", R"(["0xab"])") + "]");
    x.node.head = 99;
    EXPECT_EQ(x.judge("[" + result("1", "null") + "]").reason, "null_result");
    EXPECT_EQ(x.answer(), json::parse("[" + result("1", "null") + "]")) << "if nobody knows more";
    x.best_other = 0;
    EXPECT_EQ(x.judge("[" + result("1", "null") + "]").action, Action::deliver);
}

RC_GTEST_PROP(BatchCall, EveryCallIsAnsweredOnceWithItsOwnIdInItsOwnPlaceWhateverTheNodesSay, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 8);
    std::string body = "[";
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
        // Ids may repeat: each answer serves one call.
        ids.push_back(*rc::gen::element<std::string>("1", "2", "\"1\"", "3", "null"));
        const auto method = *rc::gen::element<std::string>("eth_call", "eth_sendTransaction",
                                                           "eth_getBlockByNumber", "unknown_method");
        body += (i ? "," : "") + call(ids.back(), method);
    }
    Exchange x(body + "]");
    for (int attempt = 0; attempt < 3 && x.batch->any_pending(); ++attempt) {
        if (*rc::gen::inRange(0, 4) == 0) {
            const bool sent = *rc::gen::arbitrary<bool>();
            x.fail(sent ? FailureKind::reset : FailureKind::connect_refused, sent);
            continue;
        }
        std::string answer = "[";
        const auto elements = *rc::gen::inRange<std::size_t>(0, count + 2);
        for (std::size_t i = 0; i < elements; ++i) {
            const auto id = *rc::gen::element<std::string>("1", "2", "\"1\"", "3", "null", "99");
            answer += (i ? "," : "") + *rc::gen::element(result(id), result(id, "null"),
                                                         error(id, "header not found"),
                                                         error(id, "execution reverted", 3));
        }
        const auto verdict = x.judge(answer + "]");
        if (x.part->pass_through()) return; // the node's own bytes: nothing of weir's to look at
        if (x.batch->any_pending()) {
            RC_ASSERT(verdict.action == Action::next || x.part->again());
        } else {
            RC_ASSERT(verdict.action != Action::next);
        }
    }
    const auto answer = x.answer().as_array();
    RC_ASSERT(answer.size() == count);
    for (std::size_t i = 0; i < count; ++i)
        RC_ASSERT(json::serialize(answer[i].as_object().at("id")) == ids[i]);
}

} // namespace
} // namespace weir::el
