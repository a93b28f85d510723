// A client's id comes back as it was sent, whatever the node made of the one it got.
#include "chain/renumber.hpp"

#include <gtest/gtest.h>

namespace weir::chain {
namespace {

Call call_of(std::string_view text) {
    static Requests requests;
    EXPECT_EQ(scan_requests(text, 10, requests), ScanError::none);
    return requests.calls.front();
}

TEST(Renumber, ACallGoesOutWithAnotherId) {
    std::string out;
    append_renumbered(
        out, call_of(R"({"id":12345678901234567890,"jsonrpc":"2.0","params":[ 1 ],"method":"a_b"})"), 7);
    EXPECT_EQ(out, R"({"jsonrpc":"2.0","id":7,"method":"a_b","params":[ 1 ]})");
}

TEST(Renumber, ANotificationStaysOne) {
    std::string out;
    append_renumbered(out, call_of(R"({"method":"a_b"})"), 7);
    EXPECT_EQ(out, R"({"jsonrpc":"2.0","method":"a_b"})");
}

TEST(Renumber, TheClientsIdReplacesTheNodesWhereverItStands) {
    for (const auto& [before, after] : std::initializer_list<std::pair<std::string, std::string>>{
             {R"({"jsonrpc":"2.0","id":1,"result":{"id":1}})",
              R"({"jsonrpc":"2.0","id":-1.50,"result":{"id":1}})"},
             {R"({"result":[1], "id" : "x" })", R"({"result":[1], "id" : -1.50 })"},
             {R"( {"error":{"code":1},"id":null})", R"( {"error":{"code":1},"id":-1.50})"},
             {R"({"result":null})", R"({"id":-1.50,"result":null})"},
         }) {
        auto text = before;
        EXPECT_TRUE(put_id(text, "-1.50")) << before;
        EXPECT_EQ(text, after);
    }
}

TEST(Renumber, WhatIsNoAnswerIsLeftAlone) {
    for (const std::string before : {"", "<html>", "[]", R"({"id":1})", R"({"result":1)", "null"}) {
        auto text = before;
        EXPECT_FALSE(put_id(text, "2")) << before;
        EXPECT_EQ(text, before);
    }
}

} // namespace
} // namespace weir::chain
