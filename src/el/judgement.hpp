// What weir makes of a node's answer to one JSON-RPC call, by what it knows of the call, of its client and of
// the nodes: the same for single calls and for elements of batches.
#pragma once

#include "chain/told_block.hpp"
#include "config/config.hpp"
#include "forward/job.hpp"
#include "nodes/seen_heads.hpp"
#include "routing/verdict.hpp"

#include <string>
#include <vector>

namespace weir::el {

/// What the client has lived through before this call.
struct CallHistory {
    chain::ToldHeads told{}; ///< the highest heads it was told of
    bool strictly = false;   ///< no node below the latest of them is asked, and no answer below them is one
    bool sent = false;       ///< a node may have had these bytes already
};

/// A node that said "not me", and the head that it was known to have.
struct RefusedBy {
    std::uint32_t node_id;
    std::uint64_t head;
};
using RefusedByAll = std::vector<RefusedBy>;

/// What a call asks, as far as routing cares.
struct Question {
    chain::MethodTraits traits;
    chain::BlockParam block; ///< of reads
    forward::CallKind kind = 0;
};
Question understand(const chain::Call& call, const config::Global& limits);

/// The block that has to be there for an answer, as far as weir knows its number; 0: any will do.
std::uint64_t named_block(const chain::BlockParam& block, const nodes::SeenHeads& seen);

/// The head that a call asks for by name, as a bit of routing::PlanInput::wanted_tags; 0: none.
std::uint8_t tag_bit(const chain::BlockParam& block);

/// Of whose answers is judged: outlives the calls.
struct Standing {
    const nodes::LayerView& layer;
    nodes::SeenHeads& seen;
    const CallHistory& history;
};

/// What an answer told the client.
struct Told {
    std::uint64_t number = 0;
    std::optional<chain::HeadTag> tag; ///< nothing: just some block that there is
};
/// The client is told now.
void note(chain::ToldHeads& heads, const Told& told);

/// Of a call that got no good answer: whether time alone may bring one.
struct Shortfall {
    bool too_early = false;
    bool fell_back = false;        ///< a head was told that is below the one told before
    std::uint64_t named_block = 0; ///< the highest that nodes lacked
    RefusedByAll refused_by;
    std::string trouble; ///< what a node said last of trouble of its own, not at length
};
/// Words for the operator, if the error is such.
void note_trouble(Shortfall& shortfall, const chain::Answer& answer, const routing::Verdict& verdict);

struct Judgement {
    routing::Verdict verdict;
    std::optional<Told> told; ///< when it is delivered
};

/// What came of one call.
struct Heard {
    const chain::Answer& answer;
    std::string_view text; ///< holds it, as far as it has come
    bool complete = false;
    bool foreign = false;     ///< it names another call
    bool sent_before = false; ///< some node may have had the call already
};

/// What the answer tells of the chain is noted, what it lacks added to `shortfall`.
Judgement judge_answer(const Question& question, const Standing& standing, const Heard& heard,
                       const forward::Received& received, Shortfall& shortfall);

} // namespace weir::el
