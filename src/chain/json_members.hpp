// Walks the members of an object or the elements of an array, each as raw JSON in place. For small values
// whose every part is of interest; big answers are scanned by json_rpc.
#pragma once

#include "chain/json_cursor.hpp"

#include <string_view>

namespace weir::chain {

/// Calls visit(key, value) for each member, key as it stands between the quotes; ends early when that
/// returns false. True when `json` is one whole object (or the visit ended early).
template <class Visit>
bool each_member(std::string_view json, Visit visit) {
    JsonCursor cursor(json);
    cursor.skip_space();
    if (!cursor.take('{')) return false;
    cursor.skip_space();
    if (!cursor.take('}')) {
        do {
            cursor.skip_space();
            std::string_view key;
            if (cursor.done() || cursor.peek() != '"' || cursor.skip_string(key) != Skip::ok) return false;
            cursor.skip_space();
            if (!cursor.take(':')) return false;
            cursor.skip_space();
            const char* begin = cursor.position();
            if (cursor.skip_value() != Skip::ok) return false;
            if (!visit(key, std::string_view(begin, static_cast<std::size_t>(cursor.position() - begin))))
                return true;
            cursor.skip_space();
        } while (cursor.take(','));
        if (!cursor.take('}')) return false;
    }
    cursor.skip_space();
    return cursor.done();
}

/// The same for an array: visit(value).
template <class Visit>
bool each_element(std::string_view json, Visit visit) {
    JsonCursor cursor(json);
    cursor.skip_space();
    if (!cursor.take('[')) return false;
    cursor.skip_space();
    if (!cursor.take(']')) {
        do {
            cursor.skip_space();
            const char* begin = cursor.position();
            if (cursor.skip_value() != Skip::ok) return false;
            if (!visit(std::string_view(begin, static_cast<std::size_t>(cursor.position() - begin))))
                return true;
            cursor.skip_space();
        } while (cursor.take(','));
        if (!cursor.take(']')) return false;
    }
    cursor.skip_space();
    return cursor.done();
}

/// What stands between the quotes of a raw JSON string; empty when it is none.
inline std::string_view text_of(std::string_view json) {
    if (json.size() < 2 || json.front() != '"') return {};
    return json.substr(1, json.size() - 2);
}

} // namespace weir::chain
