// Lists of methods that an operator writes: names, and beginnings of names with a '*' behind them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir::chain {

/// A '*' stands at the end or nowhere, and nothing in it separates words.
bool is_method_pattern(std::string_view text);

inline constexpr std::size_t fits_exactly = static_cast<std::size_t>(-1);
/// How closely the list names a method: 0: not at all; more for a longer beginning; fits_exactly for its
/// name.
std::size_t closest(std::span<const std::string> list, std::string_view method);

} // namespace weir::chain
