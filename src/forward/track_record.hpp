// What one worker has learned of one node from the requests that it sent there: how long it takes, when it
// was heard last, and whether its failures tell of the node or of one kind of call. Pure: time is passed in.
//
// Failures that belong together count once: in a row counts only what began after the last one that counted
// (a thousand connections that die of one event are one failure), and for the share it is slices of 100 ms
// that succeed or fail, by the majority of what ended in them. What fails with an answer, or by its time,
// may be about the kind of call: in a row it counts only when another kind has failed too.
#pragma once

#include "forward/call_kind.hpp"
#include "forward/usual_time.hpp"
#include "net/io.hpp"

#include <array>
#include <memory>
#include <optional>

namespace weir::forward {

class TrackRecord {
  public:
    using TimePoint = net::Clock::time_point;
    using microseconds = std::chrono::microseconds;

    /// Of what a failure tells.
    enum class About : std::uint8_t {
        node, ///< connect, reset, no HTTP, another call's answer
        kind, ///< an answer that is none, time used up: perhaps only for such calls
    };
    /// How much failing is a reason to leave the node.
    struct Limits {
        std::uint32_t in_a_row = 3;
    };
    struct Condemned {
        std::uint32_t in_a_row = 0; ///< 0: not that, but more than half of its requests
    };

    static constexpr net::milliseconds slice{100};
    static constexpr std::size_t slices = 20;
    static constexpr std::chrono::seconds window{10};
    /// Who has just answered fails by chance until he has done so twice as often.
    static constexpr net::milliseconds answers_well{200};
    /// How long a kind of call goes to others first: this long, then twice as long each time, up to the
    /// other; then one call finds out. An answer is no reason to forget it: large ones may be lost where
    /// small ones get through. A trouble that has stayed away for as long as it was avoided is forgotten.
    static constexpr std::chrono::seconds first_avoidance{2}, longest_avoidance{300};
    static constexpr std::chrono::milliseconds same_miss{500};
    static constexpr std::chrono::seconds misses_add_up{10};

    void answered(CallKind kind, microseconds took, TimePoint now);
    /// Enough to leave the node, if it says so.
    std::optional<Condemned> failed(CallKind kind, About about, TimePoint began, TimePoint now,
                                    const Limits& limits);
    /// It spoke, whatever it said.
    void heard(TimePoint now) { heard_at_ = now; }
    /// Another node answered while this one was still waited for: once may be chance, twice is not, and
    /// neither is very late.
    void outrun(CallKind kind, TimePoint began, TimePoint now);
    /// Such calls go to others first for a while.
    void avoid(CallKind kind, TimePoint now);
    /// What took it out counts no more when it is back.
    void forget_failures();

    bool has_troubles() const { return troubles_ != nullptr; }
    /// Such calls go to others first.
    bool is_avoided(CallKind kind, TimePoint now) const {
        return troubles_ && (*troubles_)[kind].until > now;
    }
    net::milliseconds patience(CallKind kind) const {
        return usual_ ? patience_with((*usual_)[kind]) : longest_patience;
    }
    /// The last answer of any kind, also of those that were failures.
    TimePoint heard_at() const { return heard_at_; }

  private:
    struct Trouble {
        TimePoint until{};  ///< avoided until then
        TimePoint missed{}; ///< it was outrun, which alone is no reason
        std::uint8_t times = 0;
    };
    struct Slice {
        std::int64_t index = -1;
        std::uint32_t good = 0, bad = 0;
    };

    Trouble& trouble_with(CallKind kind);
    Slice& current(TimePoint now);
    bool fails_mostly(TimePoint now) const;

    std::unique_ptr<std::array<UsualTime, call_kinds>> usual_;  ///< made with the first answer
    std::unique_ptr<std::array<Trouble, call_kinds>> troubles_; ///< made with the first trouble
    std::array<Slice, slices> slices_;
    std::size_t newest_ = 0;
    TimePoint heard_at_{}, good_at_{};
    TimePoint last_counted_{};
    std::uint32_t in_a_row_ = 0;
    CallKind row_kind_ = 0;   ///< of the row's first
    bool row_proves_ = false; ///< it is about the node, or of several kinds
};

} // namespace weir::forward
