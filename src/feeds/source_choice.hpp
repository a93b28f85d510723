// Which node the feeds are read from: a pure rule over what is known of the nodes.
//
// Of the nodes than which none is better (fit, else held back, else stale) the best tier counts; within it
// the configured order decides, but a node must be ready: its WebSocket follows its heads (or it has none and
// is polled), and it does not stand still while others move. A node that comes before the current one takes
// over again once it has been ready for a while
// (`hold`), so that a flapping one does not pull the feeds back and forth; a node that is lost is left at
// once. A node whose head nobody believes moves nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace weir::feeds {

struct SourceCandidate {
    std::uint32_t id = 0;
    bool primary = true;
    bool best = false;       ///< no node's standing is better, and it may be asked
    bool doubted = false;    ///< its head is beyond belief or not to be had: only if there is no other
    bool followable = false; ///< it has a WebSocket URL
    bool followed = false;   ///< and its heads come over it
    bool silent = false;     ///< its WebSocket is open, but new heads do not come
    bool elsewhere =
        false; ///< its last head is beside what clients were told: no reason to go there by choice
    std::optional<std::uint64_t> head; ///< the last one that it announced; while followed
    /// One of the best, and followed if it can be, since then.
    std::chrono::steady_clock::time_point ready_since{};
};

/// `nodes` in configured order. Nothing when no node may be asked and none was in use.
std::optional<std::uint32_t> choose_source(std::span<const SourceCandidate> nodes,
                                           std::optional<std::uint32_t> current,
                                           std::chrono::milliseconds hold,
                                           std::chrono::steady_clock::time_point now);

} // namespace weir::feeds
