#include "chain/methods.hpp"

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
    Entry{"eth_chainId", 'r'},
    Entry{"eth_coinbase", 'r'},
    Entry{"eth_config", 'r'},
    Entry{"eth_createAccessList", 'r', second},
    Entry{"eth_estimateGas", 'r', second},
    Entry{"eth_feeHistory", 'r', second, Tells::fees},
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
    Entry{"eth_maxPriorityFeePerGas", 'r'},
    Entry{"eth_mining", 'r'},
    Entry{"eth_newBlockFilter", 'f'},
    Entry{"eth_newFilter", 'f'},
    Entry{"eth_newPendingTransactionFilter", 'f'},
    Entry{"eth_protocolVersion", 'r'},
    Entry{"eth_sendRawTransaction", 't'},
    Entry{"eth_sendTransaction", 'o'},
    Entry{"eth_sign", 'o'},
    Entry{"eth_simulateV1", 'r', second},
    Entry{"eth_subscribe", 'o'},
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

/// Namespaces, and beginnings of names in one, of which everything reads (the clients' and chains' own
/// documentation), except what its name says to change something.
constexpr std::array reading{
    std::string_view("alchemy_get"),
    std::string_view("alchemy_simulate"),
    std::string_view("arbtrace_"),
    std::string_view("avax_get"),
    std::string_view("bor_get"),
    std::string_view("debug_get"),
    std::string_view("debug_trace"),
    std::string_view("erigon_"),
    std::string_view("eth_estimate"),
    std::string_view("eth_get"),
    std::string_view("hmy_get"),
    std::string_view("hmyv2_get"),
    std::string_view("kaia_get"),
    std::string_view("klay_get"),
    std::string_view("linea_"),
    std::string_view("net_"),
    std::string_view("nethermind_"),
    std::string_view("nr_get"),
    std::string_view("optimism_"),
    std::string_view("ots_"),
    std::string_view("overlay_"),
    std::string_view("parity_all"), // parity_ is not one: it has the signer's and the miner's methods, too
    std::string_view("parity_call"),
    std::string_view("parity_chain"),
    std::string_view("parity_consensus"),
    std::string_view("parity_defaultExtraData"),
    std::string_view("parity_enode"),
    std::string_view("parity_extraData"),
    std::string_view("parity_futureTransactions"),
    std::string_view("parity_gas"),
    std::string_view("parity_get"),
    std::string_view("parity_list"),
    std::string_view("parity_local"),
    std::string_view("parity_minGasPrice"),
    std::string_view("parity_mode"),
    std::string_view("parity_net"),
    std::string_view("parity_nextNonce"),
    std::string_view("parity_node"),
    std::string_view("parity_pending"),
    std::string_view("parity_registryAddress"),
    std::string_view("parity_releasesInfo"),
    std::string_view("parity_rpcSettings"),
    std::string_view("parity_transactionsLimit"),
    std::string_view("parity_verifySignature"),
    std::string_view("parity_versionInfo"),
    std::string_view("parity_wsUrl"),
    std::string_view("proof_"),
    std::string_view("qn_"),
    std::string_view("rollup_"),
    std::string_view("rpc_"),
    std::string_view("scroll_estimate"),
    std::string_view("scroll_get"),
    std::string_view("sei_get"),
    std::string_view("tenderly_decode"),
    std::string_view("tenderly_estimate"),
    std::string_view("tenderly_get"),
    std::string_view("tenderly_simulate"),
    std::string_view("tenderly_trace"),
    std::string_view("trace_"),
    std::string_view("txpool_"),
    std::string_view("web3_"),
    std::string_view("zkevm_"),
    std::string_view("zks_"),
};

/// What a name begins with that says to change something: zks_sendRawTransaction…, linea_saveRejected….
constexpr std::array changing{
    std::string_view("add"),       std::string_view("broadcast"), std::string_view("cancel"),
    std::string_view("change"),    std::string_view("clear"),     std::string_view("create"),
    std::string_view("delete"),    std::string_view("disable"),   std::string_view("discard"),
    std::string_view("drop"),      std::string_view("enable"),    std::string_view("execute"),
    std::string_view("generate"),  std::string_view("getNew"),    std::string_view("import"),
    std::string_view("inject"),    std::string_view("kill"),      std::string_view("lock"),
    std::string_view("mine"),      std::string_view("new"),       std::string_view("post"),
    std::string_view("propose"),   std::string_view("prune"),     std::string_view("publish"),
    std::string_view("put"),       std::string_view("register"),  std::string_view("remove"),
    std::string_view("request"),   std::string_view("reset"),     std::string_view("save"),
    std::string_view("send"),      std::string_view("set"),       std::string_view("sign"),
    std::string_view("start"),     std::string_view("stop"),      std::string_view("submit"),
    std::string_view("subscribe"), std::string_view("unlock"),    std::string_view("unsubscribe"),
    std::string_view("update"),    std::string_view("upgrade"),   std::string_view("write"),
};

bool says_to_change(std::string_view method) {
    const auto name = method.substr(method.find('_') + 1);
    return std::any_of(changing.begin(), changing.end(), [&](std::string_view verb) {
        // "setMode" and "set", not "settings".
        return name.starts_with(verb) &&
               (name.size() == verb.size() || name[verb.size()] < 'a' || name[verb.size()] > 'z');
    });
}

bool reads(std::string_view method) {
    const bool in_family = std::any_of(reading.begin(), reading.end(), [&](std::string_view beginning) {
        return method.starts_with(beginning) && (method.size() > beginning.size() || beginning.back() != '_');
    });
    return in_family && !says_to_change(method);
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
    if (reads(method)) traits.safety = Safety::read;
    learn_from_name(method, traits);
    return traits;
}

} // namespace weir::chain
