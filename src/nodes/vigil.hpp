// Whether anything comes from a node at all: when it was heard last, how long its checks may take, and how
// often it must answer in time before its silence is forgotten. Pure: time is passed in.
//
//             a check is overdue, or a second look found nobody, and nothing came meanwhile
//   heard ---------------------------------------------------------------------------------> silent
//     ^                                   answers in time: as many as required                  |
//     +-----------------------------------------------------------------------------------------+
//
// One answer is required; a node that falls silent again soon after it was forgiven needs twice as many.
#pragma once

#include <algorithm>
#include <chrono>

namespace weir::nodes {

class Vigil {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using milliseconds = std::chrono::milliseconds;

    static constexpr milliseconds shortest_patience{900};
    /// Of one question beside the checks, asked because something is amiss.
    static constexpr milliseconds second_look{400};
    static constexpr std::chrono::seconds flap_window{60};
    static constexpr unsigned most_required = 16;

    /// Something came, whatever it was.
    void heard(TimePoint now) { heard_at_ = now; }
    TimePoint heard_at() const { return heard_at_; }
    milliseconds silent_for(TimePoint now) const {
        return std::chrono::duration_cast<milliseconds>(now - heard_at_);
    }

    /// How long a check may take before it is overdue.
    milliseconds patience() const { return std::max(shortest_patience, 4 * usual_); }
    milliseconds look_patience() const { return std::max(second_look, 2 * usual_); }

    bool is_silent() const { return silent_; }
    /// One answer in time is enough: it need not wait for its next check.
    bool is_to_prove_itself_soon() const { return silent_ && required_ == 1; }
    void fell_silent(TimePoint now) {
        if (silent_) return;
        silent_ = true;
        good_ = 0;
        const bool again = forgiven_at_ != TimePoint{} && now - forgiven_at_ < flap_window;
        required_ = again ? std::min(required_ * 2, most_required) : 1;
    }
    /// A check was answered after `took`. True when that ends the silence.
    bool answered(milliseconds took, TimePoint now) {
        heard(now);
        const bool timely = took < patience();
        if (timely) usual_ = usual_ - usual_ / 8 + took / 8;
        if (!silent_ || !timely || ++good_ < required_) return false;
        silent_ = false;
        forgiven_at_ = now;
        return true;
    }
    /// It is out of service for another reason, and proves itself by that one's rules.
    void forget() { silent_ = false; }

  private:
    TimePoint heard_at_{}, forgiven_at_{};
    milliseconds usual_{0}; ///< of answered checks, smoothed
    unsigned required_ = 1, good_ = 0;
    bool silent_ = false;
};

} // namespace weir::nodes
