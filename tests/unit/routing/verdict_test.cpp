// The retry table, row by row: specification "Retry" and the error table of facts.md.
#include "node_answers.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::routing {
namespace {

using chain::Safety;

struct Row {
    std::int64_t code;
    std::string_view message;
    Action first; ///< eth_call, eth_sendRawTransaction on the first attempt
    std::string_view reason;
    Action once; ///< eth_sendTransaction
    bool rests = false;
};

std::vector<Row> rows() {
    constexpr auto deliver = Action::deliver, next = Action::next;
    return {
        // the request is wrong
        {-32700, "parse error", deliver, "", deliver},
        {-32600, "invalid request", deliver, "", deliver},
        {-32602, "invalid params", deliver, "", deliver},
        {-32602, "invalid argument 0: hex string without 0x prefix", deliver, "", deliver},
        {-32000, "rlp: element is larger than containing list", deliver, "", deliver},
        {-32000, "typed transaction too short", deliver, "", deliver},
        {-32000, "transaction type not supported", deliver, "", deliver},
        // execution failed
        {3, "execution reverted", deliver, "", deliver},
        {3, "execution reverted: rate limit exceeded", deliver, "", deliver},
        {-32000, "execution reverted: header not found", deliver, "", deliver},
        {-32015, "VM execution error.", deliver, "", deliver},
        {-32000, "insufficient funds for gas * price + value", deliver, "", deliver},
        {-32000, "intrinsic gas too low", deliver, "", deliver},
        {-32003, "insufficient balance", deliver, "", deliver},
        // known already, nonce: first attempt
        {-32000, "already known", deliver, "", deliver},
        {-32010, "Transaction with the same hash was already imported.", deliver, "", deliver},
        {-32000, "nonce too low", deliver, "", deliver},
        {-32000, "replacement transaction underpriced", deliver, "", deliver},
        {-32000, "sender is over rate limit", deliver, "", deliver},
        // this node has not the data
        {-32000, "header not found", next, "missing_data", deliver},
        {-32001, "block not found", next, "missing_data", deliver},
        {-32000, "missing trie node 0123 (path )", next, "missing_data", deliver},
        {-32000, "state 0xab is not available", next, "missing_data", deliver},
        {-32603, "required historical state unavailable (reexec=128)", next, "missing_data", deliver},
        {-32014, "block is out there", next, "missing_data", deliver},
        // node not ready
        {-32000, "node is syncing", next, "not_ready", deliver},
        {-32002, "request timed out", next, "not_ready", deliver},
        {-32603, "No server available", next, "not_ready", deliver},
        // rate limit
        {-32005, "limit exceeded", next, "rate_limit", next, true},
        {-32029, "slow down", next, "rate_limit", next, true},
        {-32090, "slow down", next, "rate_limit", next, true},
        {429, "slow down", next, "rate_limit", next, true},
        {-32000, "Monthly capacity limit exceeded", next, "rate_limit", next, true},
        // too large
        {-32005, "query returned more than 10000 results", deliver, "", deliver},
        {-32602, "block range too large", deliver, "", deliver},
        {-32012, "too big", deliver, "", deliver},
        // method not there
        {-32601, "the method does not exist/is not available", next, "no_method", next},
        {-32004, "this request method is not supported", next, "no_method", next},
        {-32001, "method is not whitelisted", next, "no_method", next},
        // not allowed
        {-32000, "Unauthorized", next, "not_allowed", next},
        {-32000, "trace_block is not included in your current plan", next, "not_allowed", next},
        // nothing better known
        {-32603, "internal error", next, "internal", deliver},
        {-32000, "some words nobody has seen", deliver, "", deliver},
        {-32001, "resource not found", deliver, "", deliver},
    };
}

TEST(JudgeEl, EveryRowOfTheErrorTableIsJudgedForReadsRawTransactionsAndOnceMethods) {
    for (const auto& row : rows()) {
        const std::string json = error_json(row.code, row.message);
        for (const std::string_view method : {"eth_call", "eth_sendRawTransaction"}) {
            const auto verdict = judge_el(answer_of(method, json));
            EXPECT_EQ(verdict.action, row.first) << method << ' ' << json;
            EXPECT_EQ(verdict.reason, row.reason) << method << ' ' << json;
            EXPECT_EQ(verdict.rest_node, row.rests) << method << ' ' << json;
            EXPECT_FALSE(verdict.node_at_fault) << "a JSON-RPC error is an answer: " << json;
        }
        EXPECT_EQ(judge_el(answer_of("eth_sendTransaction", json)).action, row.once) << json;
        EXPECT_EQ(judge_el(answer_of("foo_unknown", json)).action, row.once) << json;
    }
}

TEST(JudgeEl, JsonRpcErrorsCountUnderAnyHttpStatusThatIsNoRefusal) {
    for (const int status : {200, 400, 404, 422, 500, 502, 503}) {
        const auto json = error_json(3, "execution reverted");
        EXPECT_EQ(judge_el(answer_of("eth_call", json, status)).action, Action::deliver) << status;
        const auto missing = judge_el(answer_of("eth_call", error_json(-32000, "header not found"), status));
        EXPECT_EQ(missing.action, Action::next) << status;
        EXPECT_EQ(missing.reason, "missing_data") << status;
    }
}

TEST(JudgeEl, HttpStatusThatRefusesMovesOnWhateverTheMethodAndBody) {
    struct Refusal {
        int status;
        std::string_view reason;
        bool rests;
    };
    for (const auto& [status, reason, rests] : std::vector<Refusal>{{401, "not_allowed", false},
                                                                    {402, "rate_limit", true},
                                                                    {403, "not_allowed", false},
                                                                    {405, "no_method", false},
                                                                    {407, "not_allowed", false},
                                                                    {408, "http_4xx", false},
                                                                    {415, "no_method", false},
                                                                    {429, "http_429", true}}) {
        for (const std::string_view method : {"eth_call", "eth_sendRawTransaction", "eth_sendTransaction"}) {
            for (const std::string_view body : {"", "<html>", R"({"id":1,"result":"0x1"})"}) {
                const auto verdict = judge_el(answer_of(method, body, status));
                EXPECT_EQ(verdict.action, Action::next) << status << method << body;
                EXPECT_EQ(verdict.reason, reason) << status;
                EXPECT_EQ(verdict.rest_node, rests) << status;
            }
        }
    }
}

TEST(JudgeEl, WhatIsNoJsonRpcAnswerMovesOnForReadsAndIsEvidenceAgainstTheNode) {
    for (const std::string_view method : {"eth_call", "eth_sendRawTransaction"}) {
        for (const std::string_view body :
             {"", "<html>Bad gateway</html>", R"({"id":1})", R"({"id":1,"error":null})"}) {
            struct {
                int status;
                std::string_view reason;
            } const cases[] = {{200, "bad_answer"},
                               {404, "http_4xx"},
                               {500, "http_5xx"},
                               {502, "http_5xx"},
                               {504, "http_5xx"}};
            for (const auto& [status, reason] : cases) {
                const auto verdict = judge_el(answer_of(method, body, status));
                EXPECT_EQ(verdict.action, Action::next) << method << status << body;
                EXPECT_EQ(verdict.reason, reason) << status;
                EXPECT_TRUE(verdict.node_at_fault) << status;
            }
        }
    }
}

TEST(JudgeEl, ARefusalOfThisOneRequestIsNoEvidenceAgainstTheNode) {
    for (const int status : {400, 413, 414, 431}) {
        const auto verdict = judge_el(answer_of("eth_call", "<html>Request Entity Too Large</html>", status));
        EXPECT_EQ(verdict.action, Action::next) << status;
        EXPECT_FALSE(verdict.node_at_fault) << status;
    }
}

TEST(JudgeEl, WhatIsNoJsonRpcAnswerEndsAOnceMethod) {
    for (const int status : {200, 404, 500, 503}) {
        EXPECT_EQ(judge_el(answer_of("eth_sendTransaction", "<html>", status)).action, Action::deliver)
            << status;
    }
}

TEST(JudgeEl, RetriedRawTransactionThatIsKnownSucceedsWithItsHash) {
    for (const std::string_view text :
         {"already known", "known transaction: 0xab", "already imported", "Transaction already in mempool",
          "transaction already exists in mempool", "already have transaction", "tx already in mempool",
          "transaction already exists"}) {
        const auto json = error_json(-32000, text);
        auto facts = answer_of("eth_sendRawTransaction", json);
        EXPECT_EQ(judge_el(facts).action, Action::deliver) << "first attempt: " << text;
        facts.retry = true;
        EXPECT_EQ(judge_el(facts).action, Action::answer_hash) << text;
    }
}

TEST(JudgeEl, RetriedRawTransactionWithLowNonceIsLookedUpFirst) {
    for (const std::string_view text : {"nonce too low", "nonce is too low", "nonce has already been used"}) {
        const auto json = error_json(-32000, text);
        auto facts = answer_of("eth_sendRawTransaction", json);
        EXPECT_EQ(judge_el(facts).action, Action::deliver) << text;
        facts.retry = true;
        EXPECT_EQ(judge_el(facts).action, Action::ask_for_hash) << text;
    }
}

TEST(JudgeEl, UnderpricedReplacementIsNeverASuccess) {
    const auto json = error_json(-32000, "replacement transaction underpriced");
    for (const bool retry : {false, true}) {
        auto facts = answer_of("eth_sendRawTransaction", json);
        facts.retry = retry;
        EXPECT_EQ(judge_el(facts).action, Action::deliver);
    }
}

TEST(JudgeEl, KnownTransactionMeansNothingToOtherMethodsEvenOnARetry) {
    for (const std::string_view text : {"already known", "nonce too low"}) {
        const auto json = error_json(-32000, text);
        auto facts = answer_of("eth_call", json);
        facts.retry = true;
        EXPECT_EQ(judge_el(facts).action, Action::deliver);
    }
}

TEST(JudgeEl, ResultsBatchesAndPrefixesAreNoFailure) {
    EXPECT_EQ(judge_el(answer_of("eth_call", R"({"id":1,"result":"0x08c379a0"})")).action, Action::deliver);
    EXPECT_EQ(judge_el(answer_of("eth_call", "[]")).action, Action::deliver);
    EXPECT_EQ(judge_el(answer_of("eth_call", R"({"id":1,"result":"0x"})", 500)).action, Action::deliver);
    ElAnswer facts;
    facts.answer = chain::scan_answer(R"({"jsonrpc")", false);
    facts.method = chain::traits_of("eth_call");
    EXPECT_EQ(judge_el(facts).action, Action::more);
}

struct NullCase {
    std::string_view method;
    chain::BlockParam block;
    std::uint64_t node_head, layer_head, other_head;
    Action action;
};

TEST(JudgeEl, NullIsAskedElsewhereOnlyWhereAnotherNodeMayKnowMore) {
    using Kind = chain::BlockParam::Kind;
    const chain::BlockParam none{}, latest{.kind = Kind::latest};
    const std::vector<NullCase> cases{
        {"eth_getTransactionReceipt", none, 99, 100, 100, Action::next},     // another is ahead
        {"eth_getTransactionReceipt", none, 100, 100, 100, Action::deliver}, // nobody knows more
        {"eth_getTransactionByHash", none, 99, 100, 0, Action::deliver},     // nobody left
        {"eth_getBlockByNumber",
         {.kind = Kind::number, .number = 100},
         100,
         100,
         99,
         Action::next}, // it exists somewhere
        {"eth_getBlockByNumber",
         {.kind = Kind::number, .number = 101},
         99,
         100,
         100,
         Action::deliver}, // nobody has it yet
        {"eth_getBlockByNumber", {.kind = Kind::number, .number = 100}, 100, 100, 0, Action::deliver},
        {"eth_getBlockReceipts", {.kind = Kind::number, .number = 7}, 100, 100, 100, Action::next},
        {"eth_getBlockByNumber", latest, 99, 100, 100, Action::next},
        {"eth_getBlockByNumber", latest, 100, 100, 100, Action::deliver},
        {"eth_call", latest, 99, 100, 100, Action::deliver}, // null is an answer here
        {"eth_sendTransaction", none, 99, 100, 100, Action::deliver},
    };
    for (const auto& c : cases) {
        auto facts = answer_of(c.method, R"({"id":1,"result":null})");
        facts.block = c.block;
        facts.named_block = c.block.number;
        facts.node_head = c.node_head;
        facts.layer_head = c.layer_head;
        facts.best_other_head = c.other_head;
        const auto verdict = judge_el(facts);
        EXPECT_EQ(verdict.action, c.action) << c.method << ' ' << c.node_head << ' ' << c.other_head;
        if (c.action == Action::next) {
            EXPECT_EQ(verdict.reason, "null_result");
        }
        EXPECT_FALSE(verdict.node_at_fault);
    }
}

TEST(JudgeEl, AHeadBelowWhatTheClientWasToldIsAskedElsewhereWhileSomebodyHasIt) {
    auto facts = answer_of("eth_blockNumber", R"({"jsonrpc":"2.0","id":1,"result":"0x9"})");
    facts.answered_head = 9;
    facts.told_tag = 10;
    facts.best_other_head = 10;
    EXPECT_EQ(judge_el(facts).action, Action::next);
    EXPECT_EQ(judge_el(facts).reason, "behind");
    facts.best_other_head = 9; // nobody is better: the chain did go back
    EXPECT_EQ(judge_el(facts).action, Action::deliver);
    facts.best_other_head = 12;
    facts.answered_head = 10;
    EXPECT_EQ(judge_el(facts).action, Action::deliver);
}

RC_GTEST_PROP(JudgeEl, OnceMethodsNeverMoveOnAfterAResultOrAnErrorOfTheCall, (bool retry, std::uint8_t lag)) {
    const auto code =
        *rc::gen::element<std::int64_t>(3, -32000, -32002, -32003, -32010, -32015, -32603, -32602, -32014);
    const auto text =
        *rc::gen::element<std::string>("already known", "nonce too low", "header not found", "syncing",
                                       "execution timeout", "internal error", "reverted", "");
    const auto json = *rc::gen::element(error_json(code, text), std::string(R"({"result":null})"));
    auto facts = answer_of("personal_unlockAccount", json);
    facts.retry = retry;
    facts.node_head = 100;
    facts.best_other_head = facts.layer_head = 100U + lag;
    RC_ASSERT(judge_el(facts).action == Action::deliver);
}

TEST(JudgeEl, AnAnswerToAnotherCallIsNoneWhateverItSays) {
    for (const auto* method : {"eth_call", "eth_sendRawTransaction", "eth_sendTransaction"}) {
        for (const auto& json :
             {std::string(R"({"id":2,"result":"0x1"})"), error_json(3, "execution reverted"),
              error_json(-32601, "method not found"), std::string("[]"), std::string(R"({"result":)")}) {
            for (const int status : {200, 400, 500}) {
                auto facts = answer_of(method, json, status);
                facts.foreign = true;
                const auto verdict = judge_el(facts);
                EXPECT_EQ(verdict.action, Action::next) << json;
                EXPECT_TRUE(verdict.foreign && verdict.node_at_fault) << json;
                EXPECT_EQ(verdict.reason, "wrong_id");
            }
            // Fronts that refuse at the door answer everybody alike: that is no fault.
            auto refused = answer_of(method, json, 429);
            refused.foreign = true;
            EXPECT_FALSE(judge_el(refused).foreign);
            EXPECT_EQ(judge_el(refused).reason, "http_429");
        }
    }
    EXPECT_EQ(judge_failure(FailureKind::wrong_id, true, Safety::read).action, Action::next);
    EXPECT_EQ(judge_failure(FailureKind::wrong_id, true, Safety::once).action, Action::deliver);
}

TEST(JudgeFailure, OnceMethodsMoveOnOnlyWhenNothingWasSent) {
    using enum FailureKind;
    struct {
        FailureKind kind;
        std::string_view reason;
    } const kinds[] = {{connect_refused, "connect_refused"},
                       {connect_failed, "connect_failed"},
                       {reset, "reset"},
                       {timed_out, "timed_out"},
                       {bad_answer, "bad_answer"},
                       {no_connection, "no_connection"}};
    for (const auto& [kind, reason] : kinds) {
        for (const bool sent : {false, true}) {
            for (const auto safety : {Safety::read, Safety::raw_transaction, Safety::once}) {
                const auto verdict = judge_failure(kind, sent, safety);
                const bool may_have_run = sent && safety == Safety::once;
                EXPECT_EQ(verdict.action, may_have_run ? Action::deliver : Action::next) << reason << sent;
                EXPECT_EQ(verdict.reason, reason);
                EXPECT_FALSE(verdict.rest_node);
            }
        }
    }
}

Action cl_action(int status, std::string_view method, std::string_view path, std::uint64_t head = 10,
                 std::uint64_t other = 10) {
    return judge_cl({status, chain::classify_beacon_call(method, path), head, other}).action;
}

TEST(JudgeCl, BusyAndBrokenNodesArePassedOverWhereTheCallMayBeRepeated) {
    for (const int status : {429, 500, 502, 503, 504}) {
        EXPECT_EQ(cl_action(status, "GET", "/eth/v1/beacon/genesis"), Action::next) << status;
        EXPECT_EQ(cl_action(status, "POST", "/eth/v1/beacon/pool/attestations"), Action::next) << status;
    }
    for (const int status : {429, 503})
        EXPECT_EQ(cl_action(status, "POST", "/eth/v1/unknown"), Action::next) << status;
    for (const int status : {500, 502, 504}) {
        EXPECT_EQ(cl_action(status, "POST", "/eth/v1/unknown"), Action::deliver) << status;
        EXPECT_EQ(cl_action(status, "DELETE", "/eth/v1/keystores"), Action::deliver) << status;
    }
    EXPECT_TRUE(judge_cl({429, {}, 1, 1}).rest_node);
}

TEST(JudgeCl, NotFoundIsAskedElsewhereOnlyForABlockWhenAnotherNodeIsAhead) {
    constexpr std::string_view block = "/eth/v2/beacon/blocks/0xab";
    EXPECT_EQ(cl_action(404, "GET", block, 10, 11), Action::next);
    EXPECT_EQ(judge_cl({404, chain::classify_beacon_call("GET", block), 10, 11}).reason, "not_found");
    EXPECT_EQ(cl_action(404, "GET", block, 11, 11), Action::deliver);
    EXPECT_EQ(cl_action(404, "GET", block, 11, 0), Action::deliver);
    EXPECT_EQ(cl_action(404, "GET", "/eth/v1/node/peers/x", 10, 11), Action::deliver);
    EXPECT_EQ(cl_action(404, "POST", "/eth/v1/beacon/pool/attestations", 10, 11), Action::deliver);
}

TEST(JudgeCl, WhatIsSaidOfTheRequestGoesToTheClient) {
    for (const int status : {200, 202, 204, 206, 304, 400, 401, 403, 405, 406, 415}) {
        EXPECT_EQ(cl_action(status, "GET", "/eth/v1/beacon/headers/head", 1, 9), Action::deliver) << status;
    }
}

} // namespace
} // namespace weir::routing
