// Each text and code of facts.md's error table.
#include "chain/error_class.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

namespace weir::chain {
namespace {

using enum ErrorClass;

struct Group {
    ErrorClass wanted;
    std::vector<std::int64_t> codes;
    std::vector<std::string> texts;
};

std::vector<Group> groups() {
    return {
        {request,
         {-32700, -32600, -32602, -32000},
         {"invalid params", "invalid argument 0", "param is required", "validation errors",
          "invalid type: map", "malformed blocknumber", "rlp: value size exceeds",
          "typed transaction too short", "transaction type not supported"}},
        {execution,
         {-32000, -32015, -32003, 3},
         {"execution reverted", "reverted", "VM execution error", "VM Exception while processing",
          "EVM error", "out of gas", "gas too low", "insufficient funds", "insufficient balance",
          "intrinsic gas too low", "transaction fee too low", "invalid opcode: 0xfe"}},
        {known_transaction,
         {-32000, -32003, -32010},
         {"already known", "known transaction: 0xab", "already imported", "already in mempool",
          "already exists in mempool", "already have transaction", "tx already in mempool",
          "transaction already exists"}},
        {nonce_too_low,
         {-32000, -32003},
         {"nonce too low", "nonce is too low", "nonce has already been used"}},
        {nonce, {-32000, -32003}, {"replacement transaction underpriced", "sender is over rate limit"}},
        {missing_data,
         {-32000, -32001, -32014, -32603},
         {"header not found",
          "block not found",
          "unknown block",
          "missing trie node",
          "state 0xab is not available",
          "state at block 5 not available",
          "pruned",
          "history of block 3 unavailable",
          "finalized block not found",
          "safe block not found",
          "pending block not found",
          "no historical",
          "is not available",
          "required historical state unavailable",
          "error 4444",
          "pre-merge history",
          "could not find block",
          "height must be less than or equal to the current blockchain height",
          "invalid blockhash finalized",
          "cannot query unfinalized data",
          "height is not available",
          "genesis is not traceable",
          "no historical RPC is available",
          "requested block is after last accepted block",
          "No state available for block",
          "historical state 0xab unavailable",
          "trie does not exist",
          "block is greater than latest",
          "hash is not currently canonical",
          "requested data is not available",
          "transaction not found"}},
        {not_ready,
         {-32000, -32002, -32603},
         {"syncing", "node is not ready", "initial sync", "No server available", "under too much load",
          "execution timeout", "request timed out"}},
        {rate_limit,
         {-32005, -32029, -32090, 429, -32000},
         {"rate limit", "too many requests", "exceeded the quota", "Monthly capacity limit",
          "request limit reached", "limit exceeded", "reached the free tier", "upgrade your tier"}},
        {too_large,
         {-32005, -32602, -32000, -32012},
         {"block range", "range too large", "range limit exceeded", "query returned more than 10000 results",
          "too many results", "response too large", "response size should not exceed", "exceeds max results",
          "logs over more than", "try paginating", "limit the query to"}},
        {no_method,
         {-32601, -32004, -32001, -32000},
         {"method not found", "does not exist", "not supported", "is disabled", "not whitelisted",
          "not allowed to access"}},
        {not_allowed,
         {-32000},
         {"unauthorized", "invalid api key", "key is inactive", "not included in your current plan"}},
    };
}

TEST(ClassifyError, KnowsHowNodesSayThatABlockIsNotThereYet) {
    for (const auto* words :
         {"one of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found",
          "block is out of range", "block number out of range", "invalid block height: 105",
          "request beyond head block: requested 33, head 32"})
        EXPECT_EQ(classify_error(-32000, words, {}), ErrorClass::missing_data) << words;
}

TEST(ClassifyError, EveryTextOfTheTableWithEveryCodeOfItsRow) {
    for (const auto& group : groups()) {
        for (const auto code : group.codes) {
            for (const auto& text : group.texts) {
                EXPECT_EQ(to_string(classify_error(code, text, {})), to_string(group.wanted))
                    << code << ' ' << text;
            }
        }
    }
}

RC_GTEST_PROP(ClassifyError, NeitherCaseNorWhatStandsAroundTheTextMatters, ()) {
    const auto all = groups();
    const auto& group = all[*rc::gen::inRange<std::size_t>(0, all.size())];
    auto text = group.texts[*rc::gen::inRange<std::size_t>(0, group.texts.size())];
    for (char& c : text) {
        if (*rc::gen::arbitrary<bool>()) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    RC_ASSERT(classify_error(-32000, "err: " + text + " (0xab)", {}) == group.wanted);
}

TEST(ClassifyError, CodesThatMeanOneThingWhateverTheText) {
    const std::vector<std::pair<std::int64_t, ErrorClass>> codes{
        {-32700, request},    {-32600, request},    {-32602, request},      {3, execution},
        {-32015, execution},  {-32003, execution},  {-32014, missing_data}, {-32002, not_ready},
        {-32029, rate_limit}, {-32090, rate_limit}, {429, rate_limit},      {-32005, rate_limit},
        {-32012, too_large},  {-32601, no_method},  {-32004, no_method},    {-32603, internal},
        {-32614, too_large},  {-32007, rate_limit}, {-32009, rate_limit},   {-32612, no_method},
        {-32613, no_method},  {-32001, other},      {-32000, other},        {0, other},
        {1, other},           {-1, other}};
    for (const auto& [code, wanted] : codes) {
        EXPECT_EQ(to_string(classify_error(code, "", {})), to_string(wanted)) << code;
        EXPECT_EQ(to_string(classify_error(code, "words unheard of", {})), to_string(wanted)) << code;
    }
}

RC_GTEST_PROP(ClassifyError, TheTextOfARevertReasonIsNeverJudged, ()) {
    const auto all = groups();
    const auto& group = all[*rc::gen::inRange<std::size_t>(0, all.size())];
    const auto reason = group.texts[*rc::gen::inRange<std::size_t>(0, group.texts.size())];
    RC_ASSERT(classify_error(3, reason, {}) == execution);
    RC_ASSERT(classify_error(-32000, "execution reverted: " + reason, {}) == execution);
    RC_ASSERT(classify_error(
                  -32603, "Error: VM Exception while processing transaction: reverted with '" + reason + "'",
                  {}) == execution);
}

TEST(ClassifyError, RequestTooLargeIsNotTakenForARateLimitThoughItSaysLimit) {
    EXPECT_EQ(classify_error(-32005, "block range limit exceeded", {}), too_large);
    EXPECT_EQ(classify_error(-32005, "query returned more than 10000 results. Try with this block range", {}),
              too_large);
    EXPECT_EQ(classify_error(-32005, "daily request count exceeded, request rate limited", {}), rate_limit);
}

TEST(ClassifyError, ResourceNotFoundIsAMissingMethodOnlyWhenTheTextSaysSo) {
    EXPECT_EQ(classify_error(-32001, "resource not found", {}), other);
    EXPECT_EQ(classify_error(-32001, "method is not supported", {}), no_method);
}

RC_GTEST_PROP(ClassifyError, IsTotalAndEveryClassHasAName, (std::int64_t code, const std::string& message)) {
    RC_ASSERT(!to_string(classify_error(code, message, {})).empty());
}

TEST(ErrorClass, NamesAreDistinctLabels) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < error_class_count; ++i)
        names.insert(to_string(static_cast<ErrorClass>(i)));
    EXPECT_EQ(names.size(), error_class_count);
    EXPECT_EQ(names.count(""), 0U);
}

} // namespace
} // namespace weir::chain
