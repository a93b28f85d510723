#include "upstream/secrets.hpp"

#include <algorithm>

namespace weir::upstream {

namespace {

constexpr std::size_t shortest = 4; ///< less is a part of any text

bool looks_like_key(std::string_view word) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return word.size() >= 16 || (word.size() >= 8 && std::any_of(word.begin(), word.end(), is_digit));
}

/// Calls take(part) for what stands between separators.
template <class Take>
void each_part(std::string_view text, std::string_view separators, Take take) {
    while (!text.empty()) {
        const auto end = text.find_first_of(separators);
        take(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
}

} // namespace

std::vector<std::string> secrets_of(const net::Url& url,
                                    const std::vector<std::pair<std::string, std::string>>& headers) {
    std::vector<std::string> secrets;
    const auto take = [&](std::string_view word) {
        if (word.size() >= shortest) secrets.emplace_back(word);
    };
    const auto take_key = [&](std::string_view word) {
        if (looks_like_key(word)) take(word);
    };
    each_part(url.path, "/", take_key);
    each_part(url.query, "&=", take_key);
    if (!url.basic_auth.empty()) {
        take(url.basic_auth);
        take(std::string_view(url.basic_auth).substr(url.basic_auth.find(':') + 1));
    }
    for (const auto& [name, value] : headers) {
        take(value);
        const auto space = value.find(' '); // "Bearer KEY"
        if (space != std::string::npos) take(std::string_view(value).substr(space + 1));
    }
    // The longest first: one may be a part of another.
    std::sort(secrets.begin(), secrets.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return secrets;
}

bool holds_any(std::string_view text, const std::vector<std::string>& secrets) {
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](const auto& secret) { return text.find(secret) != std::string_view::npos; });
}

std::string struck_out(std::string_view text, const std::vector<std::string>& secrets) {
    std::string out;
    while (!text.empty()) {
        std::size_t first = std::string_view::npos, length = 0;
        for (const auto& secret : secrets) {
            const auto at = text.find(secret);
            if (at < first) {
                first = at;
                length = secret.size();
            }
        }
        out.append(text.substr(0, first));
        if (first == std::string_view::npos) break;
        out.append("***");
        text.remove_prefix(first + length);
    }
    return out;
}

} // namespace weir::upstream
