// In whose words a batch is refused as a whole, and what is to be made of it.
#include "chain/batch_refusal.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::chain {
namespace {

using Kind = BatchRefusal::Kind;

std::string error(const std::string& code, const std::string& message, const std::string& more = "",
                  const std::string& id = "null") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":)" + code + R"(,"message":")" + message +
           '"' + more + "}}";
}

std::optional<BatchRefusal> read(const std::string& text, int status = 200, std::size_t calls = 150) {
    std::vector<BatchElement> elements;
    if (scan_batch_answer(text, elements)) return batch_refusal(elements, calls);
    return batch_refusal(status, scan_answer(text, true), text, calls);
}

struct Words {
    std::string text;
    int status;
    Kind kind;
    bool certain;
    std::size_t most; ///< 0: they do not say
};

TEST(BatchRefusal, InTheWordsOfNodesAndProviders) {
    const Words all[] = {
        {error("-32000", "batch limit 100 exceeded: 150 requests given"), 200, Kind::too_many, true, 100},
        {error("-32000",
               "batch limit 100 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 150"),
         200, Kind::too_many, true, 100},
        {'[' + error("-32600", "batch too large", "", "1") + ']', 200, Kind::too_many, true, 0},
        {error("-32600", "batch too large"), 200, Kind::too_many, true, 0},
        {error("-32010", "The batch request was too large", R"(,"data":"Exceeded max limit of 50")"), 200,
         Kind::too_many, true, 50},
        {error("-32005", "Batched requests are not supported by this server"), 200, Kind::too_many, true, 0},
        {error("-32011", "The batch response was too large", R"(,"data":"Exceeded max limit of 50")"), 200,
         Kind::unclear, false, 0},
        {error("-32005", "Batch size limit exceeded"), 200, Kind::too_many, true, 0},
        {error("-32005", "Number of requests exceeds max batch size"), 200, Kind::too_many, true, 0},
        {error("-32005", "Number of requests in batch exceeds --rpc-max-batch-size."), 400, Kind::too_many,
         true, 0},
        {error("-32000", "method debug_traceTransaction not allowed in a batch request"), 200, Kind::unclear,
         true, 0},
        {error("-32600", "Unsupported methods in batch"), 200, Kind::unclear, true, 0},
        {R"({"message":"Batch of more than 3 requests are not allowed on free tier","code":31})", 500,
         Kind::too_many, true, 3},
        {error("-32007", "batch limit exceeded"), 200, Kind::too_many, true, 0},
        {error("-32700", "parse error"), 200, Kind::unclear, true, 0},
        {error("-32600", "Invalid Request"), 400, Kind::unclear, true, 0},
        {'[' + error("-32700", "parse error") + ']', 200, Kind::unclear, true, 0},
        {"<html>413 Request Entity Too Large</html>", 413, Kind::too_large, true, 0},
        {"", 413, Kind::too_large, true, 0},
        {error("-32603", "content length too large (6000000>5242880)"), 200, Kind::too_large, true, 0},
        {"Bad Request", 400, Kind::unclear, true, 0},
        {error("-32000", "boom"), 200, Kind::unclear, false, 0},
        {'[' + error("-32005", "batch size too large", "", "1") + ',' +
             error("-32005", "batch size too large", "", "2") + ']',
         200, Kind::too_many, true, 0},
    };
    for (const auto& [text, status, kind, certain, most] : all) {
        const auto refusal = read(text, status);
        ASSERT_TRUE(refusal) << text;
        EXPECT_EQ(refusal->kind, kind) << text;
        EXPECT_EQ(refusal->certain, certain) << text;
        EXPECT_EQ(refusal->most.value_or(0), most) << text;
    }
}

