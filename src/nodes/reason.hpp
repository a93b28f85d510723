// Why a node is not fit, as a value: what kind of trouble, its numbers, and what only its source can say.
// One function words it, for logs and pages; the kind alone decides what is done and counted.
#pragma once

#include "metrics/control_metrics.hpp"

#include <cstdint>
#include <string>

namespace weir::nodes {

struct Reason {
    enum class Kind : std::uint8_t {
        none, ///< it is fit
        not_checked,
        first_words, ///< the others have not said yet of which chain they are
        // What it answers would be wrong, or there is no answer: such a node is left out.
        check_failed, ///< text: how
        refused,
        traffic, ///< number: requests in a row that failed; text: how
        no_head,
        health, ///< number: CL, what /eth/v1/node/health said
        el_offline,
        optimistic,
        syncing,       ///< text: what remains
        wrong_chain,   ///< text: which, and which is expected
        suspect,       ///< number: the head it claims; limit: where the others are
        minority_fork, ///< text: which
        lag,           ///< number > limit; text: what more is known
        // What it answers is right: such a node is merely asked last.
        recovering,   ///< number of limit good checks since it was away
        rate_limited, ///< text: what was turned away. A node that was not in service before is left out
        silent,       ///< number: milliseconds in which nothing came
        crowded,      ///< it refuses further connections, and answers on those that it has
        standing,     ///< number: its head, which stands still; limit: where the others are
        slow,         ///< text: what took too long
    };

    Kind kind = Kind::none;
    std::uint64_t number = 0, limit = 0;
    std::string text{};

    /// The same trouble, whatever its numbers are by now.
    bool same_matter(const Reason& other) const { return kind == other.kind && text == other.text; }
};

/// For people; empty: there is none.
std::string words(const Reason& reason);
metrics::ChangeReason metrics_label(Reason::Kind kind);

} // namespace weir::nodes
