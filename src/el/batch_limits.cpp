// What the refusals of a batch as a whole teach: for the batch itself at once, for others once it is shown.
#include "el/batch_call.hpp"
#include "el/errors.hpp"

#include <algorithm>
#include <functional>

namespace weir::el {

using forward::BatchLimits;
using net::Clock;

std::size_t hash_of(const chain::Answer& answer) {
    if (answer.kind != chain::Answer::Kind::error) return 0; // no JSON-RPC
    return std::hash<std::string_view>{}(answer.error_message) + static_cast<std::size_t>(answer.error_code);
}

BatchLimits::Limit BatchCall::limit_of(std::uint32_t node_id, Clock::time_point now) const {
    auto limit = context_->batch_limits.of(node_id, now);
    for (const auto& supposed : suppositions_) {
        if (supposed.node_id == node_id) limit.calls = std::min(limit.calls, supposed.calls);
    }
    return limit;
}

void BatchCall::suppose(std::uint32_t node_id, std::size_t calls, std::size_t error) {
    const auto known = std::find_if(suppositions_.begin(), suppositions_.end(),
                                    [&](const Supposition& supposed) { return supposed.node_id == node_id; });
    if (known == suppositions_.end()) {
        suppositions_.push_back({.node_id = node_id, .calls = calls, .error = error});
    } else {
        known->calls = std::min(known->calls, calls);
        known->error = error;
    }
    // A single strange call must not turn the batches of all clients into single calls.
    if (calls > 1) context_->batch_limits.suppose(node_id, {.calls = calls}, Clock::now());
}

void BatchCall::went_alone(std::uint32_t node_id, const chain::Answer& answer) {
    const bool error = answer.kind != chain::Answer::Kind::result;
    const bool unread = error && (answer.error_code == parse_error || answer.error_code == invalid_request);
    for (auto& supposed : suppositions_) {
        if (supposed.node_id != node_id) continue;
        const bool same = unread || (error && hash_of(answer) == supposed.error);
        (same ? supposed.misjudged : supposed.held_good) = true;
    }
}

void BatchCall::conclude_suppositions(Clock::time_point now) {
    for (const auto& supposed : suppositions_) {
        if (supposed.misjudged)
            context_->batch_limits.take_back(supposed.node_id);
        else if (supposed.held_good && supposed.calls == 1)
            context_->batch_limits.suppose(supposed.node_id, {.calls = 1}, now);
    }
}

} // namespace weir::el
