#include "chain/methods.hpp"

#include "chain/method_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace weir::chain {

namespace {

constexpr BlockPlace nowhere{}, first{BlockPlace::Form::block, 0}, second{BlockPlace::Form::block, 1},
    third{BlockPlace::Form::block, 2}, range{BlockPlace::Form::range, 0},
    first_decimal{BlockPlace::Form::decimal, 0}, second_decimal{BlockPlace::Form::decimal, 1};

// r: a read. n: a read whose null, or empty list, may mean "not here yet". b: one whose null means that the
// block is not here. f: of the filter family. t:
// eth_sendRawTransaction. o: at most once.
struct Entry {
    std::string_view name;
    char kind;
    BlockPlace block{};
    Tells tells = Tells::nothing;
};

constexpr std::array entries{
    Entry{"debug_accountAt", 'r', first},
    Entry{"debug_accountRange", 'r', first},
    Entry{"debug_executionWitness", 'r', first},
    Entry{"debug_getBadBlocks", 'r'},
    Entry{"debug_getModifiedAccountsByHash", 'r', second_decimal},
    Entry{"debug_getModifiedAccountsByNumber", 'r', second_decimal},
    Entry{"debug_getRawBlock", 'r', first},
    Entry{"debug_getRawHeader", 'r', first},
    Entry{"debug_getRawReceipts", 'r', first},
    Entry{"debug_getRawTransaction", 'n'},
    Entry{"debug_intermediateRoots", 'r', first},
    Entry{"debug_storageRangeAt", 'r', first},
    Entry{"debug_traceBlock", 'r'},
    Entry{"debug_traceBlockByHash", 'r', first},
    Entry{"debug_traceBlockByNumber", 'r', first},
    Entry{"debug_traceCall", 'r', second},
    Entry{"debug_traceCallMany", 'r', second},
    Entry{"debug_traceTransaction", 'r'},
    Entry{"eth_accounts", 'r'},
    Entry{"eth_baseFee", 'r'},
    Entry{"eth_blobBaseFee", 'r'},
    Entry{"eth_blockNumber", 'r', nowhere, Tells::number},
    Entry{"eth_call", 'r', second},
    Entry{"eth_callBundle", 'r', first},
    Entry{"eth_callMany", 'r', second},
    Entry{"eth_capabilities", 'r'},
    Entry{"eth_chainId", 'r'},
    Entry{"eth_coinbase", 'r'},
    Entry{"eth_config", 'r'},
    Entry{"eth_createAccessList", 'r', second},
    Entry{"eth_estimateGas", 'r', second},
    Entry{"eth_feeHistory", 'r', second, Tells::fees},
    Entry{"eth_fillTransaction", 'r'},
    Entry{"eth_gasPrice", 'r'},
    Entry{"eth_getAccount", 'r', second},
    Entry{"eth_getAccountInfo", 'r', second},
    Entry{"eth_getBalance", 'r', second},
    Entry{"eth_getBlockByHash", 'b', first, Tells::block},
    Entry{"eth_getBlockByNumber", 'b', first, Tells::block},
    Entry{"eth_getBlockReceipts", 'b', first, Tells::placed},
    Entry{"eth_getBlockTransactionCountByHash", 'b', first},
    Entry{"eth_getBlockTransactionCountByNumber", 'b', first},
    Entry{"eth_getCode", 'r', second},
    Entry{"eth_getFilterChanges", 'f'},
    Entry{"eth_getFilterLogs", 'f'},
    Entry{"eth_getHeaderByHash", 'b', first, Tells::block},
    Entry{"eth_getHeaderByNumber", 'b', first, Tells::block},
    Entry{"eth_getLogs", 'r', range, Tells::logs},
    Entry{"eth_getProof", 'r', third},
    Entry{"eth_getRawTransactionByBlockHashAndIndex", 'n', first},
    Entry{"eth_getRawTransactionByBlockNumberAndIndex", 'n', first},
    Entry{"eth_getRawTransactionByHash", 'n'},
    Entry{"eth_getStorageAt", 'r', third},
    Entry{"eth_getStorageValues", 'r', second},
    Entry{"eth_getTransactionByBlockHashAndIndex", 'n', first, Tells::placed},
    Entry{"eth_getTransactionByBlockNumberAndIndex", 'n', first, Tells::placed},
    Entry{"eth_getTransactionByHash", 'n', nowhere, Tells::placed},
    Entry{"eth_getTransactionBySenderAndNonce", 'n', nowhere, Tells::placed},
    Entry{"eth_getTransactionCount", 'r', second},
    Entry{"eth_getTransactionReceipt", 'n', nowhere, Tells::placed},
    Entry{"eth_getUncleByBlockHashAndIndex", 'r', first},
    Entry{"eth_getUncleByBlockNumberAndIndex", 'r', first},
    Entry{"eth_getUncleCountByBlockHash", 'r', first},
    Entry{"eth_getUncleCountByBlockNumber", 'r', first},
    Entry{"eth_hashrate", 'r'},
    Entry{"eth_maxPriorityFeePerGas", 'r'},
    Entry{"eth_mining", 'r'},
    Entry{"eth_newBlockFilter", 'f'},
    Entry{"eth_newFilter", 'f'},
    Entry{"eth_newPendingTransactionFilter", 'f'},
    Entry{"eth_pendingTransactions", 'r'},
    Entry{"eth_protocolVersion", 'r'},
    Entry{"eth_sendRawTransaction", 't'},
    Entry{"eth_sendTransaction", 'o'},
    Entry{"eth_sign", 'o'},
    Entry{"eth_simulateV1", 'r', second},
    Entry{"eth_subscribe", 'o'},
    Entry{"eth_supportedEntryPoints", 'r'},
    Entry{"eth_syncing", 'r', nowhere, Tells::syncing},
    Entry{"eth_uninstallFilter", 'f'},
    Entry{"eth_unsubscribe", 'o'},
    Entry{"net_listening", 'r'},
    Entry{"net_peerCount", 'r'},
    Entry{"net_version", 'r'},
    Entry{"ots_getApiLevel", 'r'},
    Entry{"ots_getBlockDetails", 'r', first, Tells::block},
    Entry{"ots_getBlockTransactions", 'r', first, Tells::block},
    Entry{"ots_getContractCreator", 'r'},
    Entry{"ots_getInternalOperations", 'r'},
    Entry{"ots_getTransactionError", 'r'},
    Entry{"ots_hasCode", 'r', second},
    Entry{"ots_searchTransactionsAfter", 'r', second_decimal},
    Entry{"ots_searchTransactionsBefore", 'r', second_decimal},
    Entry{"ots_traceTransaction", 'n'},
    Entry{"rpc_modules", 'r'},
    Entry{"trace_block", 'r', first, Tells::placed},
    Entry{"trace_call", 'r', third},
    Entry{"trace_callMany", 'r', second},
    Entry{"trace_filter", 'r', range},
    Entry{"trace_get", 'r'},
    Entry{"trace_rawTransaction", 'r'},
    Entry{"trace_replayBlockTransactions", 'r', first},
    Entry{"trace_replayTransaction", 'r'},
    Entry{"trace_transaction", 'n', nowhere, Tells::placed},
    Entry{"txpool_content", 'r'},
    Entry{"txpool_contentFrom", 'r'},
    Entry{"txpool_inspect", 'r'},
    Entry{"txpool_status", 'r'},
    Entry{"web3_clientVersion", 'r'},
    Entry{"web3_sha3", 'r'},
};
static_assert(entries.size() <= 128);
static_assert(std::is_sorted(entries.begin(), entries.end(),
                             [](const Entry& a, const Entry& b) { return a.name < b.name; }));

constexpr auto names = [] {
    std::array<std::string_view, entries.size()> list{};
    for (std::size_t i = 0; i < entries.size(); ++i)
        list[i] = entries[i].name;
    return list;
}();

} // namespace

