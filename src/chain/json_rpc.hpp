// Reading JSON-RPC 2.0 in place: where a request's id, method and params stand in the client's own
// bytes, and what an answer is from its first kilobytes. No tree, no copy, no allocation but for
// a batch's list of calls; total over any bytes; nesting is bounded by max_depth.
//
// Source of the rules: JSON-RPC 2.0 specification, RFC 8259.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::chain {

inline constexpr std::size_t max_depth = 512;

enum class ScanError : std::uint8_t {
    none,
    not_json,      ///< -32700; the whole text is checked against RFC 8259's grammar
    too_deep,      ///< -32700, nested deeper than max_depth
    not_a_request, ///< -32600: JSON, but neither an object nor an array
    empty_batch,   ///< -32600
    batch_too_large,
};

/// Why an element is no call, and is answered -32600.
enum class CallFlaw : std::uint8_t {
    none,
    no_object,
    no_method, ///< none, or one that is no string
    bad_id,    ///< neither a string, nor a number, nor null (JSON-RPC 2.0 §4)
    ambiguous, ///< two nodes could read it in two ways
};

/// One call. All views point into the scanned text.
struct Call {
    bool valid = false; ///< an object with a string "method"; otherwise `flaw` or `barred` say why not
    CallFlaw flaw = CallFlaw::no_object;
    std::string_view text;     ///< the whole element
    std::string_view id;       ///< raw JSON ("7", "\"a\"", "null"); empty when absent: a notification
    std::string_view method;   ///< between the quotes, escapes left as they are
    std::string_view params;   ///< raw JSON; empty when absent
    std::string_view shadowed; ///< the first of repeated methods; some nodes may take that one
    /// A dangerous namespace that is not let through (el/requests.hpp); `valid` is false then.
    std::string_view barred;
};

struct Requests {
    bool batch = false;
    boost::container::small_vector<Call, 1> calls; ///< one, or the batch's in order
};

/// Scans a request body. `out` is overwritten.
ScanError scan_requests(std::string_view body, std::size_t max_items, Requests& out);

/// What an answer is, as far as its beginning tells.
struct Answer {
    enum class Kind : std::uint8_t {
        incomplete, ///< the prefix does not tell yet
        result,     ///< an object whose "result" came first (or alone)
        error,      ///< an object with a whole "error" value
        batch,      ///< begins with '['
        not_json,   ///< no JSON-RPC answer at all: HTML, empty, cut off while `complete`
    };
    Kind kind = Kind::incomplete;
    std::string_view id;            ///< raw JSON; empty when absent or not reached
    std::string_view result;        ///< raw JSON, cut after 256 bytes when longer
    std::int64_t error_code = 0;    ///< 0 when absent or no integer
    std::string_view error_message; ///< between the quotes, escapes left as they are; empty when absent
    std::string_view error_data;    ///< raw JSON; empty when absent
};

/// `complete`: the text is the whole answer. Not complete: `incomplete` is returned for as long as
/// more bytes could change the kind. `"result":…,"error":null` is a result; `"error":null` alone is not
/// an error. A result is reported as soon as its first byte is seen, except that a literal (null) is
/// waited for.
Answer scan_answer(std::string_view text, bool complete);
/// The same of what stands in an answer's member "error".
Answer scan_error(std::string_view error);

/// The number of the block in an answer to eth_getBlockByNumber, as far as the text has come.
std::optional<std::uint64_t> number_of_block(std::string_view answer);

/// The elements of a whole batch answer, in order; false when the text is not a JSON array of objects.
struct BatchElement {
    std::string_view text; ///< the whole element, as it came
    Answer answer;
};
bool scan_batch_answer(std::string_view text, std::vector<BatchElement>& out);

} // namespace weir::chain
