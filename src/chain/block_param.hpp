// The block that a call asks for, as far as routing cares: by number, hash, tag, EIP-1898 object, or the
// ends of a range. Where each method keeps it is in chain/methods.
#pragma once

#include "chain/methods.hpp"

#include <cstdint>
#include <string_view>

namespace weir::chain {

struct BlockParam {
    enum class Kind : std::uint8_t { none, latest, pending, safe, finalized, earliest, number, hash };
    Kind kind = Kind::none;
    std::uint64_t number = 0;
    std::uint64_t from = 0;  ///< a range's lower end where its upper one is no number: it has to be there too
    std::string_view hash{}; ///< between the quotes
};

/// Looks at the position that the method keeps for its block (for a range: the larger of toBlock and
/// fromBlock). An absent parameter that the specification defaults is `latest`.
BlockParam block_param(const MethodTraits& traits, std::string_view params);

} // namespace weir::chain
