// What weir knows of each JSON-RPC method: whether it may be tried twice, which block it asks for, what its
// answer tells of the chain, and what an empty one can mean. Methods of other clients and chains are known by
// their namespace, their namesakes and the parts of their names. Sources: execution-apis, go-ethereum's RPC
// namespaces, the documentation of Erigon, Nethermind, Otterscan, Bor, OP, Linea and zkSync.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::chain {

enum class Safety : std::uint8_t {
    read,            ///< may be tried on any number of nodes
    raw_transaction, ///< eth_sendRawTransaction: same bytes, same hash; safe with rules of its own
    once,            ///< at most once: may change a node's state, or is unknown
};

/// Where a call keeps the block that it asks for.
struct BlockPlace {
    enum class Form : std::uint8_t {
        none,
        block,   ///< a number, a tag, a hash or an object of EIP-1898
        decimal, ///< the same, or a plain JSON number
        range,   ///< an object with fromBlock and toBlock, or blockHash
    };
    Form form = Form::none;
    std::uint8_t position = 0; ///< among the params
};

/// How an answer tells of a block; chain/told_block reads it. Opaque ones (RLP, traces without a number,
/// state) tell nothing that could be held against what was told before.
enum class Tells : std::uint8_t {
    nothing,
    number,  ///< the result is the number
    block,   ///< a block or header: "number", "hash"
    placed,  ///< what stands in a block, one or a list of one block's: "blockNumber", "blockHash"
    logs,    ///< a list in rising order of what stands in blocks
    fees,    ///< eth_feeHistory: oldestBlock and as many blocks as there are entries
    syncing, ///< eth_syncing: currentBlock
};

struct MethodTraits {
    std::uint16_t index =
        0; ///< into known_methods(); known_methods().size() for any other: bounds metric labels
    Safety safety = Safety::once;
    bool null_may_be_missing = false;   ///< an empty result may mean "not here yet"
    bool null_is_missing_block = false; ///< and can only mean that of the block asked for
    bool filter = false;                ///< of the eth_newFilter family, which weir answers itself
    BlockPlace block{};
    Tells tells = Tells::nothing;
};

/// Methods with a metric label of their own, sorted.
std::span<const std::string_view> known_methods();

/// `method` is as in Call::method.
MethodTraits traits_of(std::string_view method);

} // namespace weir::chain
