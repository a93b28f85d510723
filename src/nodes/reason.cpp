#include "nodes/reason.hpp"

namespace weir::nodes {

std::string words(const Reason& reason) {
    using enum Reason::Kind;
    const auto number = [&] { return std::to_string(reason.number); };
    const auto limit = [&] { return std::to_string(reason.limit); };
    const auto with_text = [&](std::string said) {
        return reason.text.empty() ? said : std::move(said) + ": " + reason.text;
    };
    switch (reason.kind) {
    case none:
        return {};
    case not_checked:
        return "not checked yet";
    case first_words:
        return "waiting for the other nodes' first word on their chain";
    case check_failed:
    case wrong_chain:
    case minority_fork:
    case slow:
        return reason.text;
    case refused:
        return "connection refused";
    case traffic:
        return with_text(reason.number == 0 ? "more than half of its requests failed"
                                            : number() + " requests in a row failed");
    case no_head:
        return "no head";
    case health:
        return "health " + number();
    case el_offline:
        return "its execution node is offline";
    case optimistic:
        return "optimistic: its execution node has not verified the head";
    case syncing:
        return with_text("syncing");
    case suspect:
        return "suspect: claims head " + number() + ", the others are at " + limit();
    case lag:
        return with_text("lag " + number() + " > " + limit());
    case recovering:
        return "recovering: " + number() + " of " + limit() + " good checks";
    case rate_limited:
        return with_text("rate limited");
    case silent:
        return "silent: nothing came for " + std::to_string(reason.number / 1000) + '.' +
               std::to_string(reason.number / 100 % 10) + " s";
    case crowded:
        return "it takes no further connections";
    case standing:
        return "its head stands at " + number() + ", the others are at " + limit();
    }
    return {};
}

metrics::ChangeReason metrics_label(Reason::Kind kind) {
    using enum Reason::Kind;
    using metrics::ChangeReason;
    switch (kind) {
    case none:
        return ChangeReason::became_fit;
    case check_failed:
        return ChangeReason::check_failed;
    case refused:
        return ChangeReason::refused;
    case traffic:
        return ChangeReason::traffic;
    case no_head:
    case health:
    case el_offline:
    case optimistic:
        return ChangeReason::health;
    case syncing:
        return ChangeReason::syncing;
    case wrong_chain:
        return ChangeReason::wrong_chain;
    case suspect:
        return ChangeReason::suspect;
    case minority_fork:
        return ChangeReason::minority_fork;
    case lag:
        return ChangeReason::lag;
    case recovering:
        return ChangeReason::recovering;
    case rate_limited:
        return ChangeReason::rate_limited;
    case silent:
    case standing:
    case slow:
        return ChangeReason::silent;
    case crowded:
        return ChangeReason::refused;
    case not_checked:
    case first_words:
        break;
    }
    return ChangeReason::other;
}

} // namespace weir::nodes
