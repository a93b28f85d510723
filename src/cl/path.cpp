#include "cl/path.hpp"

#include <algorithm>
#include <string>

namespace weir::cl {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// As a reader that decodes as often as there is something to decode: "%252e" is "." to it. One pass: what an
/// escape becomes is looked at again together with what stood before it.
std::string fully_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        out += c;
        while (out.size() >= 3 && out[out.size() - 3] == '%') {
            const int high = hex_value(out[out.size() - 2]), low = hex_value(out.back());
            if (high < 0 || low < 0) break;
            out.resize(out.size() - 3);
            out += static_cast<char>(high * 16 + low);
        }
    }
    return out;
}

/// An overlong form, in which "." and "/" have passed filters (RFC 3629 §10).
bool is_overlong(std::string_view decoded) {
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        const auto byte = static_cast<unsigned char>(decoded[i]);
        const auto after = i + 1 < decoded.size() ? static_cast<unsigned char>(decoded[i + 1]) : 0xFFU;
        if (byte == 0xC0 || byte == 0xC1 || (byte == 0xE0 && after < 0xA0) || (byte == 0xF0 && after < 0x90))
            return true;
    }
    return false;
}

/// What a segment's name is where parameters follow ";" (RFC 3986 §3.3), a decoded "?" or "#" ends the path,
/// a NUL ends a text, and space around it does not count.
std::string_view name_of(std::string_view part) {
    const auto is_end = [](char c) {
        return c == ';' || c == '?' || c == '#' || static_cast<unsigned char>(c) < ' ';
    };
    const auto end = std::find_if(part.begin(), part.end(), is_end);
    part = part.substr(0, static_cast<std::size_t>(end - part.begin()));
    while (part.ends_with(' '))
        part.remove_suffix(1);
    return part;
}

/// ".", ".." with any dot written as %2e: what every reader takes for a dot segment (RFC 3986 §6.2.2). 0 for
/// any other.
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

enum class Step { deeper, none, refused };

/// What a segment is to the reader to whom it is worst: one who decodes escapes within escapes, takes "\" for
/// "/" and knows parameters behind ";" (RFC 3986 §3.3).
Step worst_step(std::string_view segment) {
    const auto decoded = fully_decoded(segment);
    if (is_overlong(decoded)) return Step::refused;
    Step step = Step::none;
    std::string_view rest = decoded;
    for (;;) {
        const auto end = rest.find_first_of("/\\");
        const auto part = name_of(rest.substr(0, end));
        if (part == "..") return Step::refused;
        if (!part.empty() && part != ".") step = Step::deeper;
        if (end == std::string_view::npos) return step;
        rest.remove_prefix(end + 1);
    }
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
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
        if (const int count = dots(segment); count > 0) {
            if (count == 2 && --depth < 0) return std::nullopt;
            continue;
        }
        switch (worst_step(segment)) {
        case Step::refused:
            return std::nullopt;
        case Step::deeper:
            ++depth;
            break;
        case Step::none:
            break;
        }
    }
    return target;
}

} // namespace weir::cl
