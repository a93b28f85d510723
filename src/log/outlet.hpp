// Where lines go to: a descriptor whose reader may stop reading. A write to a full pipe blocks for as long as
// it likes; here it waits, is given up when the end has come, and never holds anything else up.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace weir::log {

class Outlet {
  public:
    /// `descriptor` stays whose it is. A pipe or a terminal is opened a second time, since others share the
    /// first and must not find it non-blocking.
    explicit Outlet(int descriptor);
    ~Outlet();
    Outlet(const Outlet&) = delete;
    Outlet& operator=(const Outlet&) = delete;

    /// Waits until the reader has taken it. False when it was dropped, whole or in part. One thread.
    bool write(std::string_view line);
    /// Whatever cannot be written within `rest` from now is dropped. Any thread.
    void hurry(std::chrono::milliseconds rest);
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  private:
    bool put(std::string_view& text);
    bool wait() const;

    enum class Kind : std::uint8_t { blocking, non_blocking, socket };
    int descriptor_;
    bool own_ = false;
    Kind kind_ = Kind::blocking;
    bool torn_ = false; ///< the beginning of a line is out, and its rest is not
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<std::int64_t> until_; ///< of the steady clock, in its own ticks
};

} // namespace weir::log
