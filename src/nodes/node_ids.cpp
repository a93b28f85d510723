#include "nodes/node_ids.hpp"

#include <algorithm>

namespace weir::nodes {

std::optional<NodeIds::Given> NodeIds::give(Layer layer, const std::string& name) {
    const auto owner = std::string(chain::to_string(layer)) + ' ' + name;
    const auto find = [&](auto suits) { return std::find_if(slots_.begin(), slots_.end(), suits); };
    auto slot = find([&](const Slot& s) { return s.owner == owner && s.holder.expired(); });
    if (slot == slots_.end()) slot = find([](const Slot& s) { return s.owner.empty(); });
    if (slot == slots_.end()) slot = find([](const Slot& s) { return s.holder.expired(); });
    if (slot == slots_.end()) return std::nullopt;
    Given given;
    given.id = static_cast<std::uint32_t>(slot - slots_.begin());
    given.continues = slot->owner.empty() || slot->owner == owner;
    slot->owner = owner;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].owner == owner) given.of_name.push_back(static_cast<std::uint32_t>(i));
    }
    return given;
}

} // namespace weir::nodes
