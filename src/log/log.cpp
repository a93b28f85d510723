#include "log/log.hpp"

#include "log/format.hpp"
#include "log/outlet.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <mutex>
#include <unistd.h>

namespace weir::log {

namespace {

constexpr std::size_t queue_size = 8192; ///< events; when it is full the oldest give way
/// What is queued at the end has so long: a reader that takes nothing does not hold up the end of the
/// program.
constexpr std::chrono::milliseconds last_words{250};

std::atomic<Level> threshold{Level::off};
Format chosen_format = Format::text;
std::shared_ptr<spdlog::logger> logger;

std::string line_of(Level level, std::string_view message, std::span<const Field> fields) {
    const auto now = std::chrono::system_clock::now();
    return chosen_format == Format::json ? format_json(now, level, message, fields)
                                         : format_text(now, level, message, fields);
}

/// Events that nobody read in time: dropped here, or pushed out of the queue while this one waited.
class Sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit Sink(std::weak_ptr<spdlog::details::thread_pool> queue)
        : outlet_(STDERR_FILENO)
        , queue_(std::move(queue)) {}

    std::uint64_t dropped() const {
        const auto queue = queue_.lock();
        return outlet_.dropped() + (queue ? queue->overrun_counter() : 0);
    }
    void hurry() { outlet_.hurry(last_words); }

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        std::string line(message.payload.data(), message.payload.size());
        line += '\n';
        if (!outlet_.write(line)) return;
        const auto lost = dropped();
        if (lost == told_) return;
        const auto count = std::to_string(lost - told_);
        told_ = lost;
        const Field field{"count", count};
        outlet_.write(line_of(Level::warn, "log lines were dropped: nobody read them", {&field, 1}) + '\n');
    }
    void flush_() override {}

    Outlet outlet_;
    std::weak_ptr<spdlog::details::thread_pool> queue_;
    std::uint64_t told_ = 0;
};

std::shared_ptr<Sink> sink;

} // namespace

void start(Level level, Format format) {
    spdlog::init_thread_pool(queue_size, 1);
    sink = std::make_shared<Sink>(spdlog::thread_pool());
    logger = std::make_shared<spdlog::async_logger>("weir", sink, spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(spdlog::level::trace);
    chosen_format = format;
    threshold = level;
}

void stop() {
    threshold = Level::off;
    if (sink) sink->hurry();
    logger.reset();
    spdlog::shutdown();
    sink.reset();
}

std::uint64_t dropped() {
    return sink ? sink->dropped() : 0;
}

bool enabled(Level level) {
    return level >= threshold.load(std::memory_order_relaxed) && level != Level::off;
}

void event(Level level, std::string_view message, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    logger->info("{}", line_of(level, message, {fields.begin(), fields.size()}));
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
