// How one log event reads, as text or as a JSON line. Pure.
#pragma once

#include "log/log.hpp"

#include <chrono>
#include <span>
#include <string>

namespace weir::log {

/// `2026-11-23T20:31:04.123Z info node became fit node=geth-1`; values with spaces are quoted.
std::string format_text(std::chrono::system_clock::time_point at, Level level, std::string_view message,
                        std::span<const Field> fields);
/// `{"ts":"…","level":"info","msg":"…","node":"geth-1"}`
std::string format_json(std::chrono::system_clock::time_point at, Level level, std::string_view message,
                        std::span<const Field> fields);
/// RFC 3339, UTC, milliseconds.
std::string format_time(std::chrono::system_clock::time_point at);

std::string_view to_string(Level level);

} // namespace weir::log
