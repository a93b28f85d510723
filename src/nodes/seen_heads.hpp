// The heads that clients have been told of by answers, over all workers: what a client has seen, the next
// answer should not fall behind. Written when a head is new (about once per block), read without a lock.
#pragma once

#include "chain/told_block.hpp"
#include "net/io.hpp"
#include "nodes/seen_blocks.hpp"
#include "nodes/snapshot.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace weir::nodes {

using chain::HeadTag;

class SeenHeads {
  public:
    /// As long as a WebSocket session insists on the head that it was told of.
    static constexpr std::chrono::seconds told_head_is_believed{10};

    /// That node answered a client with this head.
    void told(std::uint32_t node_id, std::uint64_t head) {
        raise(by_node(HeadTag::latest)[node_id], head);
        raise(of_layer(HeadTag::latest), head);
    }
    /// The same of another head, or what it would have told. Nobody asks nodes for these by himself: the last
    /// word of each counts.
    void told(std::uint32_t node_id, HeadTag tag, std::uint64_t head, net::Clock::time_point now) {
        if (tag == HeadTag::latest) {
            told(node_id, head);
            return;
        }
        set(by_node(tag)[node_id], head);
        const auto highest = layer(tag);
        set(short_of_[static_cast<std::size_t>(tag)][node_id], head < highest ? highest : 0);
        if (head < highest) return;
        auto& met = met_[static_cast<std::size_t>(tag)];
        const auto at = now.time_since_epoch().count();
        if (at - met.load(std::memory_order_relaxed) > told_is_noted.count())
            met.store(at, std::memory_order_relaxed);
        raise(of_layer(tag), head);
    }
    /// The node was asked since somebody told of that head, and had less.
    bool falls_short(std::uint32_t node_id, HeadTag tag, std::uint64_t of) const {
        return told_by(node_id, tag) < of &&
               short_of_[static_cast<std::size_t>(tag)][node_id].load(std::memory_order_relaxed) >= of;
    }
    /// The node has that block, whatever its head is.
    void has(std::uint32_t node_id, std::uint64_t number) {
        raise(by_node(HeadTag::latest)[node_id], number);
    }
    /// A client was told of this head otherwise than by a node's answer.
    void told(std::uint64_t head) { raise(of_layer(HeadTag::latest), head); }
    /// The highest head told.
    std::uint64_t layer(HeadTag tag = HeadTag::latest) const {
        return layer_[static_cast<std::size_t>(tag)].load(std::memory_order_relaxed);
    }
    chain::ToldHeads heads() const {
        chain::ToldHeads heads;
        for (const auto tag : chain::all_head_tags)
            heads[tag] = layer(tag);
        return heads;
    }
    /// What the node is known to have: what its last check said, or what it has told since.
    std::uint64_t of(const NodeStatus& status) const {
        return std::max(status.head.value_or(0), told_by(status.node->id));
    }
    /// The highest that some node in service has.
    std::uint64_t highest_of(const LayerView& layer) const {
        std::uint64_t highest = 0;
        for (const auto& status : layer.nodes) {
            if (status.in_service()) highest = std::max(highest, of(status));
        }
        return highest;
    }
    /// Two checks in a row found the node there, so it is not that clients hear of heads sooner: it went
    /// back.
    void went_back(std::uint32_t node_id, std::uint64_t head) {
        by_node(HeadTag::latest)[node_id].store(head, std::memory_order_relaxed);
    }
    /// What the nodes are believed to be at, after each check; on the control thread. When they do not come
    /// to what was told of, it was a lie, or the chain went back: it must not blind the choice of nodes for
    /// good.
    void layer_is_at(std::uint64_t head, net::Clock::time_point now) {
        if (head >= awaited_) {
            awaited_ = layer();
            awaited_since_ = now;
        } else if (now - awaited_since_ > told_head_is_believed) {
            of_layer(HeadTag::latest).store(head, std::memory_order_relaxed);
            awaited_ = 0;
        }
    }
    /// The same of a head that no check asks for: a client was given this, as nobody had better. When nobody
    /// has had for long, it is believed.
    void fell_back(HeadTag tag, std::uint64_t head, net::Clock::time_point now) {
        if (tag == HeadTag::latest || head >= layer(tag)) return;
        const auto met = met_[static_cast<std::size_t>(tag)].load(std::memory_order_relaxed);
        if (now.time_since_epoch().count() - met > net::Clock::duration(told_head_is_believed).count())
            of_layer(tag).store(head, std::memory_order_relaxed);
    }
    std::uint64_t told_by(std::uint32_t node_id, HeadTag tag = HeadTag::latest) const {
        return by_node_[static_cast<std::size_t>(tag)][node_id].load(std::memory_order_relaxed);
    }

    SeenBlocks blocks;

  private:
    using Head = std::atomic<std::uint64_t>;
    /// Not with every answer: a write takes the cache line from the other workers.
    static constexpr net::Clock::duration told_is_noted = std::chrono::seconds(1);
    static void raise(Head& value, std::uint64_t to) {
        auto now = value.load(std::memory_order_relaxed);
        while (now < to && !value.compare_exchange_weak(now, to, std::memory_order_relaxed)) {}
    }
    /// A write takes the cache line from the other workers, even if it changes nothing.
    static void set(Head& value, std::uint64_t to) {
        if (value.load(std::memory_order_relaxed) != to) value.store(to, std::memory_order_relaxed);
    }
    std::array<Head, max_node_ids>& by_node(HeadTag tag) { return by_node_[static_cast<std::size_t>(tag)]; }
    Head& of_layer(HeadTag tag) { return layer_[static_cast<std::size_t>(tag)]; }

    std::array<Head, chain::head_tags> layer_{};
    std::uint64_t awaited_ = 0; ///< what the layer was told to be at, when it last came up to that
    net::Clock::time_point awaited_since_;
    std::array<std::atomic<net::Clock::rep>, chain::head_tags> met_{}; ///< when a node last had it
    std::array<std::array<Head, max_node_ids>, chain::head_tags> by_node_{}, short_of_{};
};

} // namespace weir::nodes
