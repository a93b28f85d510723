#include "chain/header.hpp"

#include "chain/hex.hpp"
#include "chain/json_members.hpp"
#include "chain/values.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace weir::chain {

namespace {

constexpr std::size_t hash_digits = 64, bloom_digits = 512;

/// What go-ethereum, reth and others put into a block but not into an announced header.
constexpr std::array<std::string_view, 6> only_in_blocks{"transactions", "uncles",          "withdrawals",
                                                         "size",         "totalDifficulty", "calls"};

} // namespace

HeaderPtr read_header(std::string_view json) {
    auto header = std::make_shared<Header>();
    bool numbered = false;
    const bool whole = each_member(json, [&](std::string_view key, std::string_view value) {
        if (key == "hash") header->hash = hex_of(text_of(value), hash_digits);
        if (key == "parentHash") header->parent = hex_of(text_of(value), hash_digits);
        if (key == "logsBloom") header->bloom = hex_of(text_of(value), bloom_digits);
        if (key == "number") {
            const auto number = read_block_number(text_of(value));
            numbered = number.has_value();
            header->number = number.value_or(0);
        }
        return true;
    });
    if (!whole || !numbered || header->hash.empty() || header->parent.empty()) return nullptr;
    header->json = json;
    return header;
}

HeaderPtr header_of_block(std::string_view block_json, std::string_view announced) {
    std::vector<std::string_view> wanted;
    each_member(announced, [&](std::string_view key, std::string_view) {
        wanted.push_back(key);
        return true;
    });
    std::string json = "{";
    const bool whole = each_member(block_json, [&](std::string_view key, std::string_view value) {
        const bool keep = wanted.empty() ? std::find(only_in_blocks.begin(), only_in_blocks.end(), key) ==
                                               only_in_blocks.end()
                                         : std::find(wanted.begin(), wanted.end(), key) != wanted.end();
        if (!keep) return true;
        if (json.size() > 1) json += ',';
        json.append("\"").append(key).append("\":").append(value);
        return true;
    });
    if (!whole) return nullptr;
    json += '}';
    return read_header(json);
}

} // namespace weir::chain
