#include "forward/lane.hpp"

#include "chain/byte_order_mark.hpp"
#include "forward/answer_head.hpp"
#include "upstream/secrets.hpp"

#include <algorithm>
#include <charconv>

namespace weir::forward {

using net::Clock;
using net::Task;
using routing::Action;
using routing::FailureKind;
using routing::Verdict;
using upstream::Failure;

namespace {

constexpr std::size_t max_kept_bytes = 64 * 1024;
constexpr std::chrono::seconds default_rest{2};

FailureKind kind_of(Failure failure) {
    switch (failure) {
    case Failure::none:
        return FailureKind::none;
    case Failure::refused:
        return FailureKind::connect_refused;
    case Failure::connect_failed:
        return FailureKind::connect_failed;
    case Failure::reset:
        return FailureKind::reset;
    case Failure::timed_out:
        return FailureKind::timed_out;
    case Failure::bad_answer:
        return FailureKind::bad_answer;
    case Failure::no_connection:
        return FailureKind::no_connection;
    }
    return FailureKind::reset;
}

metrics::RetryReason retry_reason(std::string_view reason) {
    using enum metrics::RetryReason;
    static constexpr std::pair<std::string_view, metrics::RetryReason> names[] = {
        {"connect_refused", connect_refused},
        {"connect_failed", connect_failed},
        {"reset", reset},
        {"timed_out", timed_out},
        {"bad_answer", bad_answer},
        {"no_connection", no_connection},
        {"http_429", http_429},
        {"http_4xx", http_4xx},
        {"http_5xx", http_5xx},
        {"missing_data", missing_data},
        {"not_ready", not_ready},
        {"rate_limit", rate_limit},
        {"no_method", no_method},
        {"not_allowed", not_allowed},
        {"internal", internal},
        {"null_result", null_result},
        {"not_found", not_found},
        {"behind", behind},
        {"wrong_id", wrong_id},
        {"trouble", trouble},
        {"hedge", hedge}};
    for (const auto& [name, value] : names) {
        if (name == reason) return value;
    }
    return other;
}

/// Retry-After in seconds (RFC 9110 §10.2.3); its date form is not worth a calendar here.
std::chrono::seconds rest_time(const net::Head& head) {
    const auto value = head.find(net::http::field::retry_after);
    unsigned seconds = 0;
    if (!value || std::from_chars(value->data(), value->data() + value->size(), seconds).ec != std::errc{}) {
        return default_rest;
    }
    return std::chrono::seconds(seconds);
}

} // namespace

Walk::Walk(Context& context_in, Job& job_in, const nodes::LayerView& layer_in,
           const routing::Candidates& order_in, Limits limits_in)
    : context(context_in)
    , job(job_in)
    , layer(layer_in)
    , order(order_in)
    , limits(limits_in)
    , attempts(std::min<std::size_t>(order_in.size(), limits_in.max_retries + std::size_t{1})) {}

bool Lane::good() const {
    return over_ && !abandoned_ &&
           (outcome_.kind == Outcome::Kind::answer || outcome_.kind == Outcome::Kind::hash);
}

void Lane::abandon() {
    abandoned_ = true;
    if (outcome_.lease) outcome_.lease->close();
}

Task<> Lane::run(bool hedge) {
    struct End {
        bool& over;
        ~End() { over = true; }
    } end{over_};
    while (walk_.next < walk_.attempts) {
        const auto now = Clock::now();
        if (now >= walk_.limits.deadline) {
            outcome_.last_reason = "timed_out";
            break;
        }
        at_ = walk_.next++;
        const std::size_t left = walk_.attempts - walk_.next;
        const auto& node = walk_.layer.nodes[walk_.order[at_]];
        const auto remaining = std::chrono::duration_cast<net::milliseconds>(walk_.limits.deadline - now);
        const auto until = now + routing::attempt_budget(remaining, left);
        if (at_ > 0) count_retry(hedge ? std::string_view("hedge") : outcome_.last_reason);
        hedge = false;
        const Verdict verdict = co_await attempt(node, std::min(until, walk_.limits.deadline),
                                                 walk_.limits.asked_again_later || left > 0);
        if (abandoned_) co_return;
        walk_.ended |= std::uint64_t{1} << at_;
        if (verdict.action == Action::ask_for_hash) {
            co_await ask_for_hash(node);
            co_return;
        }
        if (settle(node, verdict)) co_return;
    }
    finish_unanswered();
}

/// Of those that may yet answer: not tried so far, or another lane is at them.
std::uint64_t Lane::best_other_head() const {
    std::uint64_t best = 0;
    for (std::size_t k = 0; k < walk_.attempts; ++k) {
        if (k == at_ || (walk_.ended >> k & 1) != 0) continue;
        best = std::max(best, walk_.context.seen_heads.of(walk_.layer.nodes[walk_.order[k]]));
    }
    return best;
}

/// One node, one try; a connection that had died while idle does not count as one.
Task<Verdict> Lane::attempt(const nodes::NodeStatus& node, Clock::time_point until, bool may_move_on) {
    auto& pool = walk_.context.pool(*node.node);
    auto& counters = walk_.context.metrics.nodes[node.node->id];
    const auto begin = Clock::now();
    counters.requests.add();
    counters.in_flight.add();
    bool fresh = walk_.job.fresh_connection();
    bool sent = false;
    Failure failure = Failure::none;
    Verdict verdict;
    for (;;) {
        sent = false;
        connecting_ = true;
        failure = Failure::none;
        if (fresh || !pool.take(outcome_.lease, Clock::now())) {
            failure = co_await pool.acquire(outcome_.lease, node.addresses, until,
                                            {.fresh = fresh, .interruptible = may_move_on});
        }
        connecting_ = false;
        if (abandoned_ || failure != Failure::none) break;
        outcome_.lease->set_deadline(until);
        outcome_.lease->allow_interruption(may_move_on && !walk_.job.fresh_connection());
        sent = true;
        ++walk_.sends;
        failure = co_await exchange(node, verdict);
        if (abandoned_) break;
        const bool stale = failure == Failure::reset && outcome_.lease.reused() &&
                           !outcome_.lease->first_byte_seen() && !outcome_.lease->interrupted();
        if (!stale) break;
        walk_.context.metrics.stale_reconnects.add();
        // Its place in the pool is free before the next one asks for it.
        outcome_.lease->close();
        outcome_.lease.end();
        fresh = true;
    }
    counters.in_flight.sub();
    if (abandoned_) {
        outcome_.lease.end();
        co_return verdict;
    }
    counters.duration.observe(Clock::now() - begin);
    const bool foreign = failure == Failure::none && verdict.foreign;
    if (failure != Failure::none || foreign) {
        if (outcome_.lease) outcome_.lease->close();
        outcome_.lease.end();
        const auto kind = foreign ? FailureKind::wrong_id : kind_of(failure);
        outcome_.all_answered = false;
        if (!walk_.job.client_failed()) note_failure(node, kind);
        verdict = walk_.job.failed(kind, sent);
        if (sent) outcome_.may_have_run = true;
        co_return verdict;
    }
    if (verdict.reason == "not_allowed") walk_.context.not_allowed(node.node->id);
    if (verdict.node_at_fault) {
        walk_.context.failed(node.node->id, verdict.reason);
    } else {
        walk_.context.succeeded(node.node->id,
                                std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin));
    }
    outcome_.may_have_run = true;
    co_return verdict;
}