TEST(BatchRefusal, WhatIsAboutTheNodeOrItsPlanIsNone) {
    for (const auto& [text, status] :
         std::initializer_list<std::pair<std::string, int>>{{error("-32005", "too many requests"), 200},
                                                            {"", 429},
                                                            {error("-32600", "unauthorized"), 401},
                                                            {error("-32000", "node is syncing"), 200},
                                                            {error("-32603", "internal error"), 200},
                                                            {"<html>Bad Gateway</html>", 502},
                                                            {"", 500},
                                                            {"<html>", 200},
                                                            {error("-32000", "missing trie node"), 200}})
        EXPECT_FALSE(read(text, status)) << text << status;
}

TEST(BatchRefusal, AnswersToCallsAreNone) {
    const std::string result = R"({"jsonrpc":"2.0","id":1,"result":"batch too large"})";
    EXPECT_FALSE(read(result));
    EXPECT_FALSE(read('[' + result + ']'));
    EXPECT_FALSE(read('[' + error("-32600", "batch too large", "", "1") + ',' + result + ']'));
    EXPECT_FALSE(read('[' + error("3", "execution reverted", "", "1") + ',' +
                      error("3", "execution reverted", "", "2") + ']'));
    EXPECT_FALSE(read('[' + error("-32602", "invalid params", "", "1") + ']'));
    EXPECT_FALSE(read("[]"));
    EXPECT_FALSE(read('[' + error("-32600", "batch too large", "", "1") + ']', 200, 1))
        << "a call of its own";
}

TEST(BatchRefusal, ANumberInTheWordsCountsWhenFewerAreMeant) {
    const auto most = [](const std::string& words, std::size_t calls) {
        return read(error("-32600", words), 200, calls)->most.value_or(0);
    };
    EXPECT_EQ(most("batch size 150 exceeds the maximum of 100", 150), 100U);
    EXPECT_EQ(most("max batch size: 20", 150), 20U);
    EXPECT_EQ(most("batch limit 100 exceeded", 80), 0U) << "it would not help";
    EXPECT_EQ(most("batch limit 0 exceeded", 80), 0U);
    EXPECT_EQ(most("batch limit 99999999999999999999999 exceeded", 80), 0U);
}

TEST(BatchRefusal, WhateverItsCaseAndSpacing) {
    for (const auto* words : {"BATCH-TOO-LARGE", "BatchTooLarge", "batch  too_large", "batchSizeExceeded"}) {
        for (const auto& text : {error("-32000", words), '[' + error("-32000", words, "", "1") + ']'}) {
            const auto refusal = read(text);
            ASSERT_TRUE(refusal) << text;
            EXPECT_EQ(refusal->kind, Kind::too_many) << text;
        }
    }
}

TEST(BatchRefusal, WhatIsSaidOfAllIsSaidOfTheBatchWhereItCouldNotBeRead) {
    for (const auto* code : {"-32700", "-32600"}) {
        const auto first = read('[' + error(code, "expected object", "", "1") + ']', 200, 3);
        ASSERT_TRUE(first) << code;
        EXPECT_TRUE(first->certain);
        const auto one = error(code, "expected object", "", "1");
        const auto nobody = error(code, "expected object", "", "null");
        const auto all = read('[' + nobody + ',' + nobody + ',' + nobody + ']', 200, 3);
        ASSERT_TRUE(all) << code;
        EXPECT_TRUE(all->certain);
        EXPECT_FALSE(read('[' + one + ',' + one + ']', 200, 3)) << "the third may have run";
    }
    EXPECT_FALSE(read('[' + error("-32000", "boom", "", "1") + ']', 200, 3));
}

TEST(BatchRefusal, WhoNamesEachCallHasReadThem) {
    const auto each = [](const char* code) {
        return '[' + error(code, "no", "", "1") + ',' + error(code, "no", "", "2") + ']';
    };
    EXPECT_FALSE(read(each("-32600"), 200, 2)) << "each call is invalid, and need not be asked again";
    const auto parse = read(each("-32700"), 200, 2);
    ASSERT_TRUE(parse);
    EXPECT_FALSE(parse->certain) << "what must not run twice may have run";
}

} // namespace
} // namespace weir::chain
