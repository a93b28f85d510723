// What weir knows of each JSON-RPC method: whether it may be tried twice, and what an empty answer
// to it can mean. Sources: execution-apis, go-ethereum's RPC namespaces, facts.md of the design.
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

struct MethodTraits {
    std::uint16_t index =
        0; ///< into known_methods(); known_methods().size() for any other: bounds metric labels
    Safety safety = Safety::once;
    bool null_may_be_missing = false; ///< `result: null` may mean "not here yet"
    bool asks_head = false;           ///< eth_blockNumber: its result tells the client the head
    bool filter = false;              ///< of the eth_newFilter family, which weir answers itself
};

/// Methods with a metric label of their own, sorted.
std::span<const std::string_view> known_methods();

/// `method` is as in Call::method.
MethodTraits traits_of(std::string_view method);

} // namespace weir::chain