std::span<const std::string_view> known_methods() {
    return names;
}

namespace {

MethodTraits traits_of_entry(std::size_t index) {
    const auto& entry = entries[index];
    MethodTraits traits;
    traits.index = static_cast<std::uint16_t>(index);
    // The filter family is weir's own (el/filters): no node is ever asked, least of all twice.
    traits.safety = entry.kind == 't'                        ? Safety::raw_transaction
                    : entry.kind == 'o' || entry.kind == 'f' ? Safety::once
                                                             : Safety::read;
    traits.null_may_be_missing = entry.kind == 'n' || entry.kind == 'b';
    traits.null_is_missing_block = entry.kind == 'b';
    traits.filter = entry.kind == 'f';
    traits.block = entry.block;
    traits.tells = entry.tells;
    return traits;
}

std::optional<std::size_t> find(std::string_view method) {
    const auto* found = std::lower_bound(names.begin(), names.end(), method);
    if (found == names.end() || *found != method) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// Chains that have renamed what is Ethereum's: klay_blockNumber, hmy_gasPrice.
bool is_twin_of_read(std::string_view method) {
    constexpr std::array<std::string_view, 5> chains{"cfx_", "hmy_", "hmyv2_", "kaia_", "klay_"};
    const auto* chain = std::find_if(chains.begin(), chains.end(),
                                     [&](std::string_view prefix) { return method.starts_with(prefix); });
    if (chain == chains.end()) return false;
    const auto name = method.substr(chain->size());
    return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.name.starts_with("eth_") && entry.name.substr(4) == name && entry.kind != 'o' &&
               entry.kind != 't' && entry.kind != 'f';
    });
}

