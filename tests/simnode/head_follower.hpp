// Tells a layer's subscribers of each new head in order, as far as the node's faults let it know of them.
#pragma once

#include "chain.hpp"
#include "faults.hpp"

namespace simnode {

class HeadFollower {
  public:
    /// `name`: by which faults may match these events.
    HeadFollower(Chain& chain, Faults& faults, Layer layer, std::string_view name)
        : chain_(chain)
        , faults_(faults)
        , layer_(layer)
        , name_(name)
        , announced_(visible()) {}

    std::function<void(const Block&)> on_block;
    /// Before the blocks that replace the lost ones.
    std::function<void(const Reorg&)> on_reorg;

    void update() {
        auto effects = faults_.look(layer_, name_);
        if (effects.hang) return; // they come when it wakes up
        if (effects.wiped) {
            if (std::exchange(wiped_, true)) return;
            on_block(chain_.block(*effects.wiped));
            return;
        }
        wiped_ = false;
        auto head = effects.visible_head(chain_.head());
        announce(announced_ + 1, head);
        announced_ = std::max(announced_, head);
        // A lie is told once and kept apart: the true heads still come when it is over.
        if (effects.lie == 0)
            lie_ = 0;
        else if (auto claimed = head + effects.lie; claimed > std::max(lie_, announced_))
            on_block(chain_.block(lie_ = claimed));
    }
    void rewind() { announced_ = std::min(announced_, visible()); }
    void reorganise(Reorg reorg) {
        if (reorg.from > announced_) return;
        reorg.old_head = std::min(reorg.old_head, announced_);
        on_reorg(reorg);
        announce(reorg.from, announced_);
    }

  private:
    static constexpr std::uint64_t most = 1024; // a jump of millions announces only its end

    std::uint64_t visible() const { return faults_.look(layer_, name_).visible_head(chain_.head()); }
    void announce(std::uint64_t from, std::uint64_t to) {
        if (to >= most) from = std::max(from, to - most + 1);
        for (; from <= to; ++from)
            if (!chain_.is_null_round(from)) on_block(chain_.block(from));
    }

    Chain& chain_;
    Faults& faults_;
    Layer layer_;
    std::string_view name_;
    std::uint64_t announced_;
    std::uint64_t lie_ = 0;
    bool wiped_ = false;
};

} // namespace simnode
