#include "routing/verdict.hpp"

#include "chain/told_block.hpp"

#include <algorithm>

namespace weir::routing {

using chain::Answer;
using chain::ErrorClass;
using chain::Safety;

namespace {

constexpr Verdict deliver{};

Verdict next(std::string_view reason, bool at_fault = false, bool rest = false) {
    return {Action::next, reason, at_fault, rest};
}

std::string_view failure_reason(FailureKind kind) {
    switch (kind) {
    case FailureKind::connect_refused:
        return "connect_refused";
    case FailureKind::connect_failed:
        return "connect_failed";
    case FailureKind::reset:
        return "reset";
    case FailureKind::timed_out:
        return "timed_out";
    case FailureKind::bad_answer:
        return "bad_answer";
    case FailureKind::wrong_id:
        return "wrong_id";
    case FailureKind::no_connection:
        return "no_connection";
    case FailureKind::none:
        break;
    }
    return "other";
}

/// HTTP says no before anything ran: another node may say yes, whatever the method.
Verdict by_http_status(int status) {
    switch (status) {
    case 429:
        return next("http_429", false, true);
    case 402:
        return next("rate_limit", false, true);
    case 401:
    case 403:
    case 407:
        return next("not_allowed");
    case 405:
    case 415:
        return next("no_method");
    case 408:
        return next("http_4xx");
    default:
        return deliver;
    }
}

bool nobody_has(const ElAnswer& facts) {
    const auto known = std::max({facts.layer_head, facts.told_head, facts.node_head, facts.best_other_head});
    return facts.named_block > known && facts.named_block - known > out_of_reach;
}

/// The client knows of what this call asks for, so it is there, or will be in a moment.
bool client_knows_of_it(const ElAnswer& facts) {
    if (facts.named_block != 0) return facts.named_block <= facts.told_head;
    return chain::tag_of(facts.block) && facts.told_tag != 0;
}

Verdict lacks(const ElAnswer& facts, std::string_view reason) {
    if (nobody_has(facts)) return deliver;
    auto verdict = next(reason);
    verdict.too_early = client_knows_of_it(facts);
    return verdict;
}

/// A refusal of this one request, by a front that speaks no JSON-RPC (RFC 9110 §15.5, RFC 6585 §5).
bool about_the_request(int http_status) {
    return http_status == 400 || http_status == 413 || http_status == 414 || http_status == 422 ||
           http_status == 431;
}

/// An HTML page, a load balancer's apology, nothing at all.
Verdict by_nothing_understood(int http_status) {
    if (http_status >= 500) return next("http_5xx", true);
    // A body or a head that is too large for this node may suit another; it is not the node's fault.
    if (http_status >= 400) return next("http_4xx", !about_the_request(http_status));
    return next("bad_answer", true);
}

/// Words that no table knows. The client's, unless nothing is said at all, or the HTTP status says that it
/// was the node that failed.
Verdict by_unknown_error(const ElAnswer& facts) {
    // The node has only just come to the block, or is about to.
    if (facts.named_block != 0 && facts.node_head <= facts.named_block + 1 && client_knows_of_it(facts)) {
        auto verdict = next("missing_data");
        verdict.too_early = facts.node_head < facts.named_block;
        return verdict;
    }
    const bool has_code = facts.answer.error_code != 0, has_text = !facts.answer.error_message.empty();
    if (facts.http_status < 300 && (has_code || has_text)) return deliver;
    if (about_the_request(facts.http_status) && has_code && has_text) return deliver;
    return by_nothing_understood(facts.http_status);
}

Verdict by_error_class(const ElAnswer& facts, ErrorClass error_class) {
    switch (error_class) {
    case ErrorClass::request:
    case ErrorClass::execution:
    case ErrorClass::nonce:
    case ErrorClass::too_large:
        return deliver;
    case ErrorClass::other:
        return by_unknown_error(facts);
    case ErrorClass::known_transaction:
        if (facts.retry && facts.method.safety == Safety::raw_transaction)
            return {Action::answer_hash, {}, false, false};
        return deliver;
    case ErrorClass::nonce_too_low:
        if (facts.retry && facts.method.safety == Safety::raw_transaction)
            return {Action::ask_for_hash, {}, false, false};
        return deliver;
    case ErrorClass::missing_data:
        return lacks(facts, "missing_data");
    case ErrorClass::not_ready:
        return next("not_ready");
    case ErrorClass::rate_limit:
        return next("rate_limit", false, true);
    case ErrorClass::no_method:
        return next("no_method");
    case ErrorClass::not_allowed:
        return next("not_allowed");
    case ErrorClass::internal:
        return next("internal");
    case ErrorClass::store_gone:
        return next("trouble", true);
    case ErrorClass::trouble:
        // One record that is not found says nothing of all others, and a deadline may be the caller's doing.
        return next("trouble");
    }
    return deliver;
}

/// Certain not to have run: the node turned the call away at the door.
bool turned_away(ErrorClass error_class) {
    return error_class == ErrorClass::no_method || error_class == ErrorClass::rate_limit ||
           error_class == ErrorClass::not_allowed;
}

bool is_empty(std::string_view result) {
    return result == "null" || result == "[]" || result == "\"0x\"" || result == "{}";
}

Verdict by_empty(const ElAnswer& facts) {
    // A block that nobody has yet is a plain null; asking on would only cost time.
    const auto known = std::max(facts.layer_head, facts.told_head);
    if (facts.named_block > std::max(known, facts.best_other_head)) return deliver;
    const bool another_is_ahead = facts.best_other_head > facts.node_head;
    if (facts.named_block > facts.node_head)
        return lacks(facts, "null_result"); // it cannot have known better
    if (!facts.method.null_may_be_missing) return deliver;
    const bool is_null = facts.answer.result == "null";
    const bool named = facts.named_block != 0 || (chain::tag_of(facts.block) && facts.told_tag != 0);
    if (is_null && named) {
        // A node says that it has the block, and yet it has not.
        const bool too_early = facts.method.null_is_missing_block && client_knows_of_it(facts);
        if (facts.best_other_head == 0 && !too_early) return deliver;
        auto verdict = next("null_result");
        verdict.too_early = too_early;
        return verdict;
    }
    return another_is_ahead && facts.named_block == 0 ? next("null_result") : deliver;
}

/// The chain must not go backwards in a client's eyes while some node has what it was told of.
bool falls_behind(const ElAnswer& facts) {
    if (!facts.answered_head || *facts.answered_head >= facts.told_tag) return false;
    const bool pending = facts.block.kind == chain::BlockParam::Kind::pending; // one above the head
    return facts.strictly || facts.best_other_head + (pending ? 1 : 0) >= facts.told_tag;
}

Verdict behind(const ElAnswer& facts) {
    auto verdict = next("behind");
    verdict.too_early = facts.strictly;
    verdict.fell_back = facts.strictly;
    return verdict;
}

} // namespace

Verdict judge_failure(FailureKind kind, bool sent, Safety safety) {
    if (safety == Safety::once && sent) return {Action::deliver, failure_reason(kind), false, false};
    return next(failure_reason(kind));
}

namespace {

Verdict verdict_of(const ElAnswer& facts, std::optional<ErrorClass> error_class) {
    if (const auto verdict = by_http_status(facts.http_status); verdict.action == Action::next)
        return verdict;
    if (facts.foreign) return {Action::next, failure_reason(FailureKind::wrong_id), true, false, true};
    const bool once = facts.method.safety == Safety::once;
    switch (facts.answer.kind) {
    case Answer::Kind::incomplete:
        return {Action::more, {}, false, false};
    case Answer::Kind::result:
        if (once) return deliver;
        if (falls_behind(facts)) return behind(facts);
        return is_empty(facts.answer.result) ? by_empty(facts) : deliver;
    case Answer::Kind::batch: // to one call
        return once || facts.http_status < 300 ? deliver : by_nothing_understood(facts.http_status);
    case Answer::Kind::error:
        if (once && !turned_away(*error_class)) return deliver;
        return by_error_class(facts, *error_class);
    case Answer::Kind::not_json:
        if (once) return {Action::deliver, "bad_answer", true, false};
        return by_nothing_understood(facts.http_status);
    }
    return deliver;
}

} // namespace

Verdict judge_el(const ElAnswer& facts) {
    std::optional<ErrorClass> error_class;
    if (facts.answer.kind == Answer::Kind::error)
        error_class = chain::classify_error(facts.answer, facts.method);
    auto verdict = verdict_of(facts, error_class);
    verdict.error_class = error_class;
    verdict.is_result = facts.answer.kind == Answer::Kind::result;
    return verdict;
}

Verdict judge_cl(const ClAnswer& facts) {
    using Kind = chain::BeaconCall::Kind;
    if (facts.http_status == 429) return next("http_429", false, true);
    if (facts.http_status == 503) return next("http_5xx");
    if (facts.http_status >= 500 && facts.call.kind != Kind::other)
        return next("http_5xx", facts.http_status == 502);
    if (facts.http_status == 404 && facts.call.kind == Kind::read && facts.call.names_block &&
        facts.best_other_head > facts.node_head) {
        return next("not_found");
    }
    return deliver;
}

} // namespace weir::routing
