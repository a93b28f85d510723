#include "el/errors.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace weir::el {

namespace {

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

std::string_view id_or_null(std::string_view id) { return id.empty() ? std::string_view("null") : id; }

} // namespace

std::string error_object(std::string_view id, int code, std::string_view message) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    out.append(id_or_null(id)).append(R"(,"error":{"code":)").append(std::to_string(code));
    out.append(R"(,"message":)").append(quoted(message)).append("}}");
    return out;
}

std::string string_result(std::string_view id, std::string_view result) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    out.append(id_or_null(id)).append(R"(,"result":)").append(quoted(result)).append("}");
    return out;
}

} // namespace weir::el
