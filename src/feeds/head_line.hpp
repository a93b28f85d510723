// The one line of heads that clients are told, whatever node it is read from: pure, without sockets or
// clock. Headers name themselves by their hash, so it does not matter who gave one: what one node has
// announced fills the gap behind another's head.
//
// From the current source comes a head (the target). The line walks from it back by parents until it
// meets what clients were told last, and then tells the way from there: first the blocks that are no
// longer part of it, newest first, then the new ones, oldest first. A parent that nobody has given yet
// is asked for (wanted()). Numbers only have to rise, hashes make the line; but a number that is not the next
// one after its parent's needs a second node that says the same, or nobody else who could: a chain that skips
// numbers is rare, a node that gives a block a wrong number is as well. Where the branches part below the
// first block that the line knows, the line too is followed down, as far as somebody still has those blocks.
// A source that was just changed to may be a little behind: until it has caught up with the tip once, its
// lower heads are no news (see trusted).
//
//            lead(head above or beside the tip)      all parents known
//   resting ----------------------------------> walking --------------> resting, steps told
//      ^  lead(known or lower, untrusted head)    |  ^
//      +------------------------------------------+  | wanted() -> heard()
#pragma once

#include "feeds/header_book.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
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
        : max_gap_(max_gap) {
        set_max_gap(max_gap);
    }

    void set_max_gap(std::size_t blocks) {
        max_gap_ = blocks;
        book_.set_room(4 * blocks + 64); // a whole gap, and what comes meanwhile
    }

    /// That node announced or gave this header.
    void heard(HeaderBook::Node node, const chain::HeaderPtr& header);
    /// The source's head is this now.
    void lead(HeaderBook::Node source, const chain::HeaderPtr& head);
    /// Nobody has this block. One of the branch that was left is then done without; one of the source's own
    /// branch goes on being wanted: who announced its child will have it.
    void nobody_has(const std::string& hash);
    /// Nobody else can say whether its number is right: it is believed.
    void accept(const std::string& hash);
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
    /// What is wanted has been heard: another node's word on it is needed.
    bool wants_second_word() const { return wanted_ && second_word_; }
    bool has_said(HeaderBook::Node node, const std::string& hash) const { return book_.has_said(node, hash); }
    /// The way to the source's head is longer than max_gap: nothing more is told until restart().
    bool overflowed() const { return overflowed_; }

    /// The last head told; null before the first.
    chain::HeaderPtr tip() const { return line_.empty() ? nullptr : line_.back(); }
    const chain::HeaderPtr& target() const { return target_; }
    /// It was told, and is still part of the line.
    bool contains(const std::string& hash) const { return numbers_.contains(hash); }
    bool trusted() const { return trusted_; }

  private:
    /// Where the way down stands.
    enum class Way : std::uint8_t { on, met, ended };

    void advance();
    Way grow_down(const chain::Header& at);
    bool is_believed(const HeaderBook::Claim& claim, std::optional<std::uint64_t> parent) const;
    HeaderBook::Claim best(const std::string& hash) const;
    std::optional<std::uint64_t> number_of(const std::string& hash) const;
    void want(const std::string& hash, bool second_word);
    void push_back(const chain::HeaderPtr& header);
    void push_front(const chain::HeaderPtr& header);
    void tell(const std::vector<chain::HeaderPtr>& newest_first);

    std::size_t max_gap_;
    std::deque<chain::HeaderPtr> line_;                      ///< each the parent of the next; the newest last
    std::unordered_map<std::string, std::uint64_t> numbers_; ///< of the line's blocks
    HeaderBook book_;
    std::unordered_set<std::string> accepted_;
    chain::HeaderPtr target_;
    std::optional<std::string> wanted_;
    std::string lost_root_; ///< the parent of the line's first block, when nobody has it
    std::vector<Step> steps_;
    bool second_word_ = false;
    bool skips_ = false; ///< a number was left out, and that was right
    bool trusted_ = false;
    bool overflowed_ = false;
};

} // namespace weir::feeds
