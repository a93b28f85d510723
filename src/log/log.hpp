// Logs are events with fields, one per change that an operator would act on. Text or JSON lines on
// stderr. Not for the request path: an event that is off costs one comparison, one that is on
// formats and hands over to spdlog's background thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir::log {

enum class Level : std::uint8_t { trace, debug, info, warn, error, off };
enum class Format : std::uint8_t { text, json };

struct Field {
    std::string_view key;
    std::string value;
};

/// Called once by the command line before any thread starts. `off` silences everything.
void start(Level level, Format format);
/// Writes what is queued, as far as somebody reads it now, and ends the background thread; later events are
/// dropped.
void stop();
/// Events that nobody read in time.
std::uint64_t dropped();

bool enabled(Level level);
void event(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
    event(Level::info, message, fields);
}
inline void warn(std::string_view message, std::initializer_list<Field> fields = {}) {
    event(Level::warn, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
    event(Level::error, message, fields);
}

/// "trace", "debug", "info", "warn", "error", "off"; false when the name is none of them.
bool parse_level(std::string_view name, Level& level);

} // namespace weir::log
