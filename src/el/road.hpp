// The road of JSON-RPC calls to the nodes, whatever endpoint they came by: who is asked, what is made of the
// answer, and what the client is told when there is none.
#pragma once

#include "el/batch_call.hpp"
#include "el/patience.hpp"
#include "el/single_call.hpp"
#include "forward/attempt_loop.hpp"
#include "forward/context.hpp"

#include <string>

namespace weir::el {

/// Where calls come from and what binds them. Outlives the call.
struct Origin {
    forward::Context& context;
    forward::SnapshotHandle snapshot;
    const net::Head& client; ///< its end-to-end header lines go along
    net::Clock::time_point deadline;
    Patience& patience; ///< of this call
    CallHistory history{};
    std::uint64_t own_id = 0;               ///< what the call goes out under; 0: the client's own id
    std::optional<std::uint32_t> avoided{}; ///< Node::id that is asked last
    bool asked_again_later = false;         ///< what finds no node now is asked again

    const nodes::LayerView& layer() const { return (*snapshot)->el; }
    const config::Global& limits() const { return (*snapshot)->config->global; }
};

/// What became of a call.
struct Answered : Said {
    bool streamed = false; ///< `outcome` holds the answer, its body perhaps still on the way
    forward::Outcome outcome;
    Hope hope = Hope::none;
    RefusedByAll refused_by;
    chain::ToldHeads told{}; ///< what the answer tells the client
};

/// Nothing else will be made of the call.
void count_errors(Origin& origin, const Said& said);

/// Waits for the next change of the nodes, or until then.
net::Task<> wait_for_change(forward::Context& context, net::Clock::time_point until);

/// One call, one round. `body` is what is sent, `call` the client's call.
net::Task<Answered> answer_call(Origin& origin, std::string_view body, const chain::Call& call);

/// One round of what is still pending of a batch.
net::Task<Answered> answer_batch(Origin& origin, BatchCall& batch);

} // namespace weir::el
