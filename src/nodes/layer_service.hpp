// Who serves a layer, as the log and the metrics tell it: when backups take over, when nobody is left, how
// long that took. Pure: a view of the nodes and the time in, what has happened out.
//
//                 backups serve, no primary is fit
//   primaries <------------------------------------> backups
//       ^ |                                            | ^
//       | +---------------------> nobody <-------------+ |
//       +---------------------------+--------------------+
//
// Backups count as in use from the moment they serve until a primary serves again: an outage of all nodes in
// between does not end that, or an alert on it would resolve while nothing works.
#pragma once

#include "nodes/snapshot.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace weir::nodes {

class LayerService {
  public:
    using Clock = std::chrono::steady_clock;

    enum class Event : std::uint8_t {
        lost,        ///< nobody is in service any more, or nobody ever was
        back,        ///< after that somebody is
        failed_over, ///< backups serve, as no primary is fit
        failed_back,
    };

    /// `since`: when weir began to watch the layer.
    explicit LayerService(Clock::time_point since)
        : lost_at_(since) {}

    /// In the order in which they are to be told.
    std::vector<Event> look(const LayerView& view, Clock::time_point now);

    bool failover_active() const { return failover_; }
    /// Since when nobody is in service; nothing: somebody is.
    const std::optional<Clock::time_point>& lost_at() const { return lost_at_; }
    /// How long nobody was, before the last Event::back.
    Clock::duration outage() const { return outage_; }
    /// Who serves.
    Tier tier() const { return tier_; }

  private:
    std::optional<Clock::time_point> lost_at_;
    Clock::duration outage_{};
    Tier tier_ = Tier::primary;
    bool served_ = false; ///< somebody has ever
    bool told_ = false;   ///< that nobody is in service
    bool failover_ = false;
};

/// "12 s", "0.3 s"
std::string in_words(LayerService::Clock::duration time);

} // namespace weir::nodes
