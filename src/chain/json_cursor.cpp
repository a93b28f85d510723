#include "chain/json_cursor.hpp"

#include "chain/json_rpc.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::chain {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The first quote, backslash or control character.
const char* find_string_stop(const char* at, const char* end) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                  last_control = _mm_set1_epi8(0x1f);
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        // min(b, 0x1f) == b holds for b <= 0x1f, unsigned
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i stop = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)), control);
        const int mask = _mm_movemask_epi8(stop);
        if (mask != 0) return at + __builtin_ctz(static_cast<unsigned>(mask));
        at += 16;
    }
#endif
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) > 0x1f)
        ++at;
    return at;
}

} // namespace

Skip JsonCursor::skip_string(std::string_view& inner) {
    const char* begin = at_ + 1;
    const char* p = begin;
    for (;;) {
        p = find_string_stop(p, end_);
        if (p == end_) return Skip::incomplete;
        if (*p == '"') break;
        if (*p != '\\') return Skip::bad;
        if (end_ - p < 2) return Skip::incomplete;
        const char escaped = p[1];
        if (escaped == 'u') {
            for (int i = 2; i < 6; ++i) {
                if (p + i == end_) return Skip::incomplete;
                if (!is_hex(p[i])) return Skip::bad;
            }
            p += 6;
        } else if (std::string_view("\"\\/bfnrt").find(escaped) != std::string_view::npos) {
            p += 2;
        } else {
            return Skip::bad;
        }
    }
    inner = {begin, static_cast<std::size_t>(p - begin)};
    at_ = p + 1;
    return Skip::ok;
}

Skip JsonCursor::skip_literal(std::string_view word) {
    for (const char c : word) {
        if (at_ == end_) return Skip::incomplete;
        if (*at_ != c) return Skip::bad;
        ++at_;
    }
    return Skip::ok;
}

Skip JsonCursor::skip_number() {
    const char* p = at_;
    if (*p == '-') ++p;
    if (p == end_) return Skip::incomplete;
    if (!is_digit(*p)) return Skip::bad;
    if (*p == '0') {
        ++p;
        if (p != end_ && is_digit(*p)) return Skip::bad;
    } else {
        while (p != end_ && is_digit(*p))
            ++p;
    }
    if (p != end_ && *p == '.') {
        ++p;
        if (p == end_) return Skip::incomplete;
        if (!is_digit(*p)) return Skip::bad;
        while (p != end_ && is_digit(*p))
            ++p;
    }
    if (p != end_ && (*p == 'e' || *p == 'E')) {
        ++p;
        if (p != end_ && (*p == '+' || *p == '-')) ++p;
        if (p == end_) return Skip::incomplete;
        if (!is_digit(*p)) return Skip::bad;
        while (p != end_ && is_digit(*p))
            ++p;
    }
    at_ = p; // a number that ends with the text may go on, or not: the caller knows whether there is more
    return Skip::ok;
}

Skip JsonCursor::skip_scalar() {
    switch (*at_) {
    case '"': {
        std::string_view inner;
        return skip_string(inner);
    }
    case 't':
        return skip_literal("true");
    case 'f':
        return skip_literal("false");
    case 'n':
        return skip_literal("null");
    default:
        return *at_ == '-' || is_digit(*at_) ? skip_number() : Skip::bad;
    }
}

Skip JsonCursor::skip_value(std::size_t level) {
    // One bit per level: set where it is an object. `after` says that a value just ended.
    std::bitset<max_depth> objects;
    std::size_t depth = 0;
    bool after = false;
    const auto key = [this]() -> Skip {
        skip_space();
        if (at_ == end_) return Skip::incomplete;
        if (*at_ != '"') return Skip::bad;
        std::string_view inner;
        if (const auto result = skip_string(inner); result != Skip::ok) return result;
        skip_space();
        if (at_ == end_) return Skip::incomplete;
        return take(':') ? Skip::ok : Skip::bad;
    };
    for (;;) {
        skip_space();
        if (at_ == end_) return Skip::incomplete;
        if (!after) {
            const char c = *at_;
            if (c == '{' || c == '[') {
                if (depth + level >= max_depth) return Skip::too_deep;
                ++at_;
                objects[depth++] = c == '{';
                skip_space();
                if (at_ == end_) return Skip::incomplete;
                if (*at_ == (c == '{' ? '}' : ']')) {
                    ++at_;
                    --depth;
                    after = true;
                } else if (c == '{') {
                    if (const auto result = key(); result != Skip::ok) return result;
                }
            } else {
                if (const auto result = skip_scalar(); result != Skip::ok) return result;
                after = true;
            }
            if (after && depth == 0) return Skip::ok;
            continue;
        }
        if (*at_ == ',') {
            ++at_;
            if (objects[depth - 1]) {
                if (const auto result = key(); result != Skip::ok) return result;
            }
            after = false;
        } else if (*at_ == (objects[depth - 1] ? '}' : ']')) {
            ++at_;
            if (--depth == 0) return Skip::ok;
        } else {
            return Skip::bad;
        }
    }
}

std::string unescaped(std::string_view inner) {
    static constexpr std::string_view shorts = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    std::string out;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\' || i + 1 == inner.size()) {
            out.push_back(inner[i]);
            continue;
        }
        if (const auto at = shorts.find(inner[i + 1]); at != std::string_view::npos) {
            out.push_back(meant[at]);
            ++i;
            continue;
        }
        unsigned value = 0x80;
        if (inner.size() - i >= 6) std::from_chars(inner.data() + i + 2, inner.data() + i + 6, value, 16);
        if (value < 0x80) {
            out.push_back(static_cast<char>(value));
            i += 5;
        } else {
            out.push_back('\\');
        }
    }
    return out;
}

bool string_equals(std::string_view inner, std::string_view plain) {
    if (inner.find('\\') == std::string_view::npos) return inner == plain;
    return unescaped(inner) == plain;
}

bool string_equals_any_case(std::string_view inner, std::string_view plain) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto same = [&](std::string_view text) {
        return std::equal(text.begin(), text.end(), plain.begin(), plain.end(),
                          [&](char a, char b) { return lower(a) == lower(b); });
    };
    return inner.find('\\') == std::string_view::npos ? same(inner) : same(unescaped(inner));
}

} // namespace weir::chain
