#include "chain/namespaces.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::chain {
namespace {

TEST(DangerousNamespaces, AreKnownByTheirMethods) {
    EXPECT_EQ(dangerous_namespace("admin_peers"), "admin");
    EXPECT_EQ(dangerous_namespace("admin_subscribe"), "admin");
    EXPECT_EQ(dangerous_namespace("personal_unlockAccount"), "personal");
    EXPECT_EQ(dangerous_namespace("miner_start"), "miner");
    EXPECT_EQ(dangerous_namespace("engine_forkchoiceUpdatedV3"), "engine");
    EXPECT_EQ(dangerous_namespace("clique_propose"), "clique");
    EXPECT_EQ(dangerous_namespace("debug_setHead"), "debug_set*");
    EXPECT_EQ(dangerous_namespace("debug_setGCPercent"), "debug_set*");
}

TEST(DangerousNamespaces, AreKnownHoweverTheyAreWritten) {
    EXPECT_EQ(dangerous_namespace(R"(\u0061dmin_peers)"), "admin");
    EXPECT_EQ(dangerous_namespace(R"(adm\u0069n\u005Fpeers)"), "admin");
    EXPECT_EQ(dangerous_namespace(R"(debug\u005fset\u0048ead)"), "debug_set*");
    EXPECT_EQ(dangerous_namespace("Admin_peers"), "admin");
    EXPECT_EQ(dangerous_namespace("ENGINE_newPayloadV3"), "engine");
    EXPECT_EQ(dangerous_namespace(" admin_peers"), "admin");
    EXPECT_EQ(dangerous_namespace(R"(\t\u0000admin_peers)"), "admin");
}

TEST(DangerousNamespaces, DoNotHoldWhatOnlyAsks) {
    for (const auto* method :
         {"", "eth_chainId", "eth_sendTransaction", "eth_sign", "debug_traceCall", "debug_getRawBlock",
          "debug_subscribe", "net_version", "trace_block", "txpool_content", "administrator_x", "admin",
          "engines_x", "personal", "my_admin_peers", "anvil_setBalance", R"(eth\u005fcall)"}) {
        EXPECT_EQ(dangerous_namespace(method), "") << method;
    }
}

RC_GTEST_PROP(DangerousNamespaces, AreKnownWithAnyLettersEscapedAndInAnyCase, ()) {
    const auto names = dangerous_namespaces();
    const auto name = names[*rc::gen::inRange<std::size_t>(0, names.size())];
    std::string plain(name);
    if (plain.ends_with('*'))
        plain.back() = 'X';
    else
        plain += "_x";
    std::string written;
    for (const char c : plain) {
        const char cased =
            *rc::gen::arbitrary<bool>() && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        if (*rc::gen::arbitrary<bool>()) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(cased));
            written += escape;
        } else {
            written += cased;
        }
    }
    RC_ASSERT(dangerous_namespace(written) == name);
}

RC_GTEST_PROP(DangerousNamespaces, AreTotalOverAnyBytes, (const std::string& text)) {
    dangerous_namespace(text);
}

} // namespace
} // namespace weir::chain
