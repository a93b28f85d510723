#include "chain/methods.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace weir::chain {
namespace {

TEST(Methods, AreSortedAndUniqueAndKnowTheirIndex) {
    const auto names = known_methods();
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
        EXPECT_EQ(traits_of(names[i]).index, i) << names[i];
}

RC_GTEST_PROP(Methods, AnyOtherNameIsSentOnceUnderTheIndexBehindTheLast, (const std::string& junk)) {
    const auto name = *rc::gen::element(junk, "eth_" + junk, "eth_call" + junk + "x", std::string("eth_cal"),
                                        std::string("ETH_CALL"));
    const auto names = known_methods();
    RC_PRE(std::find(names.begin(), names.end(), name) == names.end());
    const auto traits = traits_of(name);
    RC_ASSERT(traits.index == names.size());
    RC_ASSERT(traits.safety == Safety::once);
    RC_ASSERT(!traits.null_may_be_missing && !traits.filter);
}

TEST(Methods, WhatReadsMayBeRepeated) {
    for (const auto* name :
         {"eth_call", "eth_blockNumber", "eth_chainId", "eth_getLogs", "eth_getBlockByNumber",
          "eth_getTransactionReceipt", "eth_getBlockReceipts", "eth_estimateGas", "eth_feeHistory",
          "eth_getProof", "net_version", "web3_clientVersion", "debug_traceTransaction", "trace_block",
          "txpool_status", "eth_simulateV1"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::read) << name;
    }
}

TEST(Methods, WhatChangesANodeOrIsUnknownIsSentOnce) {
    for (const auto* name : {"eth_sendTransaction", "eth_sign", "personal_sign", "personal_unlockAccount",
                             "engine_newPayloadV3", "miner_start", "admin_addPeer", "debug_setHead",
                             "clique_propose", "debug_chaindbCompact", "", "eth_", "abc_unheardOf"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::once) << name;
    }
}

TEST(Methods, ReadsOfFurtherChainsMayBeRepeated) {
    for (const auto* name :
         {"qbft_getValidatorsByBlockNumber", "istanbul_getSnapshot", "cfx_getBalance", "ankr_getTokenPrice",
          "priv_getTransactionReceipt", "moon_isBlockFinalized", "celo_estimateGasInFeeCurrency",
          "klay_blockNumber", "kaia_gasPrice", "hmy_call", "eth_getL1Fee", "eth_hashrate",
          "eth_pendingTransactions", "eth_supportedEntryPoints", "eth_capabilities", "eth_fillTransaction",
          "debug_dumpBlock", "debug_preimage"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::read) << name;
    }
}

TEST(Methods, AVerbThatChangesCountsInAnyFamilyAndUnknownOnesNever) {
    for (const auto* name : {"trace_rollback",
                             "txpool_flush",
                             "zks_rewind",
                             "nethermind_resyncFrom",
                             "linea_resumeProving",
                             "abc_getNewAddress",
                             "abc_getOrCreateAccount",
                             "abc_getAndIncrement",
                             "abc_get",
                             "abc_getter",
                             "abc_issueToken",
                             "abc_call",
                             "abc_callMany",
                             "abc_sendTransaction",
                             "abc_newFilter",
                             "qbft_proposeValidatorVote",
                             "priv_distributeRawTransaction",
                             "evm_mine",
                             "anvil_setBalance",
                             "personal_getSomething",
                             "miner_gasPrice",
                             "getBalance",
                             "eth_sendUserOperation",
                             "eth_resend"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::once) << name;
    }
}

TEST(Methods, OnlyARawTransactionHasRulesOfItsOwn) {
    for (const auto name : known_methods()) {
        EXPECT_EQ(traits_of(name).safety == Safety::raw_transaction, name == "eth_sendRawTransaction")
            << name;
    }
}

TEST(Methods, TheFilterFamilyIsKnownAndNeverRepeated) {
    const std::set<std::string_view> filters{
        "eth_newFilter",        "eth_newBlockFilter", "eth_newPendingTransactionFilter",
        "eth_getFilterChanges", "eth_getFilterLogs",  "eth_uninstallFilter"};
    for (const auto name : known_methods()) {
        EXPECT_EQ(traits_of(name).filter, filters.contains(name)) << name;
        if (traits_of(name).filter) {
            EXPECT_EQ(traits_of(name).safety, Safety::once) << name;
        }
    }
}

TEST(Methods, NullMayMeanNotHereYetForBlocksTransactionsAndReceipts) {
    for (const auto* name : {"eth_getBlockByNumber", "eth_getBlockByHash", "eth_getTransactionByHash",
                             "eth_getTransactionReceipt", "eth_getBlockReceipts"}) {
        EXPECT_TRUE(traits_of(name).null_may_be_missing) << name;
    }
    for (const auto* name : {"eth_call", "eth_blockNumber", "eth_getBalance", "eth_sendRawTransaction"}) {
        EXPECT_FALSE(traits_of(name).null_may_be_missing) << name;
    }
}

TEST(Methods, FamiliesOfOtherClientsAndChainsRead) {
    for (const auto* name : {"erigon_getLogs",
                             "arbtrace_block",
                             "ots_getBlockDetailsByHash",
                             "trace_unheardOf",
                             "debug_traceBlockFromFile",
                             "debug_getBlockRlp",
                             "zks_getBlockDetails",
                             "zks_estimateFee",
                             "zks_L1ChainId",
                             "optimism_syncStatus",
                             "rollup_getInfo",
                             "bor_getAuthor",
                             "parity_getBlockReceipts",
                             "linea_estimateGas",
                             "alchemy_getTokenBalances",
                             "qn_getReceipts",
                             "eth_getBlobSidecars",
                             "eth_estimateUserOperationGas",
                             "net_localAddress",
                             "nethermind_anything",
                             "linea_anything",
                             "parity_chainStatus",
                             "parity_netPeers",
                             "parity_pendingTransactions",
                             "parity_allTransactions",
                             "parity_nextNonce",
                             "parity_call",
                             "parity_enode",
                             "zks_mainContract",
                             "zkevm_batchNumber",
                             "rpc_discover",
                             "qn_fetchNFTs",
                             "qn_addressBalance",
                             "txpool_besuTransactions",
                             "trace_settings",
                             "alchemy_simulateExecution",
                             "kaia_getBlockReceipts",
                             "overlay_getLogs",
                             "arbtrace_call"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::read) << name;
        EXPECT_EQ(traits_of(name).index, known_methods().size()) << name;
    }
    for (const auto* name : {"debug_setHead",
                             "debug_setGCPercent",
                             "parity_setMode",
                             "qn_broadcastRawTransaction",
                             "bor_propose",
                             "erigon_",
                             "alchemy_requestGasAndPaymasterAndData",
                             "erigon_setAnything",
                             "parity_setEngineSigner",
                             "parity_signMessage",
                             "parity_postTransaction",
                             "parity_removeTransaction",
                             "parity_clearEngineSigner",
                             "parity_newAccountFromPhrase",
                             "parity_upgradeReady",
                             "parity_getNewDappsToken",
                             "zks_sendRawTransactionWithDetailedOutput",
                             "linea_saveRejectedTransactionV1",
                             "rollup_generateConflatedTracesToFileV0",
                             "nethermind_send",
                             "txpool_addLocal",
                             "tenderly_setBalance",
                             "net_addPeer"}) {
        EXPECT_EQ(traits_of(name).safety, Safety::once) << name;
    }
}

TEST(Methods, OneTableSaysWhatAnswersTellOfTheChain) {
    for (const auto& [name, tells] : std::initializer_list<std::pair<std::string_view, Tells>>{
             {"eth_blockNumber", Tells::number},
             {"erigon_blockNumber", Tells::number},
             {"eth_getBlockByNumber", Tells::block},
             {"eth_getBlockByHash", Tells::block},
             {"eth_getHeaderByNumber", Tells::block},
             {"erigon_getHeaderByNumber", Tells::block},
             {"parity_getBlockHeaderByNumber", Tells::block},
             {"ots_getBlockDetails", Tells::block},
             {"eth_getBlockReceipts", Tells::placed},
             {"parity_getBlockReceipts", Tells::placed},
             {"eth_getTransactionReceipt", Tells::placed},
             {"eth_getTransactionByBlockNumberAndIndex", Tells::placed},
             {"trace_block", Tells::placed},
             {"arbtrace_block", Tells::placed},
             {"eth_getLogs", Tells::logs},
             {"erigon_getLogs", Tells::logs},
             {"eth_feeHistory", Tells::fees},
             {"eth_syncing", Tells::syncing},
             {"eth_call", Tells::nothing},
             {"eth_getUncleByBlockNumberAndIndex", Tells::nothing}}) {
        EXPECT_EQ(traits_of(name).tells, tells) << name;
    }
}

TEST(Methods, WhatIsToldOnceIsNoRead) {
    for (const auto* name :
         {"priv_getFilterChanges", "cfx_getFilterChanges", "klay_getFilterChanges", "debug_dbCompact"})
        EXPECT_EQ(traits_of(name).safety, Safety::once) << name;
    EXPECT_EQ(traits_of("priv_getFilterLogs").safety, Safety::read);
}

} // namespace
} // namespace weir::chain
