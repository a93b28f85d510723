#include "chain/wording.hpp"

#include "chain/json_cursor.hpp"

#include <algorithm>
#include <string>

namespace weir::chain {

namespace {

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
unsigned char lower(char c) {
    return static_cast<unsigned char>(is_upper(c) ? c + ('a' - 'A') : c);
}

} // namespace

Wording::Wording(std::string_view text) {
    std::string plain;
    if (text.size() > letters_.size()) {
        plain.assign(text.substr(0, looked_at_first));
        plain.append(text.substr(text.size() - looked_at_last));
        text = plain;
    }
    if (text.find('\\') != std::string_view::npos) {
        plain = unescaped(text);
        text = plain;
    }
    read(text);
}

void Wording::read(std::string_view text) {
    char before = ' ';
    for (const char c : text) {
        const bool upper = is_upper(c);
        if (upper || is_lower_or_digit(c)) {
            // "AlreadyKnown": a word begins with its capital, too.
            const bool in_word = is_upper(before) || (is_lower_or_digit(before) && !upper);
            letters_[size_++] = static_cast<unsigned char>(lower(c) | (in_word ? 0 : begins_word));
        }
        before = c;
    }
}

bool Wording::ends_word(std::size_t at) const {
    return at == size_ || (letters_[at] & begins_word) != 0;
}

bool Wording::says_at(std::size_t at, std::string_view phrase) const {
    for (const char c : phrase) {
        if (c == '|') return ends_word(at);
        if (c == '$') return at == size_;
        if (!is_upper(c) && !is_lower_or_digit(c)) continue;
        if (at == size_ || (letters_[at] & ~begins_word) != lower(c)) return false;
        ++at;
    }
    return true;
}

bool Wording::says(std::string_view phrase) const {
    for (std::size_t at = 0; at < size_; ++at) {
        if ((letters_[at] & begins_word) != 0 && says_at(at, phrase)) return true;
    }
    return false;
}

bool Wording::says_any(std::span<const std::string_view> phrases) const {
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) { return says(phrase); });
}

} // namespace weir::chain
