// Deliver this answer, try the next node, or give up? The retry table of the specification as
// pure functions over what one attempt brought back.
#pragma once

#include "chain/beacon_path.hpp"
#include "chain/block_param.hpp"
#include "chain/error_class.hpp"
#include "chain/json_rpc.hpp"
#include "chain/methods.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::routing {

/// Why an attempt brought no answer.
enum class FailureKind : std::uint8_t {
    none,
    connect_refused, ///< certain: nothing was sent
    connect_failed,  ///< DNS, unreachable, TLS, connect timeout: nothing was sent
    reset,           ///< the connection ended before a whole answer head (or whole small answer)
    timed_out,       ///< the attempt's share was used up
    bad_answer,      ///< not HTTP, head too large
    wrong_id,        ///< an answer came, but to another call
    no_connection,   ///< the pool's limit was reached for as long as the attempt lasted; nothing was sent
};

enum class Action : std::uint8_t {
    deliver,
    next, ///< try another node; keep this answer: if no node does better, the first one kept is delivered
    ask_for_hash, ///< eth_sendRawTransaction: ask this node whether it knows the hash; found: success
    answer_hash,  ///< eth_sendRawTransaction: success; answer with the hash
    more,         ///< the prefix does not tell yet
};

struct Verdict {
    Action action = Action::deliver;
    std::string_view
        reason; ///< metric label: "connect_refused", "http_5xx", "missing_data", …; empty for deliver
    bool node_at_fault = false; ///< counts as evidence against the node's fitness
    bool rest_node = false;     ///< rate limited: comes last for a while (Retry-After)
    bool foreign = false;       ///< an answer to another call: as if none had come, whatever it says
    /// The node lacks what its client was told of: in a moment it, or another, may have it.
    bool too_early = false;
    bool fell_back =
        false; ///< too early, as the head that the answer tells is below what the client was told
    bool is_result = false;                         ///< whatever the HTTP status says
    std::optional<chain::ErrorClass> error_class{}; ///< of the JSON-RPC error, if it is one
};

/// A failed attempt. `sent`: at least one byte of the request may have reached the node.
/// For Safety::once: next only when nothing was sent; otherwise deliver (= give up, an error that says so).
Verdict judge_failure(FailureKind kind, bool sent, chain::Safety safety);

/// Above what weir believes of the chain by more than the chain can have grown unseen: nobody has such a
/// block, and asking everybody would only cost time.
inline constexpr std::uint64_t out_of_reach = 64;

struct ElAnswer {
    int http_status = 200;
    chain::Answer answer; ///< of the prefix, decompressed
    chain::MethodTraits method;
    chain::BlockParam block;       ///< what the call asks for
    std::uint64_t named_block = 0; ///< its number, as far as weir knows it; 0: the call names none
    std::uint64_t node_head = 0;   ///< of the node that answered
    std::uint64_t layer_head = 0;
    std::uint64_t best_other_head = 0; ///< highest head among the candidates left; 0: none left
    std::uint64_t told_head = 0;       ///< the latest block that the client has been told of
    std::uint64_t told_tag = 0;        ///< of the head that the call asks for by name: the block told of
    std::optional<std::uint64_t>
        answered_head;     ///< the head, by name, that this answer tells, if it tells one
    bool strictly = false; ///< an answer below what was told is none, whoever else is there
    bool retry = false;    ///< the same bytes were sent to a node before
    bool foreign = false;  ///< it names another call than the one that was asked
};

/// For one single call's answer (or one element of a batch). Order of judgement: HTTP status that is no
/// answer (401, 402, 403, 405, 407, 408, 415, 429), then whose answer it is, then the JSON-RPC error's class,
/// then null. A status of failure counts where nothing else is understood: an error that no table knows is
/// then the node's failure, as a body that is no JSON-RPC is. Safety::once methods: an error of class
/// no_method, rate_limit, not_allowed or not_ready with HTTP 429/402/401/403/405/415, or -32601, is certain
/// not to have run and may move on; everything else is delivered. An empty result of a node that has not the
/// block asked for, or may not have what another one has, counts like "header not found".
Verdict judge_el(const ElAnswer& facts);

struct ClAnswer {
    int http_status = 200;
    chain::BeaconCall call;
    std::uint64_t node_head = 0;
    std::uint64_t best_other_head = 0;
};
/// 5xx and 429 move on (never for `other` calls, except 429 and 503); 404 moves on when the path names a
/// block and another node is ahead.
Verdict judge_cl(const ClAnswer& facts);

} // namespace weir::routing
