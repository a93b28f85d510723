// Text that grows piece by piece up to a limit, and never takes more memory than that on the way: the
// capacity is the limit halved so often, so that what is copied from one half into the next does not count
// twice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::net {

/// The capacity to go to when `needed` bytes are needed, of at most `most`.
constexpr std::size_t capacity_for(std::size_t needed, std::size_t most) {
    constexpr std::size_t least = 4096;
    std::size_t capacity = most > needed ? most : needed;
    while (capacity / 2 >= needed && capacity / 2 >= least)
        capacity /= 2;
    return capacity;
}

/// Room for `more` bytes.
inline void grow_for(std::string& text, std::size_t more, std::size_t most) {
    const auto needed = text.size() + more;
    if (needed > text.capacity()) text.reserve(capacity_for(needed, most));
}

/// False when it would be longer than `most`; then nothing is added.
inline bool append_within(std::string& text, std::string_view piece, std::size_t most) {
    if (text.size() > most || piece.size() > most - text.size()) return false;
    grow_for(text, piece.size(), most);
    text.append(piece);
    return true;
}

} // namespace weir::net
