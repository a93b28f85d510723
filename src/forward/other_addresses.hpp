// Where a node's name stands for several addresses: whoever is behind one of them has answered that it
// cannot, and whoever is behind another perhaps can. Of one attempt.
#pragma once

#include "nodes/snapshot.hpp"
#include "routing/verdict.hpp"
#include "upstream/pool.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::forward {

class OtherAddresses {
  public:
    /// `most`: so often the request may go to a further one.
    OtherAddresses(const nodes::NodeStatus& node, std::size_t most)
        : node_(node)
        , left_(most) {}

    /// After an answer. If it is such a one, new connections go to another address first, and this one is
    /// used no more. True: the request may go there, too.
    bool leave(upstream::Pool::Lease& lease, const routing::Verdict& verdict);
    /// A new connection, before it is used. True: nobody else took one, and whoever is there has had its say.
    bool turn_back(upstream::Pool::Lease& lease) const;

  private:
    std::uint64_t bit_of(const upstream::AddressPtr& address) const;

    const nodes::NodeStatus& node_;
    std::size_t left_;
    std::uint64_t tried_ = 0; ///< by the address's place in the list
};

} // namespace weir::forward
