#include "chain/json_rpc.hpp"

#include "chain/json_cursor.hpp"

namespace weir::chain {

namespace {

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

ScanError error_of(Skip skip) {
    return skip == Skip::too_deep ? ScanError::too_deep : ScanError::not_json;
}

/// Reads the object that begins at the cursor. Of repeated keys the last counts, as in Go's
/// encoding/json, which the most used node is written with: both must see the same method.
Skip read_call(JsonCursor& cursor, Call& call, std::size_t level) {
    const char* begin = cursor.position();
    cursor.take('{');
    cursor.skip_space();
    bool method_is_string = false;
    bool ambiguous = false;
    if (!cursor.take('}')) {
        for (;;) {
            cursor.skip_space();
            if (cursor.done()) return Skip::incomplete;
            if (cursor.peek() != '"') return Skip::bad;
            std::string_view key;
            if (const auto result = cursor.skip_string(key); result != Skip::ok) return result;
            cursor.skip_space();
            if (!cursor.take(':')) return cursor.done() ? Skip::incomplete : Skip::bad;
            cursor.skip_space();
            const char* value = cursor.position();
            if (const auto result = cursor.skip_value(level); result != Skip::ok) return result;
            const auto raw = between(value, cursor.position());
            if (string_equals(key, "method")) {
                if (call.shadowed.empty()) call.shadowed = call.method;
                method_is_string = raw.front() == '"';
                call.method = method_is_string ? raw.substr(1, raw.size() - 2) : std::string_view();
            } else if (string_equals(key, "id")) {
                call.id = raw;
            } else if (string_equals(key, "params")) {
                call.params = raw;
            } else if (string_equals_any_case(key, "method") || string_equals_any_case(key, "id") ||
                       string_equals_any_case(key, "params")) {
                ambiguous = true; // a node written in Go would take it for the real one
            }
            cursor.skip_space();
            if (cursor.take('}')) break;
            if (!cursor.take(',')) return cursor.done() ? Skip::incomplete : Skip::bad;
        }
    }
    call.text = between(begin, cursor.position());
    const bool scalar_id = call.id.empty() || (call.id.front() != '{' && call.id.front() != '[' &&
                                               call.id.front() != 't' && call.id.front() != 'f');
    call.flaw = ambiguous           ? CallFlaw::ambiguous
                : !scalar_id        ? CallFlaw::bad_id
                : !method_is_string ? CallFlaw::no_method
                                    : CallFlaw::none;
    call.valid = call.flaw == CallFlaw::none;
    if (!scalar_id) call.id = {};
    return Skip::ok;
}

} // namespace

ScanError scan_requests(std::string_view body, std::size_t max_items, Requests& out) {
    out.batch = false;
    out.calls.clear();
    JsonCursor cursor(body);
    cursor.skip_space();
    if (cursor.done()) return ScanError::not_json;
    if (cursor.peek() == '{') {
        if (const auto result = read_call(cursor, out.calls.emplace_back(), 1); result != Skip::ok)
            return error_of(result);
    } else if (cursor.take('[')) {
        out.batch = true;
        cursor.skip_space();
        bool too_many = false;
        if (!cursor.take(']')) {
            for (;;) {
                cursor.skip_space();
                if (cursor.done()) return ScanError::not_json;
                too_many = too_many || out.calls.size() >= max_items;
                Call call;
                Skip result = Skip::ok;
                const char* begin = cursor.position();
                if (cursor.peek() == '{') {
                    result = read_call(cursor, call, 2);
                } else {
                    result = cursor.skip_value(1);
                    call.text = between(begin, cursor.position());
                }
                if (result != Skip::ok) return error_of(result);
                if (!too_many) out.calls.push_back(call);
                cursor.skip_space();
                if (cursor.take(']')) break;
                if (!cursor.take(',')) return ScanError::not_json;
            }
        }
        if (too_many) return ScanError::batch_too_large;
    } else {
        if (const auto result = cursor.skip_value(); result != Skip::ok) return error_of(result);
        cursor.skip_space();
        return cursor.done() ? ScanError::not_a_request : ScanError::not_json;
    }
    cursor.skip_space();
    if (!cursor.done()) return ScanError::not_json;
    if (out.batch && out.calls.empty()) return ScanError::empty_batch;
    return ScanError::none;
}

} // namespace weir::chain
