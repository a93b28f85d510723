#include "chain/told_block.hpp"

#include "chain/json_members.hpp"
#include "chain/values.hpp"

#include <algorithm>

namespace weir::chain {

namespace {

/// The value of the member whose key, quotes included, begins at `at`; empty when it has not all come.
std::string_view value_at(std::string_view text, std::size_t at, std::size_t key_size) {
    JsonCursor cursor(text.substr(at + key_size));
    cursor.skip_space();
    if (!cursor.take(':')) return {};
    cursor.skip_space();
    const char* begin = cursor.position();
    if (cursor.skip_value() != Skip::ok) return {};
    // A number may go on where the text ends.
    if (cursor.done() && *begin != '"') return {};
    return {begin, static_cast<std::size_t>(cursor.position() - begin)};
}

std::string_view first_value(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    return at == std::string_view::npos ? std::string_view() : value_at(text, at, key.size());
}

std::string_view last_value(std::string_view text, std::string_view key) {
    const auto at = text.rfind(key);
    return at == std::string_view::npos ? std::string_view() : value_at(text, at, key.size());
}

/// Traces of the Parity kind have plain numbers.
std::optional<std::uint64_t> number_in(std::string_view value) {
    if (value.starts_with('"')) return read_block_number(text_of(value));
    return parse_decimal(value);
}

/// eth_feeHistory: an entry of gasUsedRatio for each block from oldestBlock on.
std::optional<std::uint64_t> newest_of_fees(std::string_view result) {
    std::optional<std::uint64_t> oldest;
    std::uint64_t blocks = 0;
    each_member(result, [&](std::string_view key, std::string_view value) {
        if (string_equals(key, "oldestBlock")) oldest = read_block_number(text_of(value));
        if (string_equals(key, "gasUsedRatio"))
            each_element(value, [&](std::string_view) { return ++blocks > 0; });
        return true;
    });
    if (!oldest || blocks == 0) return std::nullopt;
    return *oldest + blocks - 1;
}

std::optional<HeadTag> tag_told(const MethodTraits& traits, const BlockParam& asked) {
    if (traits.tells == Tells::logs) return std::nullopt; // the last block that has some
    if (traits.block.form == BlockPlace::Form::none) {
        const bool head = traits.tells == Tells::number || traits.tells == Tells::syncing;
        return head ? std::optional(HeadTag::latest) : std::nullopt;
    }
    return tag_of(asked);
}

} // namespace

std::optional<HeadTag> tag_of(const BlockParam& block) {
    using Kind = BlockParam::Kind;
    switch (block.kind) {
    case Kind::latest:
        return HeadTag::latest;
    case Kind::safe:
        return HeadTag::safe;
    case Kind::finalized:
        return HeadTag::finalized;
    case Kind::pending:
        return HeadTag::pending;
    default:
        return std::nullopt;
    }
}

std::string_view hash_of_block(std::string_view json) {
    return text_of(first_value(json, "\"hash\""));
}

std::optional<ToldBlock> told_block(const MethodTraits& traits, const BlockParam& asked, const Answer& answer,
                                    std::string_view text, bool complete, bool& unread) {
    unread = false;
    if (traits.tells == Tells::nothing || answer.kind != Answer::Kind::result) return std::nullopt;
    const char kind = answer.result.front();
    std::optional<std::uint64_t> number;
    ToldBlock told;
    const auto result = text.substr(static_cast<std::size_t>(answer.result.data() - text.data()));
    if (traits.tells == Tells::number) {
        number = read_block_number(text_of(answer.result));
    } else if (kind == '{' || kind == '[') {
        switch (traits.tells) {
        case Tells::block:
            number = number_of_block(result);
            told.hash = hash_of_block(result);
            break;
        case Tells::placed:
            number = number_in(first_value(result, "\"blockNumber\""));
            told.hash = text_of(first_value(result, "\"blockHash\""));
            break;
        case Tells::logs:
            if (complete) number = number_in(last_value(result, "\"blockNumber\""));
            break;
        case Tells::fees: {
            JsonCursor cursor(result);
            if (cursor.skip_value() == Skip::ok)
                number = newest_of_fees(
                    result.substr(0, static_cast<std::size_t>(cursor.position() - result.data())));
            break;
        }
        case Tells::syncing:
            number = number_in(first_value(result, "\"currentBlock\""));
            break;
        case Tells::number:
        case Tells::nothing:
            break;
        }
    } else {
        return std::nullopt;
    }
    told.tag = tag_told(traits, asked);
    if (!number) {
        unread = told.tag && !complete;
        return std::nullopt;
    }
    told.number = *number;
    return told;
}

} // namespace weir::chain
