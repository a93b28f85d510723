// What is known of a chain by its id.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace weir::chain {

/// Ethereum's own networks, on which every log is in its block's logsBloom (Yellow Paper §4.3.1): mainnet,
/// Goerli, Holesky, Hoodi, Sepolia (execution-specs, go-ethereum's params). Others have logs that are in no
/// bloom (Polygon's state sync), or blooms without a bit.
inline constexpr std::array<std::uint64_t, 5> networks_with_true_blooms{1, 5, 17'000, 560'048, 11'155'111};

constexpr bool has_true_blooms(std::uint64_t chain_id) {
    return std::find(networks_with_true_blooms.begin(), networks_with_true_blooms.end(), chain_id) !=
           networks_with_true_blooms.end();
}

} // namespace weir::chain
