// What nodes answer, as judge_el() is told of it.
#pragma once

#include "routing/verdict.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::routing {

inline ElAnswer answer_of(std::string_view method, std::string_view json, int status = 200) {
    ElAnswer facts;
    facts.http_status = status;
    facts.answer = chain::scan_answer(json, true);
    facts.method = chain::traits_of(method);
    return facts;
}

inline std::string error_json(std::int64_t code, std::string_view message) {
    return R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::to_string(code) + R"(,"message":")" +
           std::string(message) + R"("}})";
}

} // namespace weir::routing