/// Sends, and reads until the job has judged and what is held back has come.
Task<Failure> Lane::exchange(const nodes::NodeStatus& node, Verdict& verdict) {
    auto& connection = *outcome_.lease;
    const auto sending = co_await walk_.job.send(node, connection);
    // A node may answer and close before it has read all of a request (413): the answer may be there.
    if (sending != Failure::none && sending != Failure::reset) co_return sending;
    if (abandoned_) co_return Failure::reset;
    const auto heading = co_await connection.read_head(walk_.job.bodyless());
    if (abandoned_) co_return Failure::reset; // even if it has come: the job is another lane's
    if (heading != Failure::none) co_return heading;
    std::size_t limit = walk_.job.hold_limit(connection.head());
    outcome_.holding = false;
    outcome_.is_result = false;
    outcome_.no_part_of_it = 0;
    auto failure = connection.take_piece(outcome_.piece);
    if (failure != Failure::none) co_return failure;
    bool judged = false;
    for (;;) {
        outcome_.complete = connection.body_done();
        if (outcome_.complete && connection.head().status >= 300) strike_out_secrets();
        if (!judged) {
            const bool last_look = outcome_.complete || outcome_.body().size() >= limit;
            const Received received{
                node,      connection.head(), outcome_.body(),   outcome_.complete,
                last_look, walk_.sends > 1,   best_other_head(), walk_.context.seen_heads.of(node)};
            verdict = walk_.job.judge(received);
            judged = verdict.action != Action::more || last_look;
            if (judged && verdict.action == Action::more)
                verdict = Verdict{}; // too long to judge: it goes as it is
            if (verdict.foreign) co_return Failure::none;
            report_trouble(node);
            if (judged) {
                outcome_.is_result = verdict.is_result;
                if (walk_.job.takes_json(connection.head()))
                    outcome_.no_part_of_it = chain::mark_before(outcome_.body());
            }
        }
        if (outcome_.complete || (judged && outcome_.body().size() >= limit)) co_return Failure::none;
        if (!outcome_.holding) {
            outcome_.held.assign(outcome_.piece);
            outcome_.charge = net::ByteBudget::Charge(walk_.context.body_budget);
            outcome_.holding = true;
        }
        failure = co_await connection.read_piece(outcome_.piece);
        if (abandoned_) co_return Failure::reset;
        if (failure != Failure::none) co_return failure;
        // Where there is no more room for holding back, what has come goes on its way.
        if (!outcome_.charge.raise_to(outcome_.held.size() + outcome_.piece.size())) limit = 0;
        outcome_.held.append(outcome_.piece);
    }
}

