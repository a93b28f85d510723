#include "net/deadline.hpp"

#include <algorithm>

namespace weir::net {

void Deadline::set(Clock::time_point at) {
    unlink();
    expired_ = false;
    wheel_.place(*this, at);
}

std::uint64_t DeadlineWheel::tick_of(Clock::time_point at) const {
    if (at <= start_) return 0;
    return static_cast<std::uint64_t>((at - start_) / tick);
}

void DeadlineWheel::place(Deadline& deadline, Clock::time_point at) {
    if (stopped_) return;
    if (!running_) current_ = tick_of(Clock::now()); // the wheel stood still: catch up
    // Rounded up, and never into a slot that was already looked at.
    deadline.due_tick_ = std::max(tick_of(at) + 1, current_ + 1);
    slots_[deadline.due_tick_ % slot_count].push_back(deadline);
    if (!running_) {
        running_ = true;
        run_timer();
    }
}

void DeadlineWheel::run_timer() {
    timer_.expires_after(tick);
    timer_.async_wait([this](error_code ec) {
        if (ec || stopped_) return;
        advance();
    });
}

void DeadlineWheel::advance() {
    const std::uint64_t now = tick_of(Clock::now());
    // After a pause longer than one turn every slot is due once; more turns would find nothing new.
    std::uint64_t from = current_ + 1;
    if (now > slot_count && from < now - slot_count + 1) from = now - slot_count + 1;
    current_ = now;
    List due;
    for (std::uint64_t t = from; t <= now; ++t) {
        List& slot = slots_[t % slot_count];
        for (auto it = slot.begin(); it != slot.end();) {
            Deadline& deadline = *it++;
            if (deadline.due_tick_ > now) continue; // a later turn's
            deadline.unlink();
            due.push_back(deadline);
        }
    }
    // Actions may set, clear or destroy deadlines, including others in `due`: take one at a time.
    while (!due.empty()) {
        Deadline& deadline = due.front();
        due.pop_front();
        deadline.expired_ = true;
        deadline.action_(deadline.self_);
    }
    if (stopped_) return;
    if (empty()) {
        running_ = false;
        return;
    }
    run_timer();
}

bool DeadlineWheel::empty() const {
    return std::all_of(slots_.begin(), slots_.end(), [](const List& slot) { return slot.empty(); });
}

void DeadlineWheel::stop() {
    stopped_ = true;
    timer_.cancel();
    for (List& slot : slots_)
        slot.clear();
}

} // namespace weir::net
