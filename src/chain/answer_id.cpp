#include "chain/answer_id.hpp"

#include "chain/json_members.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace weir::chain {

namespace {

bool is_string(std::string_view id) {
    return id.size() >= 2 && id.front() == '"';
}
bool is_number(std::string_view id) {
    return !id.empty() && (id.front() == '-' || (id.front() >= '0' && id.front() <= '9'));
}

/// Written in one way only, and exact in a double: other bytes are another number.
bool is_plain(std::string_view number) {
    constexpr std::size_t exact_digits = 15;
    return number.size() <= exact_digits && number != "-0" &&
           number.find_first_of(".eE") == std::string_view::npos;
}

/// A number's value: `digits` without zeros at either end, times ten to the `exponent`.
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
    bool operator==(const Decimal&) const = default;
};

/// Nothing when the exponent is beyond counting.
std::optional<Decimal> decimal_of(std::string_view number) {
    Decimal value;
    value.negative = number.starts_with('-');
    if (value.negative) number.remove_prefix(1);
    if (const auto e = number.find_first_of("eE"); e != std::string_view::npos) {
        auto exponent = number.substr(e + 1);
        if (exponent.starts_with('+')) exponent.remove_prefix(1);
        std::int32_t read = 0;
        const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), read);
        if (error != std::errc{}) return std::nullopt;
        value.exponent = read;
        number = number.substr(0, e);
    }
    const auto point = number.find('.');
    value.digits.assign(number.substr(0, point));
    if (point != std::string_view::npos) {
        value.digits.append(number.substr(point + 1));
        value.exponent -= static_cast<std::int64_t>(number.size() - point - 1);
    }
    const auto last = value.digits.find_last_not_of('0');
    if (last == std::string::npos) return Decimal{};
    value.exponent += static_cast<std::int64_t>(value.digits.size() - last - 1);
    value.digits.erase(last + 1);
    value.digits.erase(0, value.digits.find_first_not_of('0'));
    return value;
}

/// `named` is what is left of `asked` when it went through a double and was written out again: as briefly as
/// that can be (JavaScript, Go), or to the last digit (C's "%.0f").
bool is_through_a_double(const Decimal& named, std::string_view asked) {
    double value = 0;
    const auto [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) return false;
    std::array<char, 400> text{}; // the longest double has 309 digits before its point
    for (const auto format : {std::chars_format::scientific, std::chars_format::fixed}) {
        const auto [last, failed] = std::to_chars(text.data(), text.data() + text.size(), value, format);
        if (failed == std::errc{} &&
            named == decimal_of({text.data(), static_cast<std::size_t>(last - text.data())})) {
            return true;
        }
    }
    return false;
}

bool same_number(std::string_view asked, std::string_view named) {
    if (is_plain(asked) && is_plain(named)) return false; // their bytes differ
    const auto value = decimal_of(named);
    return value && (value == decimal_of(asked) || is_through_a_double(*value, asked));
}

void append_utf8(std::string& out, std::uint32_t point) {
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0 | point >> 6);
        put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    } else {
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    }
}

/// The character that a \u escape at the beginning of `text` stands for, two of them where it needs a pair;
/// takes what it read.
std::optional<std::uint32_t> take_escape(std::string_view& text) {
    const auto unit = [&](std::uint32_t& value) {
        if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return false;
        const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, value, 16);
        return error == std::errc{} && end == text.data() + 6;
    };
    std::uint32_t high = 0, low = 0;
    if (!unit(high)) return std::nullopt;
    text.remove_prefix(6);
    if (high < 0xd800 || high > 0xdbff) return high;
    if (!unit(low) || low < 0xdc00 || low > 0xdfff) return high; // alone: itself and nothing else
    text.remove_prefix(6);
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/// Every escape resolved.
std::string decoded(std::string_view inner) {
    static constexpr std::string_view shorts = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    std::string out;
    while (!inner.empty()) {
        if (inner.front() != '\\') {
            out.push_back(inner.front());
            inner.remove_prefix(1);
        } else if (const auto point = take_escape(inner)) {
            append_utf8(out, *point);
        } else {
            const auto at = inner.size() > 1 ? shorts.find(inner[1]) : std::string_view::npos;
            out.push_back(at == std::string_view::npos ? '\\' : meant[at]);
            inner.remove_prefix(at == std::string_view::npos ? 1 : 2);
        }
    }
    return out;
}

bool names_another_than(std::string_view asked, std::string_view named, bool error) {
    if (named.empty() || (named == "null" && error)) return false;
    return !same_id(asked, named);
}

} // namespace

bool same_id(std::string_view asked, std::string_view named) {
    if (asked == named) return true;
    if (is_string(asked) && is_string(named)) {
        const bool escaped =
            asked.find('\\') != std::string_view::npos || named.find('\\') != std::string_view::npos;
        return escaped && decoded(text_of(asked)) == decoded(text_of(named));
    }
    return is_number(asked) && is_number(named) && same_number(asked, named);
}

bool names_another(const Answer& answer, std::string_view asked) {
    return names_another_than(asked, answer.id, answer.kind == Answer::Kind::error);
}

bool names_another(std::string_view answer, std::string_view asked) {
    bool another = false, null = false, error = false;
    const bool whole = each_member(answer, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, "error")) error = value != "null";
        if (string_equals(key, "id")) {
            null = null || value == "null";
            another = another || names_another_than(asked, value, true);
        }
        return true;
    });
    return whole && (another || (null && !error && asked != "null"));
}

std::optional<std::uint64_t> own_id(std::string_view named) {
    if (!is_number(named)) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(named.data(), named.data() + named.size(), value);
    if (error == std::errc{} && end == named.data() + named.size()) return value;
    const auto decimal = decimal_of(named);
    constexpr std::int64_t longest = 18;
    if (!decimal || decimal->negative || decimal->exponent < 0 || decimal->exponent > longest)
        return std::nullopt;
    const std::string whole = decimal->digits + std::string(static_cast<std::size_t>(decimal->exponent), '0');
    const auto [last, failed] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    return failed == std::errc{} ? std::optional(value) : std::nullopt;
}

void AnswerTail::add(std::string_view piece) {
    constexpr std::size_t kept = 512;
    if (piece.size() >= kept) {
        text_.assign(piece.substr(piece.size() - kept));
        return;
    }
    text_.append(piece);
    if (text_.size() > 2 * kept) text_.erase(0, text_.size() - kept);
}

bool AnswerTail::names_another(std::string_view asked) const {
    constexpr std::string_view key = "\"id\"";
    const auto at = text_.rfind(key);
    if (at == std::string::npos || at == 0) return false;
    // Of the answer's own members, if from here to the end there are only members and one closing brace.
    const auto before = text_.find_last_not_of(" \t\r\n", at - 1);
    if (before == std::string::npos || (text_[before] != ',' && text_[before] != '{')) return false;
    const std::string members = '{' + text_.substr(at);
    return chain::names_another(members, asked);
}

} // namespace weir::chain
