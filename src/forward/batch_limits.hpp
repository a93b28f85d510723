// How large a batch each node takes, as far as traffic has shown: so that the next one is split at once. Of
// one worker. Believed for a while only, so that a limit that was raised is found.
#pragma once

#include "net/io.hpp"
#include "nodes/snapshot.hpp"

#include <algorithm>
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
    /// What can only be supposed: a single call may have been to blame, which any client can send. Beside
    /// what the node has said, and taken back without it.
    static constexpr std::chrono::seconds is_supposed{30};

    struct Limit {
        std::size_t calls = unlimited; ///< 1: no arrays at all, calls go alone
        std::size_t bytes = unlimited; ///< of the body
    };

    Limit of(std::uint32_t node_id, net::Clock::time_point now) const {
        const auto& known = known_[node_id];
        if (!known) return {};
        const auto said = known->said.at(now), supposed = known->supposed.at(now);
        return {std::min(said.calls, supposed.calls), std::min(said.bytes, supposed.bytes)};
    }
    /// Takes no more than this, as it has said.
    void learn(std::uint32_t node_id, Limit limit, net::Clock::time_point now);
    /// Takes no more than this, so it seems.
    void suppose(std::uint32_t node_id, Limit limit, net::Clock::time_point now);
    void take_back(std::uint32_t node_id) {
        if (known_[node_id]) known_[node_id]->supposed = {};
    }
    /// The id is another node's now.
    void forget(std::uint32_t node_id) { known_[node_id].reset(); }

  private:
    struct Belief {
        Limit limit;
        net::Clock::time_point until;

        Limit at(net::Clock::time_point now) const { return until > now ? limit : Limit{}; }
        void lower(Limit to, Duration believed, net::Clock::time_point now);
    };
    struct Known {
        Belief said, supposed;
    };
    Known& known(std::uint32_t node_id);

    std::array<std::unique_ptr<Known>, nodes::max_node_ids> known_; ///< made by a first refusal
};

} // namespace weir::forward
