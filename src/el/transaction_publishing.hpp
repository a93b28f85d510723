// el_publish = "all": a raw transaction goes to every fit node at once (forward/publish), so that it does not
// die with the one that took it. Only eth_sendRawTransaction: what is private must not become public, and
// what waits for a block, or for a condition, is one node's to answer.
#pragma once

#include "el/road.hpp"
#include "el/road_steps.hpp"

#include <optional>
#include <string>

namespace weir::el {

/// A raw transaction on its way out.
struct OutgoingTransaction {
    std::string_view body;    ///< a whole request
    std::string_view sent_id; ///< the id in it
    std::string_view hash;
    bool sent_before = false; ///< some node may have it
    forward::CallKind kind = 0;
};

struct PublishedTransaction {
    /// `answer`: a whole one, a success or an error; `hash`: it is in; otherwise why there is no answer.
    forward::Outcome outcome;
    std::optional<chain::ErrorClass> error;
};

/// The operator wants it, and there is more than one node.
bool goes_to_all(const Origin& origin, const chain::MethodTraits& traits, const Plan& plan);

net::Task<PublishedTransaction> publish_transaction(Origin& origin, const Plan& plan,
                                                    const OutgoingTransaction& transaction);
/// The same for a call of its own.
net::Task<Answered> answer_published(Origin& origin, const Plan& plan, const OutgoingTransaction& transaction,
                                     const chain::Call& call);

} // namespace weir::el
