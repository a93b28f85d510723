// Gives nodes their ids: small numbers, by which the workers index pools and counters. An id is given again
// once nobody can hold its last node any more (a request that began before a reload ends on the old one),
// first of all to a node of the same name, whose counters so go on.
#pragma once

#include "nodes/snapshot.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::nodes {

class NodeIds {
  public:
    struct Given {
        std::uint32_t id = 0;
        std::vector<std::uint32_t> of_name; ///< all that nodes of this name have ever had, this one too
        bool continues = false;             ///< its last node had the same name, or there was none
    };
    /// Nothing when all are held. To be followed by taken().
    std::optional<Given> give(Layer layer, const std::string& name);
    void taken(const std::shared_ptr<const Node>& node) { slots_[node->id].holder = node; }

  private:
    struct Slot {
        std::weak_ptr<const Node> holder;
        std::string owner; ///< empty: never given
    };
    std::array<Slot, max_node_ids> slots_;
};

} // namespace weir::nodes
