#include "nodes/head_belief.hpp"

#include <algorithm>

namespace weir::nodes {

namespace {

/// A chain that stands still for a while is as fast as before afterwards.
constexpr double forgets_a_tenth = 0.9;
/// Blocks come in bursts: what the chain grows by in these seconds may come at once, within the bounds.
constexpr double burst_seconds = 10, smallest_burst = 2, largest_burst = 10;

double seconds(HeadBelief::Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

void HeadBelief::agreed(std::uint64_t head, Clock::time_point now) {
    // Who agree that the chain stands still may both be stuck: the time goes on for who says otherwise.
    if (!base_ || head > *base_) rose_at_ = now;
    base_ = head;
    if (!marked_head_) {
        marked_head_ = head;
        marked_at_ = now;
    }
    if (now - marked_at_ < measured_over) return;
    const double gained = head > *marked_head_ ? static_cast<double>(head - *marked_head_) : 0;
    pace_ = std::max(gained / seconds(now - marked_at_), pace_.value_or(0) * forgets_a_tenth);
    marked_head_ = head;
    marked_at_ = now;
}

void HeadBelief::fell_to(std::uint64_t head, Clock::time_point now) {
    base_ = marked_head_ = head;
    rose_at_ = marked_at_ = now;
}

std::uint64_t HeadBelief::growth_in(Clock::duration time, Clock::time_point now) const {
    auto pace = pace_.value_or(0);
    if (!pace_ && marked_head_ && base_ > marked_head_ && now - marked_at_ >= first_measured_over)
        pace = static_cast<double>(*base_ - *marked_head_) / seconds(now - marked_at_);
    return static_cast<std::uint64_t>(2 * pace * seconds(time)); // they come in bursts
}

double HeadBelief::growth() const {
    return pace_ ? 2 * std::max(*pace_, slowest_pace) : first_pace;
}

std::uint64_t HeadBelief::limit(std::uint64_t max_lag, Clock::time_point ahead_since,
                                Clock::time_point now) const {
    const double burst = std::clamp(burst_seconds * growth(), smallest_burst, largest_burst);
    const double grown = burst + growth() * seconds(now - std::max(rose_at_, ahead_since));
    return base_.value_or(0) + max_lag + static_cast<std::uint64_t>(grown);
}

} // namespace weir::nodes
