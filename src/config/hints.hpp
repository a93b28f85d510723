// What an unknown key may have been meant to be. A wrong hint is worse than none: it names every key that is
// as near as the nearest, and nothing that is not near.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::config {

/// Where a key can stand.
enum class Place : std::uint8_t {
    top,   ///< the names of the tables
    fixed, ///< [server] and its like
    el,    ///< [el]: the names of the tiers
    el_node,
    cl_node,
};

/// The remedy for a key that does not belong where it stands. `table`: of a fixed place, "server" and the
/// like.
std::string hint_for(Place place, std::string_view table, std::string_view name);

/// The nearest of `candidates`, when it is near enough to be meant: "did you mean X?", or nothing.
std::string nearest_of(std::string_view name, std::span<const std::string_view> candidates);

} // namespace weir::config
