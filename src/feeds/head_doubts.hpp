// What speaks for a while against reading heads from a node: it could not tell its head, what it tells hangs
// in the air, or it is far below where it was itself. Pure; the time is passed in.
//
// A node far below where it was, and where clients are, was wiped or restarted with an older state: that is
// no reorganisation as long as others stand by what clients were told. One that has nobody beside it is
// believed after a while.
#pragma once

#include "chain/header.hpp"
#include "nodes/snapshot.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

namespace weir::feeds {

class HeadDoubts {
  public:
    using Node = std::uint32_t;
    using Time = std::chrono::steady_clock::time_point;

    /// Where the nodes in service are; `tip` is what clients were told last, if anything.
    void see(const nodes::LayerView& layer, std::optional<std::uint64_t> tip, std::uint64_t max_lag);
    bool is_doubted(Node node, Time now) const;

    void could_not_tell(Node node, Time until) { mute_until_[node] = until; }
    void told(Node node) { mute_until_.erase(node); }

    void hangs(Node node, Time until) { hanging_until_[node] = until; }
    void hangs_no_more(Node node) { hanging_until_.erase(node); }
    /// What it tells, or told before, is not so: it hangs in the air, or it is far below that now.
    bool is_lying(Node node, Time now) const;

    /// Is it far below where it was, with this head? Remembered until it is not.
    bool has_sunk(Node node, const chain::HeaderPtr& head, std::optional<std::uint64_t> tip,
                  std::uint64_t max_lag, Time now);
    std::optional<Time> sunk_since(Node node) const;
    /// From now on that is where it is; its head.
    chain::HeaderPtr believe_sunk(Node node);

    /// Nobody has answered for so long whether that block is as it was said to be. The first call begins it.
    bool is_overdue(const std::string& hash, std::chrono::milliseconds patience, Time now);
    /// Everybody says so; how often in a row now.
    int nobody_has(const std::string& hash);

  private:
    struct Sunk {
        chain::HeaderPtr head;
        Time since{};
    };

    std::unordered_map<Node, Time> mute_until_, hanging_until_;
    std::unordered_map<Node, std::uint64_t> heights_; ///< where each node is known to have been
    std::unordered_map<Node, Sunk> sunk_;
    std::string unconfirmed_, missing_;
    Time unconfirmed_since_{};
    int missing_for_ = 0;
};

} // namespace weir::feeds
