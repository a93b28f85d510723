#include "chain/log_criteria.hpp"

#include "chain/hex.hpp"
#include "chain/json_members.hpp"
#include "chain/values.hpp"

namespace weir::chain {

namespace {

constexpr std::size_t hash_digits = 64;
constexpr std::uint64_t max_number = INT64_MAX; // rpc.BlockNumber

constexpr const char* invalid_range = "invalid block range params";

/// The members as they stand; empty when absent or null.
struct Members {
    std::string_view address, topics, from, to, block_hash;
};

/// What is wrong; empty when nothing is.
std::string read_filter(const Members& members, LogFilter& out) {
    if (!members.address.empty() && !read_addresses(members.address, out))
        return "address: neither an address of 20 bytes nor a list of them";
    if (!members.topics.empty() && !read_topics(members.topics, out))
        return "topics: not a list of at most 4, each a topic of 32 bytes, a list of them, or null";
    return {};
}

std::string read_end(std::string_view name, std::string_view json, std::optional<std::uint64_t>& out) {
    auto text = unescaped(text_of(json));
    if (json.empty() || text == "latest") return {};
    if (text == "pending") return "pending logs are not supported";
    if (text == "safe" || text == "finalized") return invalid_range;
    if (text.starts_with("0X")) text[1] = 'x';
    out = text == "earliest" ? std::optional<std::uint64_t>(0) : parse_quantity(text);
    if (!out) return std::string(name) + ": neither a hex quantity nor a block's tag";
    return *out > max_number ? std::string(name) + ": block number larger than int64" : std::string();
}

std::string read_range(const Members& members, LogCriteria& out) {
    out.of_one_block = !members.block_hash.empty();
    if (out.of_one_block) {
        if (!members.from.empty() || !members.to.empty()) {
            return "cannot specify both blockHash and fromBlock/toBlock, choose one or the other";
        }
        const bool good = !hex_of(unescaped(text_of(members.block_hash)), hash_digits).empty();
        return good ? std::string() : "blockHash: not a hash of 32 bytes";
    }
    auto& [from, to] = out.range;
    auto wrong = read_end("fromBlock", members.from, from);
    if (wrong.empty()) wrong = read_end("toBlock", members.to, to);
    if (!wrong.empty()) return wrong;
    const bool ends_before_it_begins = to && (!from || *from > *to);
    if (ends_before_it_begins) return invalid_range;
    if (from == 0U) from.reset(); // no bound: what go-ethereum's client sends when none was asked for
    return {};
}

std::string query_of(const Members& members, const LogFilter& filter) {
    std::string range;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) range.append("\"").append(name).append("\":").append(value).append(",");
    };
    add("fromBlock", members.from);
    add("toBlock", members.to);
    add("blockHash", members.block_hash);
    return filter.to_json(range);
}

/// No other member of a log has this name, and nothing in one is free text.
std::optional<std::uint64_t> number_of_log(std::string_view log) {
    constexpr std::string_view key = "\"blockNumber\"";
    const auto found = log.find(key);
    if (found == std::string_view::npos) return std::nullopt;
    JsonCursor cursor(log.substr(found + key.size()));
    cursor.skip_space();
    if (!cursor.take(':')) return std::nullopt;
    cursor.skip_space();
    const char* begin = cursor.position();
    if (cursor.skip_value() != Skip::ok) return std::nullopt;
    return read_block_number(text_of({begin, static_cast<std::size_t>(cursor.position() - begin)}));
}

} // namespace

boost::system::result<LogCriteria, CriteriaMistake> read_log_criteria(std::string_view json) {
    using Of = CriteriaMistake::Of;
    Members members;
    const bool object =
        json == "null" || each_member(json, [&](std::string_view key, std::string_view value) {
            const auto given = value == "null" ? std::string_view() : value;
            if (string_equals_any_case(key, "address")) members.address = given;
            if (string_equals_any_case(key, "topics")) members.topics = given;
            if (string_equals_any_case(key, "fromBlock")) members.from = given;
            if (string_equals_any_case(key, "toBlock")) members.to = given;
            if (string_equals_any_case(key, "blockHash")) members.block_hash = given;
            return true;
        });
    if (!object) return CriteriaMistake{Of::filter, "not a filter object"};
    LogCriteria criteria;
    if (auto wrong = read_filter(members, criteria.filter); !wrong.empty())
        return CriteriaMistake{Of::filter, std::move(wrong)};
    if (auto wrong = read_range(members, criteria); !wrong.empty())
        return CriteriaMistake{Of::range, std::move(wrong)};
    criteria.query = query_of(members, criteria.filter);
    return criteria;
}

bool BlockRange::cover(std::string_view log) const {
    if (!from && !to) return true;
    const auto number = number_of_log(log);
    return !number || ((!from || *number >= *from) && (!to || *number <= *to));
}

} // namespace weir::chain
