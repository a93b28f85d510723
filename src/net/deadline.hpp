// Deadlines by the thousand for one thread: a hashed timing wheel in place of a timer per socket.
// Setting and clearing one moves a list node: no allocation, no system call. A deadline fires up
// to two ticks late, never early.
#pragma once

#include "net/io.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <cstdint>

namespace weir::net {

class DeadlineWheel;

/// One deadline of one object. Its action runs on the wheel's thread, once per set().
class Deadline
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    using Action = void (*)(void* self);

    Deadline(DeadlineWheel& wheel, Action action, void* self)
        : wheel_(wheel)
        , action_(action)
        , self_(self) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    /// Replaces what was set before; clears expired().
    void set(Clock::time_point at);
    void set(milliseconds from_now) { set(Clock::now() + from_now); }
    void clear() {
        unlink();
        expired_ = false;
    }
    /// True from the moment the action ran until the next set() or clear(). To be asked before each
    /// wait: a cancellation that comes while no operation is pending would otherwise be lost.
    bool expired() const { return expired_; }

  private:
    friend class DeadlineWheel;
    DeadlineWheel& wheel_;
    Action action_;
    void* self_;
    std::uint64_t due_tick_ = 0;
    bool expired_ = false;
};

class DeadlineWheel {
  public:
    static constexpr milliseconds tick{8};

    explicit DeadlineWheel(IoContext& io)
        : timer_(io)
        , start_(Clock::now()) {}
    DeadlineWheel(const DeadlineWheel&) = delete;
    DeadlineWheel& operator=(const DeadlineWheel&) = delete;

    /// No deadline fires any more and the wheel keeps no work pending: the thread's loop can end.
    void stop();

    /// The event loop has not come round for some ticks: what it has not told may have happened all the same.
    /// Known only while some deadline is set.
    bool lags(Clock::time_point now) const { return running_ && tick_of(now) > current_ + 3; }

  private:
    friend class Deadline;
    using List = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;
    static constexpr std::size_t slot_count = 1024;

    std::uint64_t tick_of(Clock::time_point at) const;
    void place(Deadline& deadline, Clock::time_point at);
    void run_timer();
    void advance();
    bool empty() const;

    Timer timer_;
    Clock::time_point start_;
    std::uint64_t current_ = 0; ///< every slot up to this tick has been looked at
    bool running_ = false;
    bool stopped_ = false;
    std::array<List, slot_count> slots_;
};

} // namespace weir::net
