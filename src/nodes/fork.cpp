#include "nodes/fork.hpp"

#include <algorithm>

namespace weir::nodes {

namespace {

bool conflict(Relation relation) {
    return relation == Relation::other_block || relation == Relation::other_finality;
}

std::string reason(const ChainView& chain, Relation relation) {
    if (relation == Relation::other_finality) {
        return "minority fork: its finalized checkpoint of epoch " + std::to_string(chain.finalized->epoch) +
               " conflicts with the others'";
    }
    const auto& head = chain.heads.back();
    return "minority fork: the others do not know its block " + head.root.substr(0, 10) + "… at slot " +
           std::to_string(head.slot);
}

} // namespace

void ChainView::note_head(std::uint64_t slot, std::string_view root, std::string_view parent_root) {
    if (!heads.empty() && heads.back().slot == slot && heads.back().root == root) return;
    // A reorganisation: whatever came after the new head's parent is no part of the chain any more.
    const auto parent =
        std::find_if(heads.begin(), heads.end(), [&](const Block& b) { return b.root == parent_root; });
    if (parent != heads.end()) heads.erase(parent + 1, heads.end());
    std::erase_if(heads, [&](const Block& block) { return block.slot >= slot; });
    if (heads.size() >= remembered_heads) heads.erase(heads.begin());
    heads.push_back({slot, std::string(root)});
}

Relation compare(const ChainView& a, const ChainView& b) {
    // Epoch 0 is genesis, which clients name by its root or by zeros.
    const bool comparable =
        a.finalized && b.finalized && a.finalized->epoch == b.finalized->epoch && a.finalized->epoch != 0;
    if (comparable && a.finalized->root != b.finalized->root) return Relation::other_finality;
    auto x = a.heads.rbegin();
    auto y = b.heads.rbegin();
    while (x != a.heads.rend() && y != b.heads.rend()) {
        if (x->slot == y->slot) return x->root == y->root ? Relation::same : Relation::other_block;
        if (x->slot > y->slot) {
            ++x;
        } else {
            ++y;
        }
    }
    return comparable ? Relation::same : Relation::unknown;
}

std::vector<std::string> minority_forks(std::span<const ChainView* const> chains) {
    std::vector<std::string> reasons(chains.size());
    std::size_t strongest = 0, most = 0;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        std::size_t agreeing = 0; // with itself too
        for (const auto* other : chains) {
            if (other == chains[i] || compare(*chains[i], *other) == Relation::same) ++agreeing;
        }
        if (agreeing > most) {
            strongest = i;
            most = agreeing;
        }
    }
    for (std::size_t i = 0; i < chains.size(); ++i) {
        if (i == strongest) continue;
        const auto relation = compare(*chains[i], *chains[strongest]);
        if (conflict(relation)) reasons[i] = reason(*chains[i], relation);
    }
    return reasons;
}

} // namespace weir::nodes
