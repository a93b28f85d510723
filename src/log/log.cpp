#include "log/log.hpp"

#include "log/format.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace weir::log {

namespace {

constexpr std::size_t queue_size = 8192; ///< events; when it is full the oldest give way

std::atomic<Level> threshold{Level::off};
Format chosen_format = Format::text;
std::shared_ptr<spdlog::logger> logger;

} // namespace

void start(Level level, Format format) {
    spdlog::init_thread_pool(queue_size, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_pattern("%v");
    logger = std::make_shared<spdlog::async_logger>("weir", sink, spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    chosen_format = format;
    threshold = level;
}

void stop() {
    threshold = Level::off;
    logger.reset();
    spdlog::shutdown();
}

bool enabled(Level level) {
    return level >= threshold.load(std::memory_order_relaxed) && level != Level::off;
}

void event(Level level, std::string_view message, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    const auto now = std::chrono::system_clock::now();
    const std::span<const Field> list(fields.begin(), fields.size());
    const auto line = chosen_format == Format::json ? format_json(now, level, message, list)
                                                    : format_text(now, level, message, list);
    logger->info("{}", line);
}

bool parse_level(std::string_view name, Level& level) {
    for (const auto candidate :
         {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
        if (to_string(candidate) == name) {
            level = candidate;
            return true;
        }
    }
    return false;
}

} // namespace weir::log
