// How large a batch each node takes, as far as traffic has shown: so that the next one is split at once. Of
// one worker. Believed for a while only, so that a limit that was raised is found.
#pragma once

#include "net/io.hpp"
#include "nodes/snapshot.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <memory>

namespace weir::forward {

class BatchLimits {
  public:
    using Duration = net::Clock::duration;
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
    /// What the node has said.
    static constexpr std::chrono::minutes is_believed{5};
    /// What can only be supposed: a single call may have been to blame, which any client can send.
    static constexpr std::chrono::seconds is_supposed{30};

    struct Limit {
        std::size_t calls = unlimited; ///< 1: no arrays at all, calls go alone
        std::size_t bytes = unlimited; ///< of the body
    };

    Limit of(std::uint32_t node_id, net::Clock::time_point now) const {
        const auto& known = known_[node_id];
        return known && known->until > now ? known->limit : Limit{};
    }
    /// Takes more than this no longer.
    void learn(std::uint32_t node_id, Limit limit, Duration believed, net::Clock::time_point now);
    void forget(std::uint32_t node_id) { known_[node_id].reset(); }

  private:
    struct Known {
        Limit limit;
        net::Clock::time_point until;
    };
    std::array<std::unique_ptr<Known>, nodes::max_node_ids> known_; ///< made by a first refusal
};

} // namespace weir::forward