/// Where it is neither a twin of a known method nor named by the rule.
struct Further {
    std::string_view name;
    BlockPlace block;
    Tells tells = Tells::nothing;
};
constexpr std::array further{
    Further{"alchemy_getAssetTransfers", range},
    Further{"alchemy_getTransactionReceipts", first},
    Further{"bor_getAuthor", first},
    Further{"bor_getRootHash", second_decimal},
    Further{"bor_getSigners", first},
    Further{"bor_getSignersAtHash", first},
    Further{"bor_getSnapshot", first},
    Further{"bor_getSnapshotAtHash", first},
    Further{"bor_getVoteOnHash", second_decimal},
    Further{"erigon_blockNumber", first, Tells::number},
    Further{"erigon_cumulativeChainTraffic", first},
    Further{"erigon_getBalanceChangesInBlock", first},
    Further{"erigon_getLatestLogs", range},
    Further{"erigon_getLogsByHash", first},
    Further{"erigon_watchTheBurn", first},
    Further{"eth_getBlobSidecars", first},
    Further{"eth_getBorBlockReceipt", first, Tells::placed},
    Further{"eth_getRootHash", second_decimal},
    Further{"eth_getTransactionReceiptsByBlock", first, Tells::placed},
    Further{"optimism_outputAtBlock", first},
    Further{"parity_getBlockReceipts", first, Tells::placed},
    Further{"proof_call", second},
    Further{"qn_getBlockWithReceipts", first},
    Further{"qn_getReceipts", first},
    Further{"zks_getBlockDetails", first_decimal},
    Further{"zks_getRawBlockTransactions", first_decimal},
};

/// By what its name says, as all clients name such methods.
BlockPlace place_by_name(std::string_view name) {
    const auto holds = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    if (holds("Timestamp") || holds("Batch")) return nowhere; // their numbers are others
    if (name.ends_with("Logs")) return range;
    if (holds("ByNumber") || holds("ByBlockNumber") || holds("ByBlockHash") || holds("ByBlockhash") ||
        holds("BlockByHash") || holds("BlockDetailsByHash") || holds("HeaderByHash")) {
        return first;
    }
    return nowhere;
}

/// A method of another client or chain: what its namesake of a known namespace does, or what its name says.
void learn_from_name(std::string_view method, MethodTraits& traits) {
    const auto* known = std::find_if(further.begin(), further.end(),
                                     [&](const Further& entry) { return entry.name == method; });
    if (known != further.end()) {
        traits.block = known->block;
        traits.tells = known->tells;
        return;
    }
    const auto underscore = std::min(method.find('_'), method.size() - 1);
    const auto space = method.substr(0, underscore), name = method.substr(underscore + 1);
    // "arbtrace_call" is nearer to "trace_call" than to "eth_call".
    const Entry* namesake = nullptr;
    for (const auto& entry : entries) {
        const auto at = entry.name.find('_');
        if (entry.name.substr(at + 1) != name) continue;
        if (!namesake || space.ends_with(entry.name.substr(0, at))) namesake = &entry;
    }
    if (namesake) {
        traits.block = namesake->block;
        traits.tells = namesake->tells;
        traits.null_may_be_missing = namesake->kind == 'n' || namesake->kind == 'b';
        traits.null_is_missing_block = namesake->kind == 'b';
        return;
    }
    traits.block = place_by_name(name);
    if (name.find("HeaderBy") != std::string_view::npos) traits.tells = Tells::block;
}

} // namespace

MethodTraits traits_of(std::string_view method) {
    if (const auto index = find(method)) return traits_of_entry(*index);
    MethodTraits traits;
    traits.index = static_cast<std::uint16_t>(names.size());
    if (method.empty()) return traits;
    if (reads_by_name(method) || is_twin_of_read(method)) traits.safety = Safety::read;
    learn_from_name(method, traits);
    return traits;
}

} // namespace weir::chain
