// Which of a layer's nodes are used first.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::nodes {

enum class Tier : std::uint8_t { primary, backup };
constexpr std::string_view to_string(Tier tier) {
    return tier == Tier::primary ? "primary" : "backup";
}

} // namespace weir::nodes
