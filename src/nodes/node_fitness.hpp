// What is known of one node, and what the rules remember of it: plain data, which nodes/layer_head and
// nodes/fitness judge.
#pragma once

#include "nodes/fork.hpp"
#include "nodes/network.hpp"
#include "nodes/reason.hpp"
#include "nodes/sync_state.hpp"
#include "nodes/tier.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::upstream {
class Address;
}

namespace weir::nodes {

using FitnessClock = std::chrono::steady_clock;

/// What one health check found.
struct CheckResult {
    enum class Outcome : std::uint8_t {
        answered,
        failed,
        refused,
        limited ///< turned away for asking too often: it is there, and tells nothing new
    };
    Outcome outcome = Outcome::failed;
    std::string failure;                        ///< in words, unless answered
    bool answered_badly = false;                ///< it failed by what was answered, not for want of an answer
    std::shared_ptr<upstream::Address> address; ///< where it was asked last; null when nobody was reached
    std::optional<std::uint64_t> head;
    NetworkId network;             ///< when it was asked
    std::optional<SyncState> sync; ///< it says that it is syncing
    unsigned health_status = 200;  ///< CL: of /eth/v1/node/health
    bool optimistic = false, el_offline = false;
    std::string head_root, head_parent;  ///< CL: of the head's block
    std::optional<Checkpoint> finalized; ///< CL; when it was asked
    std::chrono::microseconds latency{0};
    std::string client_version; ///< when it was asked
    /// Heads announced after this are newer than what the check found.
    FitnessClock::time_point asked_at = FitnessClock::time_point::max();
};

/// What one worker's requests found.
struct Evidence {
    enum class Kind : std::uint8_t {
        refused,        ///< a connection, twice in a row
        silent,         ///< nothing at all has come since `began`
        failing,        ///< so many requests in a row
        mostly_failing, ///< more than half of its requests, for a while
        not_allowed     ///< its key or plan is wrong for a request: the operator must know, and it stays fit
    };
    Kind kind = Kind::failing;
    std::uint32_t in_a_row = 1;
    std::string_view what;            ///< "connection reset", "timed out"; a literal
    FitnessClock::time_point began{}; ///< of the last request that it is about
};

/// A node in trouble says so with every answer; the log hears of it once in that time.
inline constexpr std::chrono::minutes between_words_of_trouble{1};

/// One node's standing.
struct NodeFitness {
    enum class State : std::uint8_t {
        untested,
        fit,
        held, ///< what it answers is right, and it is asked last
        unfit ///< what it answers would be wrong, or it is not there
    };
    State state = State::untested;
    Reason reason{Reason::Kind::not_checked}; ///< none when fit
    Tier tier = Tier::primary;
    std::optional<std::uint64_t> head;
    NetworkId network; ///< as it said last
    /// Behind where the layer was when it was asked, or soon after: heads of different ages are not compared.
    std::uint64_t lag = 0;
    std::uint64_t distance = 0; ///< behind where the layer is now
    std::uint32_t consecutive_failures = 0;
    bool check_ok = false;
    bool reachable = false;
    bool serves_while_syncing = false;
    std::chrono::microseconds latency{0};
    std::string client_version;

    // What the rules remember.
    std::uint32_t successes = 0;
    std::uint32_t required = 0; ///< good checks needed to return
    bool proven = false;        ///< it has had them since it was away
    std::vector<Reason> holds;  ///< why it is held back though proven, the oldest first; few
    std::optional<SyncState> sync;
    Reason fault; ///< what the last check said against the node alone; none: nothing
    bool suspect = false;
    ChainView chain;                        ///< CL
    std::string fork;                       ///< why it is on a minority fork; empty: it is not
    std::string foreign;                    ///< why it is, or may be, of another network; empty: it is not
    bool early = false;                     ///< it waits for the other nodes' first word on that
    bool waited = false;                    ///< its good check of that time has not counted yet
    std::uint64_t checked_head = 0;         ///< what its last check found
    std::optional<std::uint64_t> fell_from; ///< the head that it had before it was far below that
    FitnessClock::time_point checked_at{};
    FitnessClock::time_point asked_at{};    ///< when the check that ended then had begun
    FitnessClock::time_point measured_at{}; ///< how old its head is: when it was asked for, or announced
    FitnessClock::time_point announced_at{};
    FitnessClock::time_point ahead_at{};   ///< since when it has been above what two agree on, believably
    FitnessClock::time_point claimed_at{}; ///< when it first named a head that is beyond belief
    FitnessClock::time_point led_at{};     ///< when it first was far ahead of all others, and believed
    FitnessClock::time_point forked_at{};  ///< when it was first seen on a minority fork
    FitnessClock::time_point returned_at{};

    bool fit() const { return state == State::fit; }
    bool held() const { return state == State::held; }
    /// It is asked, first or last.
    bool in_service() const { return fit() || held(); }
    /// What people should know of it although it is fit; empty: nothing.
    std::string note() const {
        return fit() && sync ? words({Reason::Kind::syncing, 0, 0, sync->remains}) : std::string();
    }
    /// What it answers is of this network: nothing else is served, whatever else may be overlooked.
    bool at_home() const { return foreign.empty() && !early; }
};

} // namespace weir::nodes
