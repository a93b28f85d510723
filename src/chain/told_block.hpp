// What an answer tells its client of the chain's height: "a client never sees the chain go backwards" holds
// for each of the heads that have a name, whatever method tells it.
#pragma once

#include "chain/block_param.hpp"
#include "chain/json_rpc.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::chain {

/// Each of them only rises. A pending block is one above the latest with most clients, the latest itself with
/// others.
enum class HeadTag : std::uint8_t { latest, safe, finalized, pending };
inline constexpr std::size_t head_tags = 4;
inline constexpr std::array all_head_tags{HeadTag::latest, HeadTag::safe, HeadTag::finalized,
                                          HeadTag::pending};

/// The highest block of each that somebody was told of; 0: none.
class ToldHeads {
  public:
    std::uint64_t& operator[](HeadTag tag) { return heads_[static_cast<std::size_t>(tag)]; }
    std::uint64_t operator[](HeadTag tag) const { return heads_[static_cast<std::size_t>(tag)]; }
    /// Below it an answer is a step back.
    std::uint64_t floor(HeadTag tag) const {
        if (tag != HeadTag::pending) return (*this)[tag];
        return std::max((*this)[HeadTag::latest], (*this)[HeadTag::pending]);
    }

  private:
    std::array<std::uint64_t, head_tags> heads_{};
};

/// The head that a call asks for by name.
std::optional<HeadTag> tag_of(const BlockParam& block);

struct ToldBlock {
    std::uint64_t number = 0;
    std::optional<HeadTag> tag; ///< nothing: just some block that there is
    std::string_view hash;      ///< between the quotes; empty when it has not come
};

/// The hash of a block or header, between the quotes; empty when it has not come.
std::string_view hash_of_block(std::string_view json);

/// `text` holds `answer` as far as it has come. `unread` is set when more of it may tell of a head with a
/// name.
std::optional<ToldBlock> told_block(const MethodTraits& traits, const BlockParam& asked, const Answer& answer,
                                    std::string_view text, bool complete, bool& unread);

} // namespace weir::chain
