#include "cl/path.hpp"

namespace weir::cl {

namespace {

/// 1 for ".", 2 for "..", with any dot written as %2e; 0 for any other segment.
int dots(std::string_view segment) {
    int count = 0;
    while (!segment.empty()) {
        if (segment.front() == '.') {
            segment.remove_prefix(1);
        } else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2' &&
                   (segment[2] | 0x20) == 'e') {
            segment.remove_prefix(3);
        } else {
            return 0;
        }
        if (++count > 2) return 0;
    }
    return count;
}

} // namespace

std::optional<std::string_view> node_target(std::string_view target) {
    if (target.find('#') != std::string_view::npos) return std::nullopt; // none belongs here (RFC 9112 §3.2)
    target.remove_prefix(3);                                             // "/cl"
    auto path = target.substr(0, target.find('?'));
    int depth = 0;
    while (!path.empty()) {
        path.remove_prefix(1); // '/'
        const auto end = path.find('/');
        const auto segment = path.substr(0, end);
        switch (dots(segment)) {
        case 0:
            depth += segment.empty() ? 0 : 1;
            break;
        case 2:
            if (--depth < 0) return std::nullopt;
            break;
        default:
            break;
        }
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
    return target;
}

} // namespace weir::cl
