#include "el/errors.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace weir::el {

namespace {

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string_view id_or_null(std::string_view id) {
    return id.empty() ? std::string_view("null") : id;
}

std::string answer_with(std::string_view id, std::string_view key, std::string_view value) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    out.append(id_or_null(id)).append(",\"").append(key).append("\":").append(value).append("}");
    return out;
}

} // namespace

std::string error_object(std::string_view id, int code, std::string_view message) {
    return error_answer(id, "{\"code\":" + std::to_string(code) + ",\"message\":" + quoted(message) + '}');
}

std::string error_answer(std::string_view id, std::string_view error) {
    return answer_with(id, "error", error);
}

std::string result_answer(std::string_view id, std::string_view result) {
    return answer_with(id, "result", result);
}

std::string string_result(std::string_view id, std::string_view result) {
    return result_answer(id, quoted(result));
}

std::string scan_error_object(chain::ScanError error, std::size_t max_batch_items) {
    switch (error) {
    case chain::ScanError::too_deep:
        return error_object({}, parse_error,
                            "parse error: nested deeper than " + std::to_string(chain::max_depth) +
                                " levels");
    case chain::ScanError::not_a_request:
        return error_object({}, invalid_request, "invalid request: neither an object nor an array");
    case chain::ScanError::empty_batch:
        return error_object({}, invalid_request, "invalid request: empty batch");
    case chain::ScanError::batch_too_large:
        return error_object({}, invalid_request,
                            "batch of more than " + std::to_string(max_batch_items) + " calls");
    case chain::ScanError::none:
    case chain::ScanError::not_json:
        break;
    }
    return error_object({}, parse_error, "parse error: the message is not JSON");
}

} // namespace weir::el
