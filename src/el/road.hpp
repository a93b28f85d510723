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

/// What ties a call to a session. What finds no node now is asked again later.
struct SessionTies {
    CallHistory history;
    chain::ToldHeads told{};                ///< what answers tell is noted here
    std::uint64_t own_id = 0;               ///< what a single call goes out under
    std::optional<std::uint32_t> avoided{}; ///< Node::id that is asked last
};

/// Where calls come from and what binds them. Outlives the call.
struct Origin {
    forward::Context& context;
    forward::SnapshotHandle snapshot;
    const net::Head& client; ///< its end-to-end header lines go along
    net::Clock::time_point deadline;
    Patience patience;              ///< of this call
    SessionTies* session = nullptr; ///< nothing: what all clients were told of counts

    const nodes::LayerView& layer() const { return (*snapshot)->el; }
    const config::Global& limits() const { return (*snapshot)->config->global; }
};

/// What became of a call.
struct Answered : Said {
    bool streamed = false; ///< `outcome` holds the answer, its body perhaps still on the way
    forward::Outcome outcome;
    Hope hope = Hope::none;
};

/// Nothing else will be made of the call.
void count_error(Origin& origin, const std::optional<chain::ErrorClass>& error);

/// One call, one round. `body` is what is sent, `call` the client's call.
net::Task<Answered> answer_call(Origin& origin, std::string_view body, const chain::Call& call);

// Over HTTP a call waits for a node to come to what its client was told of. For one to come into service only
// while the last one has just gone (wait_for_node_ms): it may be a restart.

/// When to go on with another round, at the latest; nothing: `answered` is what the client gets.
std::optional<net::Clock::time_point> further_round(Origin& origin, Answered& answered);
/// Waits for the next change of the nodes, or until then; they are as they are now from here on.
net::Task<> wait_for_change(Origin& origin, net::Clock::time_point until);
/// All further rounds of a call. Few calls need one, and the others shall not pay for its frame.
net::Task<> answer_later(Origin& origin, std::string_view body, const chain::Call& call, Answered& answered);

/// One round of what is still pending of a batch.
net::Task<Answered> answer_batch(Origin& origin, BatchCall& batch);

} // namespace weir::el
