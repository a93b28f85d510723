// Whether a call may be repeated: what weir knows, and what the operator says.
#include "el/judgement.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::el {
namespace {

using chain::Safety;

Safety safety(std::string_view method, const config::Global& limits) {
    chain::Call call;
    call.valid = true;
    call.method = method;
    return understand(call, limits).traits.safety;
}

TEST(Safety, PatternsOfTheOperatorMakeFamiliesRepeatable) {
    config::Global limits;
    EXPECT_EQ(safety("abc_balance", limits), Safety::once);
    limits.safe_methods = {"abc_*"};
    EXPECT_EQ(safety("abc_balance", limits), Safety::read);
    EXPECT_EQ(safety("abd_balance", limits), Safety::once);
}

TEST(Safety, OfTwoMembersOfOneNameNeitherIsRepeatedUnlessBothMayBe) {
    chain::Call call;
    call.valid = true;
    call.method = "eth_getBalance";
    call.shadowed = "eth_call";
    EXPECT_EQ(understand(call, {}).traits.safety, Safety::read);
    for (const auto* shadowed : {"eth_sendTransaction", "eth_sendRawTransaction", "abc_unheardOf"}) {
        call.shadowed = shadowed;
        EXPECT_EQ(understand(call, {}).traits.safety, Safety::once) << shadowed;
    }
}

TEST(Safety, TheEntryThatNamesAMethodMoreCloselyCounts) {
    config::Global limits;
    limits.safe_methods = {"abc_*", "abc_setColour"};
    limits.unsafe_methods = {"abc_set*"};
    EXPECT_EQ(safety("abc_get", limits), Safety::read);
    EXPECT_EQ(safety("abc_setSize", limits), Safety::once);
    EXPECT_EQ(safety("abc_setColour", limits), Safety::read);
}

TEST(Safety, WhatTheOperatorCallsUnsafeIsSentOnceWhateverWeirKnows) {
    config::Global limits;
    limits.unsafe_methods = {"erigon_*", "eth_call", "eth_send*"};
    EXPECT_EQ(safety("erigon_forks", limits), Safety::once);
    EXPECT_EQ(safety("eth_call", limits), Safety::once);
    EXPECT_EQ(safety("eth_sendRawTransaction", limits), Safety::once);
    EXPECT_EQ(safety("eth_getBalance", limits), Safety::read);
}

TEST(Safety, NoPatternMakesRepeatableWhatIsKnownToChangeANode) {
    config::Global limits;
    limits.safe_methods = {"*"};
    for (const auto* method : {"eth_sendTransaction", "eth_sign", "personal_sendTransaction", "admin_addPeer",
                               "miner_start", "engine_newPayloadV3", "debug_setHead", "clique_propose"})
        EXPECT_EQ(safety(method, limits), Safety::once) << method;
    EXPECT_EQ(safety("eth_sendRawTransaction", limits), Safety::raw_transaction);
    EXPECT_EQ(safety("abc_anything", limits), Safety::read);
    limits.safe_methods = {"admin_peers", "eth_sendRawTransaction"};
    EXPECT_EQ(safety("admin_peers", limits), Safety::read) << "its very name";
    EXPECT_EQ(safety("eth_sendRawTransaction", limits), Safety::raw_transaction);
}

} // namespace
} // namespace weir::el
