// The heads that clients have been told of by answers, over all workers: what a client has seen, the next
// answer should not fall behind. Written when a head is new (about once per block), read without a lock.
#pragma once

#include "net/io.hpp"
#include "nodes/snapshot.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace weir::nodes {

class SeenHeads {
  public:
    /// That node answered a client with this head.
    void told(std::uint32_t node_id, std::uint64_t head) {
        raise(by_node_[node_id], head);
        raise(layer_, head);
    }
    /// A client was told of this head otherwise than by a node's answer.
    void told(std::uint64_t head) { raise(layer_, head); }
    /// The highest head told.
    std::uint64_t layer() const { return layer_.load(std::memory_order_relaxed); }
    /// What the node is known to have: what its last check said, or what it has told since.
    std::uint64_t of(const NodeStatus& status) const {
        return std::max(status.head.value_or(0), told_by(status.node->id));
    }
    /// Two checks in a row found the node there, so it is not that clients hear of heads sooner: it went
    /// back.
    void went_back(std::uint32_t node_id, std::uint64_t head) {
        by_node_[node_id].store(head, std::memory_order_relaxed);
    }
    /// What the nodes are believed to be at, after each check; on the control thread. When they do not come
    /// to what was told of, it was a lie, or the chain went back: it must not blind the choice of nodes for
    /// good.
    void layer_is_at(std::uint64_t head, net::Clock::time_point now) {
        if (head >= awaited_) {
            awaited_ = layer();
            awaited_since_ = now;
        } else if (now - awaited_since_ > told_head_is_believed) {
            layer_.store(head, std::memory_order_relaxed);
            awaited_ = 0;
        }
    }
    std::uint64_t told_by(std::uint32_t node_id) const {
        return by_node_[node_id].load(std::memory_order_relaxed);
    }

  private:
    static void raise(std::atomic<std::uint64_t>& value, std::uint64_t to) {
        auto now = value.load(std::memory_order_relaxed);
        while (now < to && !value.compare_exchange_weak(now, to, std::memory_order_relaxed)) {}
    }
    /// As long as a WebSocket session insists on the head that it was told of.
    static constexpr std::chrono::seconds told_head_is_believed{10};

    std::atomic<std::uint64_t> layer_{0};
    std::uint64_t awaited_ = 0; ///< what the layer was told to be at, when it last came up to that
    net::Clock::time_point awaited_since_;
    std::array<std::atomic<std::uint64_t>, max_node_ids> by_node_{};
};

} // namespace weir::nodes
