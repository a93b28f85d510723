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

std::optional<Clock::time_point> Patience::next_round(Said& said, Hope hope, const RefusedByAll& by,
                                                      Clock::time_point now) {
    for (const auto& refused : by) {
        const auto known = std::find_if(spared_.begin(), spared_.end(), [&](const Spared& spared) {
            return spared.refused.node_id == refused.node_id;
        });
        auto& spared = known == spared_.end() ? spared_.emplace_back() : *known;
        spared = {refused, now + longest_wait};
    }
    if (hope == Hope::as_before) hope = hope_;
    hope_ = hope;
    if (hope == Hope::none) {
        give_up(said);
        return std::nullopt;
    }
    if (said.refused && !refusal_) refusal_ = said;
    auto until = until_;
    if (const auto most = patience_with(hope)) until = std::min(until, since_.value_or(now) + *most);
    if (now < until && !last_) {
        if (!since_) since_ = now;
        return std::min(until, now + longest_wait);
    }
    if (since_ && !last_ && hope != Hope::unreachable) {
        last_ = true;
        believes_lower_ = hope == Hope::behind;
        return now;
    }
    give_up(said);
    return std::nullopt;
}

/// What a node said beats what weir has to say.
void Patience::give_up(Said& said) {
    if (refusal_ && said.ours && !said.refused) said = std::move(*refusal_);
}

bool Patience::spares(std::uint32_t node_id, std::uint64_t head, bool resting, Clock::time_point now) const {
    if (last_) return false;
    if (resting) return true;
    return std::any_of(spared_.begin(), spared_.end(), [&](const Spared& spared) {
        return spared.refused.node_id == node_id && head <= spared.refused.head && now < spared.again_at;
    });
}

} // namespace weir::el
