// A batch that its node does not take whole goes in parts, and each call gets one answer.
#include "batch_exchange.hpp"

namespace weir::el {
namespace {

using forward::BatchLimits;

std::string reads(std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 1; i <= count; ++i)
        text += (i > 1 ? "," : "") + call(std::to_string(i), "eth_call");
    return text + ']';
}

BatchLimits::Limit limit_of(Exchange& x, std::uint32_t node = 0) {
    return x.batch->limit_of(node, net::Clock::now());
}

BatchCall::Stretches parts_of(Exchange& x) {
    BatchCall::Stretches parts;
    x.batch->set_lots(0, net::Clock::now());
    x.batch->cut(0, limit_of(x), parts);
    return parts;
}

/// What is known of the node to batches that come later.
BatchLimits::Limit known_of(Exchange& x) {
    return x.context.batch_limits.of(0, net::Clock::now());
}
BatchLimits::Limit known_after(Exchange& x) {
    x.batch->conclude_suppositions(net::Clock::now());
    return known_of(x);
}

void take(Exchange& x, const BatchCall::Stretch& stretch) {
    x.part = std::make_unique<BatchPart>(*x.batch, stretch);
}

TEST(BatchParts, ARefusalOfTheWholeIsRememberedAndNothingIsAnsweredByIt) {
    for (const auto& refusal : {error("null", "batch limit 3 exceeded"), //
                                "[" + error("1", "batch limit 3 exceeded", -32600) + "]"}) {
        for (const auto ids : {Ids::clients, Ids::ours}) {
            Exchange x(reads(8), {}, ids);
            EXPECT_EQ(x.judge(refusal).action, Action::deliver) << "this node is not left for it";
            EXPECT_TRUE(x.part->refused());
            EXPECT_FALSE(x.part->pass_through());
            EXPECT_FALSE(x.batch->any_answered());
            EXPECT_EQ(limit_of(x).calls, 3U);
            EXPECT_EQ(x.metrics->nodes[0].refused_batches.value(), 1U);
            EXPECT_EQ(parts_of(x).size(), 3U);
        }
    }
}

TEST(BatchParts, WithoutANumberItIsHalvedDownToCallsThatGoAlone) {
    Exchange x(reads(5));
    for (const std::size_t calls : {2U, 1U}) {
        x.judge(error("null", "batch too large", -32600));
        EXPECT_EQ(limit_of(x).calls, calls);
        take(x, parts_of(x).front());
    }
    ASSERT_EQ(parts_of(x).size(), 5U);
    for (const auto& part : parts_of(x)) {
        take(x, part);
        x.send();
        EXPECT_EQ(x.sent_bytes(), call("1", "eth_call").size()) << "no array";
        const auto id = std::to_string(part.end == 5 ? 5 : part.end);
        EXPECT_EQ(x.judge(result(id)).action, Action::deliver);
        EXPECT_FALSE(x.part->again());
    }
    EXPECT_FALSE(x.batch->any_pending());
    EXPECT_EQ(x.answer().as_array().size(), 5U);
}

TEST(BatchParts, ACallThatGoesAloneIsJudgedAsOne) {
    for (const auto ids : {Ids::clients, Ids::ours}) {
        Exchange x("[" + call("7", "eth_call") + "]", {}, ids);
        x.judge(error("null", "Batched requests are not supported by this server", -32005));
        EXPECT_EQ(limit_of(x).calls, 1U);
        take(x, parts_of(x).front());
        EXPECT_EQ(x.judge(error("null", "missing trie node")).action, Action::next);
        EXPECT_EQ(x.answer(), json::parse("[" + error("7", "missing trie node") + "]")) << "with its own id";
        EXPECT_TRUE(x.judge(result("99")).foreign);
        EXPECT_EQ(x.judge(error(ids == Ids::ours ? "1" : "7", "execution reverted", 3)).action,
                  Action::deliver);
        EXPECT_EQ(x.answer(), json::parse("[" + error("7", "execution reverted", 3) + "]"));
    }
}

TEST(BatchParts, AnArrayIsNoAnswerToACallThatWentAlone) {
    Exchange x("[" + call("7", "eth_call") + "]");
    x.judge(error("null", "Batched requests are not supported by this server", -32005));
    for (const auto& answer : {std::string("[]"), "[" + result("7") + "," + result("7") + "]"}) {
        take(x, parts_of(x).front());
        const auto verdict = x.judge(answer);
        EXPECT_EQ(verdict.action, Action::next) << answer;
        EXPECT_TRUE(verdict.node_at_fault) << answer;
        x.batch->use(x.layer, x.context, x.history);
    }
    take(x, parts_of(x).front());
    EXPECT_EQ(x.judge("[" + result("7") + "]").action, Action::deliver) << "it can be told what is meant";
}

TEST(BatchParts, OneThatIsToBlameIsToldFromANodeThatTakesNoBatches) {
    Exchange x(reads(2));
    x.judge(error("null", "parse error", -32700));
    EXPECT_EQ(limit_of(x).calls, 1U);
    take(x, parts_of(x).front());
    x.judge(error("null", "parse error", -32700));
    EXPECT_EQ(known_after(x).calls, BatchLimits::unlimited) << "the node takes batches, but not this call";
    EXPECT_EQ(x.answer().as_array()[0], json::parse(error("1", "parse error", -32700)));
}

TEST(BatchParts, OneThatIsToBlameIsKnownByItsErrorWhateverThatIs) {
    Exchange x(reads(4));
    const auto refusal = error("null", "params[0]: out of gas token", -32602);
    x.judge(refusal);
    EXPECT_EQ(known_of(x).calls, 2U) << "while it is being found out";
    take(x, parts_of(x).front());
    x.judge(refusal);
    EXPECT_EQ(limit_of(x).calls, 1U);
    EXPECT_EQ(known_of(x).calls, 2U) << "nobody else's batches go as single calls for it";
    const auto parts = parts_of(x);
    take(x, parts[0]);
    x.judge(result("1"));
    take(x, parts[1]);
    x.judge(error("2", "params[0]: out of gas token", -32602));
    EXPECT_EQ(known_after(x).calls, BatchLimits::unlimited);

    Exchange front(reads(2)); // that answers in its own words
    front.judge("<html>400 Bad Request</html>", 400);
    take(front, parts_of(front).front());
    front.judge("<html>400 Bad Request</html>", 400);
    EXPECT_EQ(known_after(front).calls, BatchLimits::unlimited);
}

TEST(BatchParts, ANodeThatTakesNoArraysIsKnownOnceTheirCallsHaveGoneAlone) {
    Exchange x(reads(2));
    x.judge(error("null", "cannot unmarshal array", -32600));
    EXPECT_EQ(limit_of(x).calls, 1U);
    EXPECT_EQ(known_after(x).calls, BatchLimits::unlimited) << "two calls are no measure";
    take(x, parts_of(x).front());
    x.judge(error("1", "execution reverted", 3));
    EXPECT_EQ(known_after(x).calls, 1U);
    EXPECT_EQ(x.context.batch_limits.of(0, net::Clock::now() + BatchLimits::is_supposed).calls,
              BatchLimits::unlimited);
}

TEST(BatchParts, WhatOthersCrowdedOutOfTheAnswerIsAskedAgainInSmallerParts) { // go-ethereum rpc/handler.go
    Exchange x(reads(4));
    x.judge("[" + result("1") + "," + error("2", "response too large", -32003) + "," +
            error("3", "response too large", -32003) + "," + error("4", "response too large", -32003) + "]");
    EXPECT_TRUE(x.part->refused());
    EXPECT_TRUE(x.batch->any_untried());
    EXPECT_EQ(limit_of(x).calls, 2U);
    const auto parts = parts_of(x);
    ASSERT_EQ(parts.size(), 2U) << "the first has its answer";
    take(x, parts.back());
    x.judge("[" + error("4", "response too large", -32003) + "]");
    EXPECT_FALSE(x.part->refused()) << "alone it is too large by itself";
}

TEST(BatchParts, WhatIsTooLargeIsRememberedInBytes) {
    Exchange x(reads(4));
    x.judge("<html>413 Request Entity Too Large</html>", 413);
    EXPECT_EQ(limit_of(x).calls, BatchLimits::unlimited);
    EXPECT_EQ(limit_of(x).bytes, x.body.size() / 2);
    const auto parts = parts_of(x);
    EXPECT_EQ(parts.size(), 4U) << "two are a little more than a half";
    take(x, parts.front());
    EXPECT_EQ(x.judge("", 413).action, Action::next)
        << "that call is too large by itself: perhaps not for others";
    EXPECT_FALSE(x.part->refused());
}

TEST(BatchParts, WhatMustNotRunTwiceIsSentAgainOnlyWhereNothingCanHaveRun) {
    const auto text = "[" + call("1", "eth_sendTransaction") + "," + call("2", "eth_call") + "]";
    for (const auto& certain :
         {error("null", "batch limit 1 exceeded"), error("null", "parse error", -32700)}) {
        Exchange x(text);
        x.judge(certain);
        EXPECT_TRUE(x.part->refused());
        EXPECT_FALSE(x.batch->any_answered()) << certain;
    }
    Exchange unclear(text);
    unclear.judge(error("null", "boom"));
    EXPECT_TRUE(unclear.part->refused());
    EXPECT_TRUE(unclear.batch->any_pending()) << "the read goes again";
    EXPECT_EQ(unclear.answer().as_array()[0], json::parse(error("1", "boom")));
    take(unclear, parts_of(unclear).front());
    unclear.judge(result("2"));
    EXPECT_FALSE(unclear.batch->any_pending());
}

TEST(BatchParts, TheNextNodeGetsAsMuchAsItTakesAndTheRestComesLater) {
    Exchange x(reads(5));
    x.context.batch_limits.learn(7, {.calls = 2}, net::Clock::now());
    x.fail(FailureKind::reset, true); // the first node
    auto other = std::make_shared<nodes::Node>();
    other->id = 7;
    other->http.host_header = "other";
    x.node.node = other;
    EXPECT_EQ(x.judge("[" + result("1") + "," + result("2") + "]").action, Action::deliver);
    EXPECT_TRUE(x.part->again());
    EXPECT_FALSE(x.part->refused());
    EXPECT_TRUE(x.batch->any_untried());
    x.batch->set_lots(7, net::Clock::now());
    BatchCall::Stretches rest;
    x.batch->cut(0, limit_of(x, 7), rest);
    EXPECT_EQ(rest.size(), 2U);
}

TEST(BatchParts, BatchesTeachAndConsultWhichMethodsANodeLacks) {
    Exchange x("[" + call("1", "eth_call") + "," + call("2", "eth_getProof") + "]");
    const auto none = error("2", "the method eth_getProof does not exist", -32601);
    x.judge("[" + result("1") + "," + none + "]");
    const auto proof = chain::traits_of("eth_getProof").index;
    EXPECT_TRUE(x.context.may_lack_method(0, proof, net::Clock::now()));
    EXPECT_FALSE(x.context.may_lack_method(0, chain::traits_of("eth_call").index, net::Clock::now()));

    Exchange next("[" + call("1", "eth_call") + "," + call("2", "eth_getProof") + "]");
    next.context.lacks_method(0, proof, net::Clock::now());
    EXPECT_EQ(next.batch->set_lots(0, net::Clock::now()), std::vector<std::uint16_t>{proof});
    BatchCall::Stretches parts;
    next.batch->cut(0, {}, parts);
    next.batch->cut(1, {}, parts);
    ASSERT_EQ(parts.size(), 2U);
    take(next, parts[0]);
    next.send();
    EXPECT_EQ(next.sent_bytes(), ("[" + call("1", "eth_call") + "]").size());
    take(next, parts[1]);
    next.send();
    EXPECT_EQ(next.sent_bytes(), ("[" + call("2", "eth_getProof") + "]").size());
}

TEST(BatchParts, AnAnswerOfASlowLaneToWhatTheOtherHasAnsweredIsNoStrangers) {
    Exchange x(two_reads);
    x.send(); // to the first node, which is slow
    const auto slow = x.node.node;
    auto other = std::make_shared<nodes::Node>();
    other->id = 7;
    other->http.host_header = "other";
    x.node.node = other;
    EXPECT_EQ(x.judge("[" + result("1", "\"quick\"") + "," + error("\"b\"", "header not found") + "]").action,
              Action::next);
    x.node.node = slow;
    const auto verdict = x.judge_sent("[" + result("1", "\"slow\"") + "," + result("\"b\"") + "]");
    EXPECT_FALSE(verdict.foreign);
    EXPECT_EQ(verdict.action, Action::deliver);
    EXPECT_EQ(x.answer().as_array()[0], json::parse(result("1", "\"quick\"")));
}

TEST(BatchLimits, AreBelievedForAWhileAndOnlyGetLower) {
    BatchLimits limits;
    const auto now = net::Clock::now();
    EXPECT_EQ(limits.of(3, now).calls, BatchLimits::unlimited);
    limits.learn(3, {.calls = 100}, now);
    limits.learn(3, {.calls = 200}, now);
    limits.learn(3, {.bytes = 1000}, now);
    EXPECT_EQ(limits.of(3, now).calls, 100U);
    EXPECT_EQ(limits.of(3, now).bytes, 1000U);
    EXPECT_EQ(limits.of(4, now).calls, BatchLimits::unlimited);
    EXPECT_EQ(limits.of(3, now + BatchLimits::is_believed).calls, BatchLimits::unlimited)
        << "a limit that was raised is found";
    limits.forget(3);
    EXPECT_EQ(limits.of(3, now).calls, BatchLimits::unlimited);
}

TEST(BatchLimits, WhatIsSupposedNeitherShortensNorTakesAwayWhatWasSaid) {
    BatchLimits limits;
    const auto now = net::Clock::now();
    const auto later = now + BatchLimits::is_supposed;
    limits.learn(3, {.calls = 100}, now);
    limits.suppose(3, {.calls = 10}, now);
    EXPECT_EQ(limits.of(3, now).calls, 10U);
    EXPECT_EQ(limits.of(3, later).calls, 100U);
    limits.take_back(3);
    EXPECT_EQ(limits.of(3, now).calls, 100U);
    limits.suppose(3, {.calls = 200}, now);
    EXPECT_EQ(limits.of(3, now).calls, 100U);
    EXPECT_EQ(limits.of(3, later).calls, 100U);
    limits.suppose(3, {.calls = 10}, now);
    limits.forget(3);
    EXPECT_EQ(limits.of(3, now).calls, BatchLimits::unlimited);
}

} // namespace
} // namespace weir::el
