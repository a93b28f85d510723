// Which beacon nodes follow a fork that most of the others do not (Beacon API: headers/head and
// finality_checkpoints). Pure rules over what each node has said of its chain: nobody is asked whether it
// knows another's block, since each names its own block for the same slot sooner or later.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::nodes {

struct Checkpoint {
    std::uint64_t epoch = 0;
    std::string root;
    bool operator==(const Checkpoint&) const = default;
};

/// What one node has said of its chain lately.
struct ChainView {
    struct Block {
        std::uint64_t slot = 0;
        std::string root;
    };
    /// Two epochs of mainnet: longer than a node may lag and still be fit.
    static constexpr std::size_t remembered_heads = 64;

    std::vector<Block> heads; ///< by slot, the newest last; blocks that it has given up are forgotten
    std::optional<Checkpoint> finalized;

    void note_head(std::uint64_t slot, std::string_view root, std::string_view parent_root);
};

enum class Relation : std::uint8_t {
    unknown,        ///< nothing to compare
    same,           ///< the same block at the newest slot for which both named one
    other_block,    ///< different ones there
    other_finality, ///< different finalized checkpoints of one epoch
};
Relation compare(const ChainView& a, const ChainView& b);

/// For each chain the reason why it is on a minority fork, or nothing. The fork with the most nodes stays;
/// of two as large the one with the node that comes first, in configured order.
std::vector<std::string> minority_forks(std::span<const ChainView* const> chains);

} // namespace weir::nodes
