// What an answer is, from its beginning: the reading half of chain/json_rpc.hpp.
#include "chain/json_cursor.hpp"
#include "chain/json_members.hpp"
#include "chain/json_rpc.hpp"
#include "chain/values.hpp"

#include <charconv>

namespace weir::chain {

namespace {

constexpr std::size_t max_looked_into = 256;

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

void read_error(std::string_view text, Answer& answer) {
    JsonCursor cursor(text);
    if (!cursor.take('{')) {
        // Some say it in one word: "error": "no such thing".
        if (text.size() >= 2 && text.front() == '"') answer.error_message = text.substr(1, text.size() - 2);
        return;
    }
    for (;;) {
        cursor.skip_space();
        if (cursor.done() || cursor.peek() != '"') return;
        std::string_view key;
        if (cursor.skip_string(key) != Skip::ok) return;
        cursor.skip_space();
        cursor.take(':');
        cursor.skip_space();
        const char* value = cursor.position();
        if (cursor.skip_value() != Skip::ok) return;
        const auto raw = between(value, cursor.position());
        if (string_equals(key, "code")) {
            // Some write it as a string: "-32005".
            const auto digits = raw.front() == '"' ? text_of(raw) : raw;
            std::from_chars(digits.data(), digits.data() + digits.size(), answer.error_code);
        } else if (string_equals(key, "message") && (raw.front() == '"' || raw.front() == '{')) {
            // Of an object the words in it count.
            answer.error_message = raw.front() == '"' ? text_of(raw) : raw;
        } else if (string_equals(key, "data")) {
            answer.error_data = raw;
        }
        cursor.skip_space();
        if (!cursor.take(',')) return;
    }
}

} // namespace

Answer scan_error(std::string_view error) {
    Answer answer;
    answer.kind = Answer::Kind::error;
    read_error(error, answer);
    return answer;
}

namespace {

Answer stopped(Answer answer, Skip why, bool complete) {
    answer.kind = why == Skip::incomplete && !complete ? Answer::Kind::incomplete : Answer::Kind::not_json;
    return answer;
}

/// One answer object at the cursor; on a whole one the cursor stands behind it. `early`: a result is
/// reported with its first byte.
Answer read_answer(JsonCursor& cursor, bool complete, bool early) {
    Answer answer;
    bool has_result = false, has_error = false, says_something = false;
    cursor.take('{');
    cursor.skip_space();
    if (!cursor.take('}')) {
        for (;;) {
            cursor.skip_space();
            if (cursor.done()) return stopped(answer, Skip::incomplete, complete);
            if (cursor.peek() != '"') return stopped(answer, Skip::bad, complete);
            std::string_view key;
            if (const auto r = cursor.skip_string(key); r != Skip::ok) return stopped(answer, r, complete);
            cursor.skip_space();
            if (!cursor.take(':'))
                return stopped(answer, cursor.done() ? Skip::incomplete : Skip::bad, complete);
            cursor.skip_space();
            if (cursor.done()) return stopped(answer, Skip::incomplete, complete);
            const char* value = cursor.position();
            const bool is_result = string_equals(key, "result");
            if (early && is_result && cursor.peek() != 'n') {
                answer.kind = Answer::Kind::result;
                answer.result = between(value, value + 1); // completed by the caller
                return answer;
            }
            if (const auto r = cursor.skip_value(); r != Skip::ok) return stopped(answer, r, complete);
            const auto raw = between(value, cursor.position());
            if (is_result) {
                has_result = true;
                answer.result = raw;
            } else if (string_equals(key, "error")) {
                has_error = raw != "null";
                if (has_error) read_error(raw, answer);
                says_something = answer.error_code != 0 || !answer.error_message.empty();
            } else if (string_equals(key, "id")) {
                answer.id = raw;
            }
            cursor.skip_space();
            if (cursor.take('}')) break;
            if (!cursor.take(','))
                return stopped(answer, cursor.done() ? Skip::incomplete : Skip::bad, complete);
        }
    }
    // Of both the error counts, unless it says nothing: "error": "".
    if (has_error && (says_something || !has_result))
        answer.kind = Answer::Kind::error;
    else
        answer.kind = has_result ? Answer::Kind::result : Answer::Kind::not_json;
    return answer;
}

} // namespace

Answer scan_answer(std::string_view text, bool complete) {
    JsonCursor cursor(text);
    cursor.skip_space();
    Answer answer;
    if (cursor.done()) return stopped(answer, Skip::incomplete, complete);
    if (cursor.peek() == '[') {
        answer.kind = Answer::Kind::batch;
        return answer;
    }
    if (cursor.peek() != '{') return stopped(answer, Skip::bad, complete);
    answer = read_answer(cursor, complete, true);
    if (answer.kind == Answer::Kind::result && answer.result.size() == 1) {
        // Seen by its first byte: its extent, for those who look into small results. Large ones are not
        // worth the walk.
        const auto rest =
            text.substr(static_cast<std::size_t>(answer.result.data() - text.data()), max_looked_into);
        JsonCursor value(rest);
        const bool ends = value.skip_value() == Skip::ok;
        answer.result = ends ? between(rest.data(), value.position()) : rest;
        // Some write both, and mean the error, as in a batch's element.
        if (ends && complete &&
            between(value.position(), text.data() + text.size()).find("\"error\"") !=
                std::string_view::npos) {
            JsonCursor again(text);
            again.skip_space();
            if (const auto whole = read_answer(again, true, false); whole.kind == Answer::Kind::error)
                return whole;
        }
    }
    return answer;
}

std::optional<std::uint64_t> number_of_block(std::string_view answer) {
    // No other member of a block or of what is in it has this name.
    constexpr std::string_view key = "\"number\"";
    const auto found = answer.find(key);
    if (found == std::string_view::npos) return std::nullopt;
    JsonCursor cursor(answer.substr(found + key.size()));
    cursor.skip_space();
    if (!cursor.take(':')) return std::nullopt;
    cursor.skip_space();
    const char* begin = cursor.position();
    if (cursor.skip_value() != Skip::ok) return std::nullopt;
    return read_block_number(text_of(between(begin, cursor.position())));
}

bool scan_batch_answer(std::string_view text, std::vector<BatchElement>& out) {
    out.clear();
    JsonCursor cursor(text);
    cursor.skip_space();
    if (!cursor.take('[')) return false;
    cursor.skip_space();
    if (!cursor.take(']')) {
        for (;;) {
            cursor.skip_space();
            if (cursor.done() || cursor.peek() != '{') return false;
            const char* begin = cursor.position();
            BatchElement element;
            element.answer = read_answer(cursor, true, false);
            JsonCursor whole(between(begin, text.data() + text.size()));
            if (whole.skip_value() != Skip::ok) return false;
            element.text = between(begin, whole.position());
            cursor = JsonCursor(between(whole.position(), text.data() + text.size()));
            out.push_back(element);
            cursor.skip_space();
            if (cursor.take(']')) break;
            if (!cursor.take(',')) return false;
        }
    }
    cursor.skip_space();
    return cursor.done();
}

} // namespace weir::chain
