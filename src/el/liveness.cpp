#include "el/liveness.hpp"

#include <utility>

namespace weir::el {

Liveness::Finding Liveness::look(const Sight& sight, const Patience& patience, net::Clock::time_point now) {
    bool takes = false;
    if (wants_bytes(sight.writing, sight.written)) {
        takes = std::exchange(acknowledged_, sight.acknowledged) != sight.acknowledged;
        owes_ = !takes;
    }
    written_ = sight.written;
    if (std::exchange(heard_, false) || takes || sight.unread) alive_at_ = now;
    if (!sight.writing || takes) {
        stalled_since_.reset();
    } else if (!stalled_since_) {
        stalled_since_ = now;
    }
    if (sight.writing) {
        const bool slow = stalled_since_ && now - *stalled_since_ >= patience.send_timeout;
        return slow ? Finding::slow : Finding::alive;
    }
    if (sight.unread) return Finding::alive;
    if (now - alive_at_ >= patience.ping_timeout && pinged_at_ > alive_at_) return Finding::lost;
    if (now - pinged_at_ < patience.ping_interval) return Finding::alive;
    pinged_at_ = now;
    return Finding::ping;
}

} // namespace weir::el
