#include "el/patience.hpp"

#include "nodes/seen_heads.hpp"

#include <algorithm>

namespace weir::el {

using net::Clock;

namespace {

/// A node that has announced a block serves it within this.
constexpr std::chrono::seconds moment{1};
/// After this a chain that is lower than what the client was told of is believed: it did go back. As long as
/// the feeds' own patience.
constexpr auto patience = nodes::SeenHeads::told_head_is_believed;

std::optional<Clock::duration> patience_with(Hope hope) {
    if (hope == Hope::unreachable) return std::nullopt;
    return hope == Hope::soon ? Clock::duration(moment) : Clock::duration(patience);
}

} // namespace

Patience::Wait& Patience::wait() {
    if (!wait_) wait_ = std::make_unique<Wait>();
    return *wait_;
}

void Patience::note(const RefusedByAll& by, Clock::time_point now) {
    for (const auto& refused : by) {
        auto& all = wait().spared;
        const auto known = std::find_if(all.begin(), all.end(), [&](const Spared& spared) {
            return spared.refused.node_id == refused.node_id;
        });
        auto& spared = known == all.end() ? all.emplace_back() : *known;
        spared = {refused, now + longest_wait};
    }
}

std::optional<Clock::time_point> Patience::next_round(Said& said, Hope hope, Clock::time_point now) {
    if (hope == Hope::as_before && wait_) hope = wait_->hope;
    if (hope == Hope::none) {
        give_up(said);
        return std::nullopt;
    }
    auto& wait = this->wait();
    auto until = until_;
    if (const auto most = patience_with(hope)) until = std::min(until, wait.since.value_or(now) + *most);
    const bool over = now >= until;
    wait.hope = hope;
    if (said.refused && !wait.refusal) wait.refusal = said;
    if (wait.last || (over && (!wait.since || hope == Hope::unreachable))) {
        give_up(said);
        return std::nullopt;
    }
    if (!wait.since) wait.since = now;
    if (!over) return std::min(until, now + longest_wait);
    wait.last = true;
    wait.believes_lower = hope == Hope::behind;
    return now;
}

/// What a node said beats what weir has to say.
void Patience::give_up(Said& said) {
    if (wait_ && wait_->refusal && said.ours && !said.refused) said = std::move(*wait_->refusal);
}

bool Patience::spares(std::uint32_t node_id, std::uint64_t head, bool resting, Clock::time_point now) const {
    if (wait_ && wait_->last) return false;
    if (resting) return true;
    return wait_ && std::any_of(wait_->spared.begin(), wait_->spared.end(), [&](const Spared& spared) {
               return spared.refused.node_id == node_id && head <= spared.refused.head &&
                      now < spared.again_at;
           });
}

} // namespace weir::el
