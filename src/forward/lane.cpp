#include "forward/lane.hpp"

#include "chain/byte_order_mark.hpp"
#include "forward/answer_head.hpp"
#include "forward/failures.hpp"
#include "forward/other_addresses.hpp"
#include "net/growth.hpp"
#include "upstream/secrets.hpp"

#include <algorithm>

namespace weir::forward {

using net::Clock;
using net::Task;
using routing::Action;
using routing::FailureKind;
using routing::Verdict;
using upstream::Failure;

namespace {

constexpr std::size_t max_kept_bytes = 64 * 1024;
/// Of a node beside which nobody can be asked: some 0.3 s of trying, if it is not found unfit before.
constexpr int max_refusals = 10;
constexpr net::milliseconds first_pause{5}, longest_pause{40};

struct End {
    bool& over;
    ~End() { over = true; }
};

} // namespace

Walk::Walk(Context& context_in, Job& job_in, const nodes::LayerView& layer_in,
           const routing::Candidates& order_in, Limits limits_in, net::Deadline::Action slow_action,
           void* self)
    : context(context_in)
    , job(job_in)
    , layer(layer_in)
    , order(order_in)
    , limits(limits_in)
    , attempts(std::min<std::size_t>(order_in.size(), limits_in.max_retries + std::size_t{1}))
    , slow(context_in.wheel, slow_action, self) {}

bool Lane::good() const {
    return over_ && !abandoned_ &&
           (outcome_.kind == Outcome::Kind::answer || outcome_.kind == Outcome::Kind::hash);
}

void Lane::abandon() {
    if (over_) return;
    abandoned_ = true;
    if (outcome_.lease) outcome_.lease->close();
    place_.give_up();
}

bool Lane::reconnects() {
    if (!outcome_.lease || !outcome_.lease.reused() || !outcome_.lease->is_dead()) return false;
    outcome_.lease.distrust_siblings();
    outcome_.lease->close(); // an idle one that had died: exchange() fails, and attempt() opens another
    return true;
}

std::optional<Lane::Over> Lane::other_way() const {
    if (outcome_.lease && outcome_.lease->first_byte_seen()) return std::nullopt;
    if (outcome_.lease && outcome_.lease.proven()) return Over::fresh;
    if (!outcome_.lease && !place_.is_taken()) return std::nullopt;
    if (!walk_.context.pool(*walk_.candidate(at_).node).works()) return std::nullopt;
    return Over::working;
}

void Lane::distrust() {
    if (outcome_.lease && outcome_.lease.reused() && !outcome_.lease->first_byte_seen())
        outcome_.lease.distrust_siblings();
}

Task<> Lane::run(bool hedge) {
    const End end{over_};
    while (walk_.next < walk_.attempts) {
        if (Clock::now() >= walk_.limits.deadline) {
            outcome_.last_reason = "timed_out";
            break;
        }
        at_ = walk_.next++;
        if (at_ > 0) count_retry(hedge ? std::string_view("hedge") : outcome_.last_reason);
        hedge = false;
        const auto& node = walk_.candidate(at_);
        const std::size_t left = walk_.attempts - walk_.next;
        const auto now = Clock::now();
        const auto remaining = std::chrono::duration_cast<net::milliseconds>(walk_.limits.deadline - now);
        const auto until = std::min(now + routing::attempt_budget(remaining, left), walk_.limits.deadline);
        const Verdict verdict = co_await attempt(node, until, left == 0);
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

Task<> Lane::run_beside(std::size_t candidate, Over over) {
    const End end{over_};
    at_ = candidate;
    over_which_ = over;
    count_retry("hedge");
    const auto& node = walk_.candidate(at_);
    const Verdict verdict = co_await attempt(node, walk_.limits.deadline, true);
    if (!abandoned_ && verdict.action != Action::ask_for_hash && !settle(node, verdict)) finish_unanswered();
}

/// Of those that may yet answer: not tried so far, or another lane is at them.
std::uint64_t Lane::best_other_head() const {
    std::uint64_t best = 0;
    for (std::size_t k = 0; k < walk_.attempts; ++k) {
        if (k == at_ || (walk_.ended >> k & 1) != 0) continue;
        best = std::max(best, walk_.context.seen_heads.of(walk_.candidate(k)));
    }
    return best;
}

void Lane::move_on() {
    if (!outcome_.lease || outcome_.lease->first_byte_seen())
        return; // its connection is on its way; so is its answer
    moved_on_ = true;
    outcome_.lease->interrupt();
}

void Lane::begin_attempt(Clock::time_point now) {
    moved_on_ = false;
    began_ = now;
    if (walk_.job.open_ended()) return; // its silence says nothing
    walk_.latest = this;
    const auto id = walk_.candidate(at_).node->id;
    const auto patience = walk_.context.record(id).patience(walk_.job.kind());
    const auto hedge_after = walk_.limits.hedge_after.value_or(patience);
    walk_.slow.set(now + (hedge_after.count() > 0 ? std::min(patience, hedge_after) : patience));
}

void Lane::end_attempt() {
    if (walk_.latest != this) return;
    walk_.latest = nullptr;
    walk_.slow.clear();
}

/// A connection for one exchange, when none is idle. Where nobody else can be asked a refusal is not the last
/// word.
Task<Failure> Lane::connect(const nodes::NodeStatus& node, Clock::time_point until, bool fresh, bool alone) {
    auto& pool = walk_.context.pool(*node.node);
    upstream::Wish wish{.fresh = fresh,
                        .interruptible = walk_.limits.asked_again_later || !alone,
                        .patient = alone,
                        .working = over_which_ == Over::working,
                        .pause = net::milliseconds(0),
                        .place = &place_};
    for (int refusals = 0;;) {
        const auto begun = Clock::now();
        const auto failure = co_await pool.acquire(outcome_.lease, node.addresses, until, wish);
        if (failure != Failure::refused) co_return failure;
        walk_.context.refused(node.node->id, begun);
        if (wish.interruptible || abandoned_ || ++refusals == max_refusals) co_return failure;
        wish.fresh = walk_.job.fresh_connection(); // an idle one is better than none
        wish.pause = std::min(first_pause * refusals, longest_pause);
    }
}

/// One node, one try; a connection that had died while idle does not count as one. `alone`: no other
/// candidate is left.
Task<Verdict> Lane::attempt(const nodes::NodeStatus& node, Clock::time_point until, bool alone) {
    auto& counters = walk_.context.metrics.nodes[node.node->id];
    counters.requests.add();
    counters.in_flight.add();
    begin_attempt(Clock::now());
    const bool may_move_on = walk_.limits.asked_again_later || !alone;
    bool fresh = over_which_ == Over::fresh || walk_.job.fresh_connection();
    const bool working = over_which_ == Over::working;
    bool sent = false, repeated = false;
    OtherAddresses others(node, alone ? walk_.limits.max_retries : 0);
    Failure failure = Failure::none;
    Verdict verdict;
    for (;;) {
        sent = false;
        failure = Failure::none;
        if (fresh || !walk_.context.pool(*node.node).take(outcome_.lease, Clock::now(), working))
            failure = co_await connect(node, until, fresh, alone);
        if (abandoned_ || failure != Failure::none) break;
        if (others.turn_back(outcome_.lease)) break; // what was said there holds
        outcome_.lease->set_deadline(until);
        outcome_.lease->allow_interruption(may_move_on && !walk_.job.fresh_connection());
        sent = true;
        ++walk_.sends;
        failure = co_await exchange(node, verdict);
        if (abandoned_) break;
        const bool unheard =
            failure == Failure::reset && !outcome_.lease->first_byte_seen() && !outcome_.lease->interrupted();
        const bool stale = unheard && outcome_.lease.reused();
        // Where nobody else can be asked a new connection that ends without a word is not the last word
        // either.
        const bool once_more = unheard && !stale && alone && !walk_.job.fresh_connection() && !repeated;
        const bool elsewhere = failure == Failure::none && others.leave(outcome_.lease, verdict);
        if (elsewhere) {
            outcome_.may_have_run = true;
            count_retry(verdict.reason);
            keep_answer();
        }
        if (!stale && !once_more && !elsewhere) break;
        if (stale) walk_.context.metrics.stale_reconnects.add();
        if (once_more) count_retry("reset");
        repeated = repeated || once_more;
        // Its place in the pool is free before the next one asks for it.
        outcome_.lease->close();
        outcome_.lease.end();
        fresh = stale || elsewhere || fresh;
    }
    counters.in_flight.sub();
    end_attempt();
    if (abandoned_) {
        outcome_.lease.end();
        co_return verdict;
    }
    counters.duration.observe(Clock::now() - began_);
    if (failure != Failure::none)
        co_return unanswered(node, moved_on_ ? FailureKind::timed_out : kind_of(failure), sent);
    if (verdict.foreign) co_return unanswered(node, FailureKind::wrong_id, sent);
    note_answer(node, verdict);
    co_return verdict;
}

Verdict Lane::unanswered(const nodes::NodeStatus& node, FailureKind kind, bool sent) {
    if (outcome_.lease) outcome_.lease->close();
    outcome_.lease.end();
    outcome_.all_answered = false;
    const auto blame = blame_of(kind);
    const bool timed_out = kind == FailureKind::timed_out;
    const bool patient = timed_out && walk_.job.open_ended();
    // Nor does an end of time say anything that came while weir itself did not run.
    const bool own_pause = timed_out && walk_.context.pauses.paused_since(began_);
    if (!blame.words.empty() && !patient && !own_pause && !walk_.job.client_failed())
        walk_.context.failed(node.node->id, {walk_.job.kind(), blame.about, blame.words, began_});
    if (sent) outcome_.may_have_run = true;
    return walk_.job.failed(kind, sent);
}

void Lane::note_answer(const nodes::NodeStatus& node, const Verdict& verdict) {
    auto& context = walk_.context;
    const auto id = node.node->id;
    outcome_.may_have_run = true;
    outcome_.sent_again = walk_.sends > 1;
    if (verdict.reason == "not_allowed") context.not_allowed(id);
    if (verdict.node_at_fault) {
        context.failed(id, {walk_.job.kind(), TrackRecord::About::kind, verdict.reason, began_});
    } else if (verdict.action == Action::next && verdict.reason == "http_5xx") {
        context.failed_at(id, walk_.job.kind());
    } else {
        context.succeeded(id, walk_.job.kind(), began_);
    }
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
        net::grow_for(outcome_.held, outcome_.piece.size(), limit);
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
