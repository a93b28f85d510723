// The steps of the road that single calls, batches and publications have in common. Private to el/.
#pragma once

#include "el/road.hpp"

#include <string_view>

namespace weir::el {

inline constexpr std::string_view json_content_type = "Content-Type: application/json\r\n";

/// A client that reads "method not there" believes it for good: not while the one node that has it is away.
inline constexpr std::string_view lacking_for_now =
    "no node in service has this method; one that is away may have it";

struct Plan {
    routing::Candidates order;
    bool cut = false;    ///< some node in service is behind what the client was told of
    bool behind = false; ///< all of them are
};

/// What a call would like of the nodes that it goes to.
struct Wish {
    std::uint64_t named_block = 0;
    std::uint8_t tags = 0;
};

CallHistory history_of(const Origin& origin);
Plan plan_for(Origin& origin, const CallHistory& history, const Wish& wish, forward::CallKind kind,
              const chain::MethodTraits* traits);
forward::Limits attempt_limits(const Origin& origin);
void note_round(Origin& origin, const Plan& plan, const Shortfall& shortfall, Answered& answered);
/// Every node has answered, and none is away.
bool all_had_their_say(const Origin& origin, const forward::Outcome& outcome);
/// Is the transaction known to any node in service? Asked before a failure is reported.
net::Task<bool> known_anywhere(Origin& origin, std::string_view hash);
/// The transaction is in, and the client gets its hash.
void answer_hash(Answered& answered, const chain::Call& call, std::string_view hash);
/// No node did: the client gets what one has said, or why none has.
void answer_without_success(Origin& origin, Answered& answered, const chain::Call& call);
/// What the client is told when no node gave an answer: its text is the bare message.
void refuse(Origin& origin, Answered& answered, std::string_view method);

} // namespace weir::el