/// A node that says no may say what it was asked: "no such path: /v2/KEY".
void Lane::strike_out_secrets() {
    const auto& secrets = outcome_.lease.endpoint().secrets;
    if (secrets.empty() || !upstream::holds_any(outcome_.body(), secrets)) return;
    outcome_.held = upstream::struck_out(outcome_.body(), secrets);
    outcome_.holding = true;
    outcome_.no_part_of_it = 0;
}

/// At length only what a log line can hold, and no secret of the node's URL.
void Lane::report_trouble(const nodes::NodeStatus& node) {
    constexpr std::size_t longest = 200;
    const auto words = walk_.job.take_trouble();
    if (words.empty()) return;
    const auto id = node.node->id;
    if (!walk_.context.hears_of_trouble(id, Clock::now())) return;
    auto told = upstream::struck_out(words, outcome_.lease.endpoint().secrets);
    if (told.size() > longest) told.resize(longest);
    for (char& c : told)
        c = c >= ' ' && c <= '~' ? c : '?';
    walk_.context.in_trouble(id, std::move(told));
}

bool Lane::settle(const nodes::NodeStatus& node, Verdict verdict) {
    switch (verdict.action) {
    case Action::more:
    case Action::deliver:
        // A failed attempt that must not be repeated has nothing to deliver.
        outcome_.kind = outcome_.lease ? Outcome::Kind::answer : Outcome::Kind::ambiguous;
        outcome_.last_reason = verdict.reason;
        outcome_.node_id = node.node->id;
        return true;
    case Action::answer_hash:
        outcome_.kind = Outcome::Kind::hash;
        return true;
    case Action::ask_for_hash:
    case Action::next:
        break;
    }
    if (verdict.rest_node && outcome_.lease)
        walk_.context.rest(node.node->id, rest_time(outcome_.lease->head()));
    outcome_.last_reason = verdict.reason;
    keep_answer();
    outcome_.lease.end();
    return false;
}

Task<> Lane::ask_for_hash(const nodes::NodeStatus& node) {
    keep_answer();
    outcome_.lease.end();
    const bool known = co_await walk_.job.transaction_known(node, walk_.limits.deadline);
    if (abandoned_) co_return;
    outcome_.kind = known ? Outcome::Kind::hash : Outcome::Kind::kept;
    if (!known && !outcome_.kept) outcome_.kind = Outcome::Kind::failed;
}

/// The first whole answer that a node gave stays at hand, for when no node does better.
void Lane::keep_answer() {
    if (outcome_.kept || !outcome_.lease || !outcome_.complete || outcome_.body().size() > max_kept_bytes)
        return;
    KeptAnswer kept;
    kept.status = outcome_.status();
    append_end_to_end_fields(kept.header_lines, outcome_.lease->head(), outcome_.lease.endpoint());
    kept.body.assign(outcome_.body());
    outcome_.kept = std::move(kept);
}

void Lane::note_failure(const nodes::NodeStatus& node, FailureKind kind) {
    switch (kind) {
    case FailureKind::connect_refused:
        walk_.context.refused(node.node->id);
        break;
    case FailureKind::connect_failed:
        walk_.context.failed(node.node->id, "cannot connect");
        break;
    case FailureKind::reset:
        walk_.context.failed(node.node->id, "connection reset");
        break;
    case FailureKind::timed_out:
        walk_.context.failed(node.node->id, "timed out");
        break;
    case FailureKind::bad_answer:
        walk_.context.failed(node.node->id, "answer is not HTTP");
        break;
    case FailureKind::wrong_id:
        walk_.context.failed(node.node->id, "answered another call");
        break;
    case FailureKind::no_connection: // our own limit says nothing about the node
    case FailureKind::none:
        break;
    }
}

void Lane::count_retry(std::string_view reason) {
    auto& counters = walk_.layer.nodes.front().node->layer == nodes::Layer::el
                         ? walk_.context.metrics.retries_el
                         : walk_.context.metrics.retries_cl;
    counters[static_cast<std::size_t>(retry_reason(reason))].add();
}

void Lane::finish_unanswered() {
    if (outcome_.kept) {
        outcome_.kind = Outcome::Kind::kept;
    } else if (walk_.order.empty()) {
        outcome_.kind = Outcome::Kind::no_node;
    } else {
        outcome_.kind =
            outcome_.last_reason == "timed_out" ? Outcome::Kind::timed_out : Outcome::Kind::failed;
    }
}

} // namespace weir::forward
