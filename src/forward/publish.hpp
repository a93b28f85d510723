// What is published goes to every fit node at once, so that it does not die with the one that took it: blocks
// and attestations (cl_publish = "all"), raw transactions (el_publish = "all"). The first success is the
// client's answer, and the others are still carried out to their end.
#pragma once

#include "forward/attempt_loop.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace weir::forward {

/// Owns all that is sent: nodes may be at it when the client has had its answer.
class Publication {
  public:
    Publication() = default;
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;
    virtual ~Publication() = default;

    /// What is sent to the node at this place of the order.
    virtual Job& job(std::size_t place) = 0;
    virtual bool succeeded(std::size_t place, const Outcome& outcome) const = 0;
    /// Of those that did not succeed, which is the client's: by default the first that is an answer.
    virtual std::size_t best(const std::vector<Outcome>& outcomes) const;
};

struct Published {
    std::size_t place = 0; ///< whose outcome it is
    bool success = false;
    bool lost = false; ///< with no success: some node may have it and could not say so
    Outcome outcome;
};

/// `order` is not empty.
net::Task<Published> publish_to_all(Context& context, std::shared_ptr<Publication> publication,
                                    SnapshotHandle snapshot, nodes::Layer layer,
                                    const routing::Candidates& order, net::Clock::time_point deadline);

} // namespace weir::forward
