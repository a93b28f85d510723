// A call whose nodes refused it, or are not there, while one is about to come to what its client was told of:
// how long it waits, whom it asks again meanwhile, and what it gets when nothing better comes. The waiting
// itself is the endpoint's.
//
//   round: ask ---> a good answer, or a refusal that time will not mend ---> it stands
//            |
//            +----> worth a wait ---> the next change of the nodes ---> round
//                        | patience is over
//                        v
//                   one last round, in which everybody may be asked; what it brings, or the first refusal
#pragma once

#include "chain/error_class.hpp"
#include "el/judgement.hpp"
#include "net/io.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::el {

/// Of a call that has no good answer.
enum class Hope : std::uint8_t {
    none,        ///< time will not mend it
    unreachable, ///< no node could be reached; later one may
    soon,        ///< a node has announced what it does not serve yet
    coming,      ///< a fit node is about to come to what the client was told of
    behind,      ///< no fit node is at what the client was told of, or none answers with it
    as_before,   ///< nobody was asked in this round
};

/// What a client is told, where it is no answer that streams through.
struct Said {
    unsigned status = 200;
    bool ours = false;    ///< an error of weir's own
    bool refused = false; ///< a node's "not me"
    std::string text;     ///< empty: nothing is to be answered (notifications)
    std::string header_lines;
    std::optional<chain::ErrorClass> error; ///< of a single call: a node's JSON-RPC error
};

class Patience {
  public:
    /// After this a call without a node is tried again, whatever is heard of the nodes: one may be back
    /// before its check says so. A node that refused is not asked again before.
    static constexpr net::milliseconds longest_wait{250};

    /// `until`: the call's own end.
    explicit Patience(net::Clock::time_point until)
        : until_(until) {}
    void set_end(net::Clock::time_point until) { until_ = until; }

    /// Who said "not me" in this round.
    void note(const RefusedByAll& by, net::Clock::time_point now);
    /// After each round, which brought no answer that streams through. The time at which to go on with the
    /// next one, at the latest; nothing: `said` is what the client gets.
    std::optional<net::Clock::time_point> next_round(Said& said, Hope hope, net::Clock::time_point now);
    /// There will be no further round after all.
    void give_up(Said& said);

    /// The node is left out of this round: it rests, or has refused a moment ago and got no further since.
    bool spares(std::uint32_t node_id, std::uint64_t head, bool resting, net::Clock::time_point now) const;
    bool waits() const { return wait_ && wait_->since; }
    bool has_waited(net::milliseconds time, net::Clock::time_point now) const {
        return waits() && now >= *wait_->since + time;
    }
    /// The chain is lower than what the client was told of, and has been for long: it did go back.
    bool believes_lower() const { return wait_ && wait_->believes_lower; }

  private:
    struct Spared {
        RefusedBy refused;
        net::Clock::time_point again_at;
    };
    struct Wait {
        std::optional<net::Clock::time_point> since; ///< nothing: there was no wait yet
        Hope hope = Hope::soon;
        std::vector<Spared> spared;
        std::optional<Said> refusal; ///< the first that a node gave
        bool last = false;           ///< everybody may be asked in this round
        bool believes_lower = false;
    };

    Wait& wait();

    net::Clock::time_point until_;
    std::unique_ptr<Wait> wait_; ///< made by the first refusal: few calls have one
};

} // namespace weir::el
