#include "log/format.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/chrono.h>

#include <algorithm>

namespace weir::log {

namespace {

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

bool plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return c > ' ' && c != '"' && c != '=' && c != 127; });
}

} // namespace

std::string_view to_string(Level level) {
    switch (level) {
    case Level::trace:
        return "trace";
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warn:
        return "warn";
    case Level::error:
        return "error";
    case Level::off:
        return "off";
    }
    return "";
}

std::string format_time(std::chrono::system_clock::time_point at) {
    const auto whole = std::chrono::time_point_cast<std::chrono::seconds>(at);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at - whole).count();
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), ms);
}

std::string format_text(std::chrono::system_clock::time_point at, Level level, std::string_view message,
                        std::span<const Field> fields) {
    std::string out = format_time(at);
    out.append(" ").append(to_string(level)).append(" ").append(message);
    for (const auto& field : fields) {
        out.append(" ").append(field.key).append("=").append(plain(field.value) ? field.value
                                                                                : quoted(field.value));
    }
    return out;
}

std::string format_json(std::chrono::system_clock::time_point at, Level level, std::string_view message,
                        std::span<const Field> fields) {
    std::string out = R"({"ts":")" + format_time(at) + R"(","level":")";
    out.append(to_string(level)).append(R"(","msg":)").append(quoted(message));
    for (const auto& field : fields)
        out.append(",").append(quoted(field.key)).append(":").append(quoted(field.value));
    return out + '}';
}

} // namespace weir::log
