#include "chain/log_filter.hpp"

#include "chain/hex.hpp"
#include "chain/json_members.hpp"
#include "chain/values.hpp"

#include <algorithm>
#include <array>

namespace weir::chain {

namespace {

constexpr std::size_t address_digits = 40, topic_digits = 64, bloom_digits = 512;
constexpr std::size_t max_topics = 4; // a log has no more (Yellow Paper: LOG4)
/// What go-ethereum takes by default (--rpc.logquerylimit): it bounds what one filter costs.
constexpr std::size_t max_alternatives = 1000;

bool add_one(std::string_view json, std::size_t digits, std::vector<std::string>& out) {
    auto value = hex_of(unescaped(text_of(json)), digits);
    if (value.empty()) return false;
    out.push_back(std::move(value));
    return true;
}

/// One value, a list of them, or null.
bool read_alternatives(std::string_view json, std::size_t digits, bool null_within,
                       std::vector<std::string>& out) {
    if (json == "null") return true;
    if (!json.starts_with('[')) return add_one(json, digits, out);
    bool any = false, good = true;
    const bool whole = each_element(json, [&](std::string_view element) {
        if (null_within && element == "null")
            any = true;
        else
            good = good && add_one(element, digits, out);
        return good;
    });
    if (any) out.clear(); // go-ethereum: a null among alternatives matches everything
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return whole && good;
}

void append_list(std::string& out, const std::vector<std::string>& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        out.append("\"").append(values[i]).append("\"");
    }
    out += ']';
}

std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 2; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(hex_value(hex[i]) << 4 | hex_value(hex[i + 1]));
    }
    return bytes;
}

bool bloom_has(std::string_view bloom, const std::array<std::uint16_t, 3>& bits) {
    return std::all_of(bits.begin(), bits.end(), [&](unsigned bit) {
        // Bit 0 is the lowest bit of the last digit.
        const char digit = bloom[bloom.size() - 1 - bit / 4];
        return (hex_value(digit) >> (bit % 4) & 1U) != 0;
    });
}

bool is_among(const std::vector<std::string>& alternatives, const std::string& value) {
    return alternatives.empty() || std::binary_search(alternatives.begin(), alternatives.end(), value);
}

} // namespace

bool read_addresses(std::string_view json, LogFilter& out) {
    return read_alternatives(json, address_digits, false, out.addresses);
}

bool read_topics(std::string_view json, LogFilter& out) {
    bool good = true;
    const bool list = each_element(json, [&](std::string_view position) {
        auto& alternatives = out.topics.emplace_back();
        good =
            out.topics.size() <= max_topics && read_alternatives(position, topic_digits, true, alternatives);
        return good;
    });
    return list && good;
}

LogFilter covering(std::span<const LogFilter* const> filters) {
    // A position stays only where every filter asks for something, and not too much of it together.
    const auto join = [&](auto alternatives_of) {
        std::vector<std::string> all;
        for (const auto* filter : filters) {
            const auto& some = alternatives_of(*filter);
            if (some.empty()) return std::vector<std::string>();
            all.insert(all.end(), some.begin(), some.end());
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        if (all.size() > max_alternatives) all.clear();
        return all;
    };
    LogFilter cover;
    if (filters.empty()) return cover;
    cover.addresses = join([](const LogFilter& filter) -> const auto& { return filter.addresses; });
    const auto shortest =
        std::min_element(filters.begin(), filters.end(), [](const LogFilter* a, const LogFilter* b) {
            return a->topics.size() < b->topics.size();
        });
    for (std::size_t i = 0; i < (*shortest)->topics.size(); ++i)
        cover.topics.push_back(
            join([i](const LogFilter& filter) -> const auto& { return filter.topics[i]; }));
    return cover;
}

std::string LogFilter::to_json(std::string_view extra) const {
    std::string out = "{";
    out += extra;
    if (!addresses.empty()) {
        out += "\"address\":";
        append_list(out, addresses);
        out += ',';
    }
    if (!topics.empty()) {
        out += "\"topics\":[";
        for (std::size_t i = 0; i < topics.size(); ++i) {
            if (i > 0) out += ',';
            // An empty list would mean "any" to go-ethereum and "none" to others.
            if (topics[i].empty())
                out += "null";
            else
                append_list(out, topics[i]);
        }
        out += "],";
    }
    if (out.back() == ',') out.pop_back();
    out += '}';
    return out;
}

BloomTest::BloomTest(const LogFilter& filter) {
    const auto add = [&](const std::vector<std::string>& alternatives) {
        if (alternatives.empty()) return;
        auto& any = all_of_any_.emplace_back();
        for (const auto& value : alternatives) {
            const auto hash = keccak256_hex(bytes_of(value));
            auto& bits = any.emplace_back();
            for (std::size_t pair = 0; pair < bits.size(); ++pair) {
                unsigned bit = 0;
                for (std::size_t i = 0; i < 4; ++i)
                    bit = bit << 4 | hex_value(hash[2 + 4 * pair + i]);
                bits[pair] = static_cast<std::uint16_t>(bit & 2047);
            }
        }
    };
    add(filter.addresses);
    for (const auto& alternatives : filter.topics)
        add(alternatives);
}

bool BloomTest::may_be_in(std::string_view bloom) const {
    if (bloom.size() != bloom_digits + 2) return true;
    return std::all_of(all_of_any_.begin(), all_of_any_.end(), [&](const auto& any) {
        return std::any_of(any.begin(), any.end(), [&](const auto& bits) { return bloom_has(bloom, bits); });
    });
}

LogFields read_log_fields(std::string_view log) {
    LogFields fields;
    each_member(log, [&](std::string_view key, std::string_view value) {
        if (key == "address") fields.address = hex_of(text_of(value), address_digits);
        if (key == "blockHash") fields.block_hash = hex_of(text_of(value), topic_digits);
        if (key == "topics") {
            each_element(value, [&](std::string_view topic) {
                fields.topics.push_back(hex_of(text_of(topic), topic_digits));
                return true;
            });
        }
        return true;
    });
    return fields;
}

bool LogFilter::matches(const LogFields& log) const {
    if (!is_among(addresses, log.address) || log.topics.size() < topics.size()) return false;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (!is_among(topics[i], log.topics[i])) return false;
    }
    return true;
}

std::string LogFilter::too_long() const {
    const auto is_too_long = [](const auto& alternatives) { return alternatives.size() > max_alternatives; };
    if (!is_too_long(addresses) && std::none_of(topics.begin(), topics.end(), is_too_long)) return {};
    return "more than " + std::to_string(max_alternatives) + " addresses or topics in one position";
}

std::string as_removed(std::string_view log) {
    std::string out = "{";
    each_member(log, [&](std::string_view key, std::string_view value) {
        if (key != "removed") out.append("\"").append(key).append("\":").append(value).append(",");
        return true;
    });
    return out + "\"removed\":true}";
}

} // namespace weir::chain
