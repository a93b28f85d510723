// Whether a WebSocket client is still there. Signs of life are what it sends, pongs above all, and bytes of
// messages that its kernel takes: a client may be busy for long and not read meanwhile. That its kernel takes
// the pings is none: it does that for a process that will never read again. Pure, but for the time.
//
//   heard, or takes what is sent ---> alive ---(ping_interval)---> pinged ---(ping_timeout in all)---> lost
//   a message waits for its kernel ---(send_timeout without a byte taken)---> slow
#pragma once

#include "net/io.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace weir::el {

class Liveness {
  public:
    struct Patience {
        net::milliseconds ping_interval, ping_timeout, send_timeout;
        /// How often to look.
        net::milliseconds pause() const {
            return std::max(net::milliseconds(10),
                            std::min({ping_interval, ping_timeout / 2, send_timeout / 2}));
        }
    };
    /// What is seen of the client at the moment.
    struct Sight {
        bool writing = false;           ///< a message is on its way to its kernel
        bool unread = false;            ///< nothing of what it sends is read: it has too many calls in flight
        std::uint64_t written = 0;      ///< messages that its kernel has been given so far
        std::uint64_t acknowledged = 0; ///< bytes that it has taken so far; asked for only if wants_bytes()
    };
    enum class Finding : std::uint8_t { alive, ping, lost, slow };

    void begin(net::Clock::time_point now) { alive_at_ = pinged_at_ = now; }
    /// Something came from it.
    void heard() { heard_ = true; }
    /// It shows in the acknowledged bytes whether it takes what is sent.
    bool wants_bytes(bool writing, std::uint64_t written) const {
        return writing || owes_ || written != written_;
    }
    Finding look(const Sight& sight, const Patience& patience, net::Clock::time_point now);

  private:
    net::Clock::time_point alive_at_{}, pinged_at_{};
    std::optional<net::Clock::time_point> stalled_since_;
    std::uint64_t written_ = 0, acknowledged_ = 0;
    bool heard_ = false;
    bool owes_ = false; ///< messages were sent since it was last seen to take bytes
};

} // namespace weir::el
