// The one line of heads that clients are told, whatever node it is read from: pure, without sockets or
// clock. Headers name themselves by their hash, so it does not matter who gave one: what one node has
// announced fills the gap behind another's head.
//
// From the current source comes a head (the target). The line walks from it back by parents until it
// meets what clients were told last, and then tells the way from there: first the blocks that are no
// longer part of it, newest first, then the new ones, oldest first. A parent that nobody has given yet
// is asked for (wanted()). Where the branches part below the first block that the line knows, the line too is
// followed down, as far as somebody still has those blocks. A source that was just changed to may be a little
// behind: until it has caught up with the tip once, its lower heads are no news (see trusted).
//
//            lead(head above or beside the tip)      all parents known
//   resting ----------------------------------> walking --------------> resting, steps told
//      ^  lead(known or lower, untrusted head)    |  ^
//      +------------------------------------------+  | wanted() -> heard()
#pragma once

#include "chain/header.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::feeds {

struct Step {
    enum class Kind : std::uint8_t { removed, added };
    Kind kind = Kind::added;
    chain::HeaderPtr header;

    bool operator==(const Step&) const = default;
};

class HeadLine {
  public:
    /// `max_gap`: the longest way, in blocks, that is filled or taken back.
    explicit HeadLine(std::size_t max_gap)
        : max_gap_(max_gap) {}

    void set_max_gap(std::size_t blocks) { max_gap_ = blocks; }

    /// Some node announced or gave this header.
    void heard(const chain::HeaderPtr& header);
    /// The same from the source, or from a node that was asked for it: what others said of this hash is
    /// forgotten.
    void given(const chain::HeaderPtr& header);
    /// The source's head is this now.
    void lead(const chain::HeaderPtr& head);
    /// Nobody has this block. One of the branch that was left is then done without; one of the source's own
    /// branch goes on being wanted: who announced its child will have it.
    void nobody_has(const std::string& hash);
    /// Another source leads from now on.
    void source_changed();
    /// Whatever the source says is the truth, even if it is lower than what was told.
    void trust();
    /// Begins anew at `head`, telling nothing.
    void restart(const chain::HeaderPtr& head);

    /// What to tell since the last call, in order.
    std::vector<Step> take_steps();
    /// The hash of a block that must be heard() for the line to go on.
    const std::optional<std::string>& wanted() const { return wanted_; }
    /// The way to the source's head is longer than max_gap: nothing more is told until restart().
    bool overflowed() const { return overflowed_; }

    /// The last head told; null before the first.
    chain::HeaderPtr tip() const { return line_.empty() ? nullptr : line_.back(); }
    const chain::HeaderPtr& target() const { return target_; }
    /// It was told, and is still part of the line.
    bool contains(const std::string& hash, std::uint64_t number) const;
    bool trusted() const { return trusted_; }

  private:
    /// Where the way down stands.
    enum class Way : std::uint8_t { on, met, ended };

    void advance();
    Way grow_down(const chain::Header& at);
    void tell(const std::vector<chain::HeaderPtr>& newest_first);

    std::size_t max_gap_;
    std::deque<chain::HeaderPtr> line_; ///< consecutive numbers, each the parent of the next; the newest last
    std::unordered_map<std::string, chain::HeaderPtr> known_;
    std::deque<std::string> known_order_;
    chain::HeaderPtr target_;
    std::optional<std::string> wanted_;
    std::string lost_root_; ///< the parent of the line's first block, when nobody has it
    std::vector<Step> steps_;
    bool trusted_ = false;
    bool overflowed_ = false;
};

} // namespace weir::feeds
