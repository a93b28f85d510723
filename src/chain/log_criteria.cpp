#include "chain/log_criteria.hpp"

#include "chain/hex.hpp"
#include "chain/json_members.hpp"
#include "chain/values.hpp"

namespace weir::chain {

namespace {

constexpr std::size_t hash_digits = 64;

constexpr const char* invalid_range = "invalid block range params";

/// The members as they stand; empty when absent or null.
struct Members {
    std::string_view address, topics, from, to, block_hash;
};

std::optional<LogFilter> read_member(std::string_view name, std::string_view value) {
    std::string object = "{\"";
    object.append(name).append("\":").append(value).append("}");
    return read_log_filter(object);
}

/// What is wrong; empty when nothing is.
std::string read_filter(const Members& members, LogFilter& out) {
    if (!members.address.empty()) {
        auto read = read_member("address", members.address);
        if (!read) return "address: neither an address of 20 bytes nor a list of them";
        out.addresses = std::move(read->addresses);
    }
    if (!members.topics.empty()) {
        auto read = read_member("topics", members.topics);
        if (!read) {
            return "topics: not a list of at most 4, each a topic of 32 bytes, a list of them, or null";
        }
        out.topics = std::move(read->topics);
    }
    return out.too_long();
}

std::string read_end(std::string_view name, std::string_view json, std::optional<std::uint64_t>& out) {
    if (json.empty() || json == "\"latest\"") return {};
    if (json == "\"pending\"") return "pending logs are not supported";
    if (json == "\"safe\"" || json == "\"finalized\"") return invalid_range;
    out = json == "\"earliest\"" ? std::optional<std::uint64_t>(0) : parse_quoted_quantity(json);
    if (out) return {};
    return std::string(name) + ": neither a hex quantity nor a block's tag";
}

std::string read_range(const Members& members, LogCriteria& out) {
    if (!members.block_hash.empty()) {
        if (!members.from.empty() || !members.to.empty()) {
            return "cannot specify both blockHash and fromBlock/toBlock, choose one or the other";
        }
        const bool good = !hex_of(text_of(members.block_hash), hash_digits).empty();
        return good ? std::string() : "blockHash: not a hash of 32 bytes";
    }
    auto wrong = read_end("fromBlock", members.from, out.from);
    if (wrong.empty()) wrong = read_end("toBlock", members.to, out.to);
    if (!wrong.empty()) return wrong;
    const bool ends_before_it_begins = out.to && (!out.from || *out.from > *out.to);
    return ends_before_it_begins ? invalid_range : std::string();
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

} // namespace

boost::system::result<LogCriteria, std::string> read_log_criteria(std::string_view json) {
    Members members;
    const bool object = each_member(json, [&](std::string_view key, std::string_view value) {
        const auto given = value == "null" ? std::string_view() : value;
        if (key == "address") members.address = given;
        if (key == "topics") members.topics = given;
        if (key == "fromBlock") members.from = given;
        if (key == "toBlock") members.to = given;
        if (key == "blockHash") members.block_hash = given;
        return true;
    });
    if (!object) return std::string("not a filter object");
    LogCriteria criteria;
    auto wrong = read_filter(members, criteria.filter);
    if (wrong.empty()) wrong = read_range(members, criteria);
    if (!wrong.empty()) return wrong;
    criteria.query = query_of(members, criteria.filter);
    return criteria;
}

bool LogCriteria::cover(std::string_view log) const {
    if (!from && !to) return true;
    std::optional<std::uint64_t> number;
    each_member(log, [&](std::string_view key, std::string_view value) {
        if (key == "blockNumber") number = parse_quoted_quantity(value);
        return !number;
    });
    return !number || ((!from || *number >= *from) && (!to || *number <= *to));
}

} // namespace weir::chain
