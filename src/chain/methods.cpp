#include "chain/methods.hpp"

#include <algorithm>
#include <array>

namespace weir::chain {

namespace {

// r: a read. n: a read whose null may mean "not here yet". f: of the filter family. t:
// eth_sendRawTransaction. h: tells the head. o: at most once.
struct Entry {
    std::string_view name;
    char kind;
};

constexpr std::array entries{
    Entry{"debug_getBadBlocks", 'r'},
    Entry{"debug_getRawBlock", 'r'},
    Entry{"debug_getRawHeader", 'r'},
    Entry{"debug_getRawReceipts", 'r'},
    Entry{"debug_getRawTransaction", 'r'},
    Entry{"debug_storageRangeAt", 'r'},
    Entry{"debug_traceBlock", 'r'},
    Entry{"debug_traceBlockByHash", 'r'},
    Entry{"debug_traceBlockByNumber", 'r'},
    Entry{"debug_traceCall", 'r'},
    Entry{"debug_traceTransaction", 'r'},
    Entry{"eth_accounts", 'r'},
    Entry{"eth_blobBaseFee", 'r'},
    Entry{"eth_blockNumber", 'h'},
    Entry{"eth_call", 'r'},
    Entry{"eth_chainId", 'r'},
    Entry{"eth_coinbase", 'r'},
    Entry{"eth_createAccessList", 'r'},
    Entry{"eth_estimateGas", 'r'},
    Entry{"eth_feeHistory", 'r'},
    Entry{"eth_gasPrice", 'r'},
    Entry{"eth_getBalance", 'r'},
    Entry{"eth_getBlockByHash", 'n'},
    Entry{"eth_getBlockByNumber", 'n'},
    Entry{"eth_getBlockReceipts", 'n'},
    Entry{"eth_getBlockTransactionCountByHash", 'n'},
    Entry{"eth_getBlockTransactionCountByNumber", 'n'},
    Entry{"eth_getCode", 'r'},
    Entry{"eth_getFilterChanges", 'f'},
    Entry{"eth_getFilterLogs", 'f'},
    Entry{"eth_getLogs", 'r'},
    Entry{"eth_getProof", 'r'},
    Entry{"eth_getStorageAt", 'r'},
    Entry{"eth_getTransactionByBlockHashAndIndex", 'n'},
    Entry{"eth_getTransactionByBlockNumberAndIndex", 'n'},
    Entry{"eth_getTransactionByHash", 'n'},
    Entry{"eth_getTransactionCount", 'r'},
    Entry{"eth_getTransactionReceipt", 'n'},
    Entry{"eth_getUncleByBlockHashAndIndex", 'r'},
    Entry{"eth_getUncleByBlockNumberAndIndex", 'r'},
    Entry{"eth_getUncleCountByBlockHash", 'r'},
    Entry{"eth_getUncleCountByBlockNumber", 'r'},
    Entry{"eth_maxPriorityFeePerGas", 'r'},
    Entry{"eth_mining", 'r'},
    Entry{"eth_newBlockFilter", 'f'},
    Entry{"eth_newFilter", 'f'},
    Entry{"eth_newPendingTransactionFilter", 'f'},
    Entry{"eth_protocolVersion", 'r'},
    Entry{"eth_sendRawTransaction", 't'},
    Entry{"eth_sendTransaction", 'o'},
    Entry{"eth_sign", 'o'},
    Entry{"eth_simulateV1", 'r'},
    Entry{"eth_subscribe", 'o'},
    Entry{"eth_syncing", 'r'},
    Entry{"eth_uninstallFilter", 'f'},
    Entry{"eth_unsubscribe", 'o'},
    Entry{"net_listening", 'r'},
    Entry{"net_peerCount", 'r'},
    Entry{"net_version", 'r'},
    Entry{"ots_getApiLevel", 'r'},
    Entry{"ots_getBlockDetails", 'r'},
    Entry{"ots_getBlockTransactions", 'r'},
    Entry{"ots_getContractCreator", 'r'},
    Entry{"ots_getInternalOperations", 'r'},
    Entry{"ots_getTransactionError", 'r'},
    Entry{"ots_hasCode", 'r'},
    Entry{"ots_searchTransactionsAfter", 'r'},
    Entry{"ots_searchTransactionsBefore", 'r'},
    Entry{"ots_traceTransaction", 'r'},
    Entry{"rpc_modules", 'r'},
    Entry{"trace_block", 'r'},
    Entry{"trace_call", 'r'},
    Entry{"trace_callMany", 'r'},
    Entry{"trace_filter", 'r'},
    Entry{"trace_get", 'r'},
    Entry{"trace_rawTransaction", 'r'},
    Entry{"trace_replayBlockTransactions", 'r'},
    Entry{"trace_replayTransaction", 'r'},
    Entry{"trace_transaction", 'r'},
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

MethodTraits traits_of(std::string_view method) {
    const auto* found = std::lower_bound(names.begin(), names.end(), method);
    MethodTraits traits;
    traits.index = static_cast<std::uint16_t>(found - names.begin());
    if (found == names.end() || *found != method) {
        traits.index = static_cast<std::uint16_t>(names.size());
        return traits;
    }
    const char kind = entries[traits.index].kind;
    // The filter family is weir's own (el/filters): no node is ever asked, least of all twice.
    traits.safety = kind == 't'                  ? Safety::raw_transaction
                    : kind == 'o' || kind == 'f' ? Safety::once
                                                 : Safety::read;
    traits.null_may_be_missing = kind == 'n';
    traits.asks_head = kind == 'h';
    traits.filter = kind == 'f';
    return traits;
}

} // namespace weir::chain
