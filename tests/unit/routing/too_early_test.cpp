// What a node says that has not, or not yet, what its client knows of: empty results, missing data, heads
// that fall back.
#include "node_answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

using chain::Safety;

TEST(JudgeEl, WordsThatNoTableKnowsNearTheHeadAreOfANodeThatIsOnlyGettingTheBlock) {
    const auto odd = error_json(-32097, "the moon is not right");
    auto facts = answer_of("eth_getBalance", odd);
    facts.named_block = facts.told_head = facts.layer_head = 32;
    const auto judged = [&](std::uint64_t node_head) {
        facts.node_head = node_head;
        return judge_el(facts);
    };
    EXPECT_EQ(judged(31).action, Action::next);
    EXPECT_TRUE(judged(31).too_early);
    EXPECT_EQ(judged(33).action, Action::next);
    EXPECT_FALSE(judged(33).too_early);
    EXPECT_EQ(judged(34).action, Action::deliver) << "the block is old";
    facts.told_head = 31;
    EXPECT_EQ(judged(31).action, Action::deliver) << "the client was not told of it";
}

struct EmptyCase {
    std::string_view method, result;
    std::uint64_t named, node_head, other_head, told;
    Action action;
    bool too_early;
};

TEST(JudgeEl, AnEmptyResultCountsLikeHeaderNotFoundWhereTheNodeLacksTheBlock) {
    constexpr auto next = Action::next, deliver = Action::deliver;
    const std::vector<EmptyCase> cases{
        // Another has it.
        {"eth_getLogs", "[]", 32, 30, 32, 0, next, false},
        {"eth_getLogs", "[]", 32, 30, 32, 32, next, true},
        {"trace_filter", "[]", 32, 30, 32, 32, next, true},
        {"eth_getBlockReceipts", "[]", 32, 30, 32, 32, next, true},
        {"eth_getBlockReceipts", "null", 32, 30, 32, 32, next, true},
        {"eth_call", "\"0x\"", 32, 30, 32, 32, next, true},
        {"eth_getUncleByBlockNumberAndIndex", "null", 32, 30, 32, 32, next, true},
        // Nobody else is left, but the client was told of it.
        {"eth_getLogs", "[]", 32, 30, 0, 32, next, true},
        {"eth_getBlockByNumber", "null", 32, 32, 0, 32, next, true},
        {"eth_getBlockByNumber", "null", 32, 30, 0, 32, next, true},
        // The node has it: empty is empty.
        {"eth_getLogs", "[]", 32, 32, 32, 32, deliver, false},
        {"eth_getBlockReceipts", "[]", 32, 32, 33, 33, deliver, false},
        {"eth_call", "\"0x\"", 32, 32, 33, 33, deliver, false},
        {"eth_getUncleByBlockNumberAndIndex", "null", 32, 32, 33, 33, deliver, false},
        {"eth_getTransactionByBlockNumberAndIndex", "null", 32, 32, 0, 32, deliver, false},
        // Nobody has it: no time is spent on it.
        {"eth_getLogs", "[]", 33, 30, 32, 32, deliver, false},
        {"eth_getBlockByNumber", "null", 1000, 32, 32, 32, deliver, false},
        // What is no longer empty.
        {"eth_getLogs", R"([{"address":"0x1"}])", 32, 30, 32, 32, deliver, false},
        {"eth_call", "\"0x1\"", 32, 30, 32, 32, deliver, false},
        // Looked for by something else than a block.
        {"trace_transaction", "[]", 0, 30, 32, 32, next, false},
        {"trace_transaction", "[]", 0, 32, 32, 32, deliver, false},
        {"eth_getTransactionBySenderAndNonce", "null", 0, 30, 32, 32, next, false},
        {"eth_getRawTransactionByHash", "\"0x\"", 0, 30, 32, 32, next, false},
        // Once is once.
        {"eth_sendTransaction", "null", 32, 30, 32, 32, deliver, false},
    };
    for (const auto& c : cases) {
        const auto json = R"({"id":1,"result":)" + std::string(c.result) + "}";
        auto facts = answer_of(c.method, json);
        facts.named_block = c.named;
        facts.node_head = c.node_head;
        facts.layer_head = 32;
        facts.best_other_head = c.other_head;
        facts.told_head = c.told;
        const auto verdict = judge_el(facts);
        EXPECT_EQ(verdict.action, c.action)
            << c.method << ' ' << c.result << ' ' << c.named << ' ' << c.node_head;
        EXPECT_EQ(verdict.too_early, c.too_early) << c.method << ' ' << c.result << ' ' << c.named;
    }
}

TEST(JudgeEl, MissingDataOfABlockThatTheClientKnowsIsOnlyTooEarly) {
    const auto json = error_json(-32000, "header not found");
    auto facts = answer_of("eth_getBalance", json);
    facts.node_head = facts.layer_head = facts.told_head = 100;
    facts.named_block = 100;
    EXPECT_TRUE(judge_el(facts).too_early);
    facts.named_block = 101;
    EXPECT_EQ(judge_el(facts).action, Action::next) << "another may have it";
    EXPECT_FALSE(judge_el(facts).too_early);
    facts.named_block = 100'000;
    EXPECT_EQ(judge_el(facts).action, Action::deliver) << "nobody has it";
}

TEST(JudgeEl, AHeadThatIsNotThereAnyMoreIsAskedElsewhere) {
    for (const auto& json : {error_json(-39001, "finalized block not found"),
                             std::string(R"({"jsonrpc":"2.0","id":1,"result":null})")}) {
        auto facts = answer_of("eth_getBlockByNumber", json);
        facts.block.kind = chain::BlockParam::Kind::finalized;
        facts.node_head = facts.layer_head = facts.best_other_head = facts.told_head = 100;
        facts.told_tag = 64;
        EXPECT_EQ(judge_el(facts).action, Action::next) << json;
        EXPECT_TRUE(judge_el(facts).too_early) << json;
    }
}

TEST(JudgeEl, ForWhomItIsStrictAHeadBelowIsNoAnswerWhoeverElseIsThere) {
    auto facts = answer_of("eth_blockNumber", R"({"jsonrpc":"2.0","id":1,"result":"0x9"})");
    facts.answered_head = 9;
    facts.told_tag = 10;
    facts.strictly = true;
    const auto verdict = judge_el(facts);
    EXPECT_EQ(verdict.action, Action::next);
    EXPECT_TRUE(verdict.fell_back && verdict.too_early);
    facts.method.safety = Safety::once;
    EXPECT_EQ(judge_el(facts).action, Action::deliver) << "it may have done something";
}

} // namespace
} // namespace weir::routing
