// Calls that are alike for a node: what they usually take is learned, and what a node fails at is remembered,
// for each kind by itself. A few hundred of them; who shares one by chance shares its history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::forward {

using CallKind = std::uint16_t;
inline constexpr std::size_t call_kinds = 256;

namespace detail {
/// FNV-1a: short names, a handful of them.
constexpr std::uint32_t mix(std::uint32_t hash, char c) {
    return (hash ^ static_cast<unsigned char>(c)) * 16777619U;
}
inline constexpr std::uint32_t mix_start = 2166136261U;
} // namespace detail

/// A JSON-RPC method: a known one by its index, which is below `known`, any other by its name.
constexpr CallKind kind_of_method(std::size_t index, std::size_t known, std::string_view name) {
    constexpr std::size_t for_names = 64;
    static_assert(for_names < call_kinds);
    if (index < known && index < call_kinds - for_names) return static_cast<CallKind>(index);
    auto hash = detail::mix_start;
    for (const char c : name)
        hash = detail::mix(hash, c);
    return static_cast<CallKind>(call_kinds - for_names + hash % for_names);
}

/// A path of the Beacon API with its method: numbers and hashes in it are the call's own, and no kind.
constexpr CallKind kind_of_path(std::string_view method, std::string_view target) {
    auto hash = detail::mix_start;
    for (const char c : method)
        hash = detail::mix(hash, c);
    const auto path = target.substr(0, target.find('?'));
    for (std::size_t at = 0; at < path.size();) {
        const auto end = path.find('/', at);
        const auto segment = path.substr(at, end == std::string_view::npos ? end : end - at);
        const bool own = !segment.empty() && segment.front() >= '0' && segment.front() <= '9';
        hash = detail::mix(hash, '/');
        for (const char c : own ? std::string_view("#") : segment)
            hash = detail::mix(hash, c);
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    return static_cast<CallKind>(hash % call_kinds);
}

} // namespace weir::forward
