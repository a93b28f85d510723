#include "chain/method_list.hpp"

#include <algorithm>

namespace weir::chain {

bool is_method_pattern(std::string_view text) {
    if (text.empty()) return false;
    const auto star = text.find('*');
    const bool at_the_end = star == std::string_view::npos || star + 1 == text.size();
    return at_the_end && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

std::size_t closest(std::span<const std::string> list, std::string_view method) {
    std::size_t best = 0;
    for (const std::string_view entry : list) {
        if (entry == method) return fits_exactly;
        if (entry.back() == '*' && method.starts_with(entry.substr(0, entry.size() - 1)))
            best = std::max(best, entry.size());
    }
    return best;
}

} // namespace weir::chain
