#include "chain/method_names.hpp"

#include <algorithm>
#include <array>

namespace weir::chain {

namespace {

/// Namespaces, and beginnings of names in one, of which everything reads (the clients' and chains' own
/// documentation), except what its name says to change something.
constexpr std::array reading{
    std::string_view("alchemy_get"),
    std::string_view("alchemy_simulate"),
    std::string_view("ankr_get"),
    std::string_view("arb_get"),
    std::string_view("arbtrace_"),
    std::string_view("avax_get"),
    std::string_view("bor_get"),
    std::string_view("celo_estimate"),
    std::string_view("celo_get"),
    std::string_view("cfx_estimate"),
    std::string_view("cfx_get"),
    std::string_view("debug_dbAncient"),
    std::string_view("debug_dbGet"),
    std::string_view("debug_dump"),
    std::string_view("debug_get"),
    std::string_view("debug_preimage"),
    std::string_view("debug_trace"),
    std::string_view("erigon_"),
    std::string_view("eth_estimate"),
    std::string_view("eth_get"),
    std::string_view("hmy_get"),
    std::string_view("hmyv2_get"),
    std::string_view("ibft_get"),
    std::string_view("istanbul_get"),
    std::string_view("kaia_get"),
    std::string_view("klay_get"),
    std::string_view("linea_"),
    std::string_view("moon_is"),
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
    std::string_view("priv_get"),
    std::string_view("proof_"),
    std::string_view("qbft_get"),
    std::string_view("qn_"),
    std::string_view("rollup_"),
    std::string_view("rpc_"),
    std::string_view("scroll_estimate"),
    std::string_view("scroll_get"),
    std::string_view("sei_get"),
    std::string_view("taiko_get"),
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
    std::string_view("abort"),      std::string_view("accept"),      std::string_view("activate"),
    std::string_view("add"),        std::string_view("append"),      std::string_view("apply"),
    std::string_view("approve"),    std::string_view("ban"),         std::string_view("broadcast"),
    std::string_view("burn"),       std::string_view("cancel"),      std::string_view("change"),
    std::string_view("claim"),      std::string_view("clear"),       std::string_view("commit"),
    std::string_view("compact"),    std::string_view("connect"),     std::string_view("create"),
    std::string_view("deactivate"), std::string_view("delete"),      std::string_view("deploy"),
    std::string_view("deposit"),    std::string_view("disable"),     std::string_view("discard"),
    std::string_view("disconnect"), std::string_view("distribute"),  std::string_view("drop"),
    std::string_view("enable"),     std::string_view("execute"),     std::string_view("flush"),
    std::string_view("force"),      std::string_view("generate"),    std::string_view("getAnd"),
    std::string_view("getNew"),     std::string_view("getOr"),       std::string_view("halt"),
    std::string_view("import"),     std::string_view("inject"),      std::string_view("insert"),
    std::string_view("invalidate"), std::string_view("kill"),        std::string_view("lock"),
    std::string_view("mine"),       std::string_view("mint"),        std::string_view("move"),
    std::string_view("new"),        std::string_view("pause"),       std::string_view("post"),
    std::string_view("propose"),    std::string_view("prune"),       std::string_view("publish"),
    std::string_view("purge"),      std::string_view("put"),         std::string_view("rebuild"),
    std::string_view("register"),   std::string_view("release"),     std::string_view("reload"),
    std::string_view("remove"),     std::string_view("reorg"),       std::string_view("replace"),
    std::string_view("request"),    std::string_view("resend"),      std::string_view("reset"),
    std::string_view("restart"),    std::string_view("restore"),     std::string_view("resume"),
    std::string_view("resync"),     std::string_view("retry"),       std::string_view("revert"),
    std::string_view("rewind"),     std::string_view("rollback"),    std::string_view("run"),
    std::string_view("save"),       std::string_view("schedule"),    std::string_view("send"),
    std::string_view("set"),        std::string_view("shutdown"),    std::string_view("sign"),
    std::string_view("start"),      std::string_view("stop"),        std::string_view("store"),
    std::string_view("submit"),     std::string_view("subscribe"),   std::string_view("transfer"),
    std::string_view("trigger"),    std::string_view("truncate"),    std::string_view("unban"),
    std::string_view("unlock"),     std::string_view("unsubscribe"), std::string_view("update"),
    std::string_view("upgrade"),    std::string_view("withdraw"),    std::string_view("write"),
};

/// As a word: "setMode" and "set", not "settings".
bool begins_with_word(std::string_view name, std::string_view word) {
    return name.starts_with(word) &&
           (name.size() == word.size() || name[word.size()] < 'a' || name[word.size()] > 'z');
}

} // namespace

bool reads_by_name(std::string_view method) {
    const auto underscore = method.find('_');
    if (underscore == std::string_view::npos) return false;
    const auto name = method.substr(underscore + 1);
    const auto begins = [&](std::string_view word) { return begins_with_word(name, word); };
    if (std::any_of(changing.begin(), changing.end(), begins)) return false;
    if (name.ends_with("FilterChanges")) return false; // what is told once is not told again
    return std::any_of(reading.begin(), reading.end(), [&](std::string_view beginning) {
        return method.starts_with(beginning) && (method.size() > beginning.size() || beginning.back() != '_');
    });
}

} // namespace weir::chain
