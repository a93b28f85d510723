// The monitor's side of evidence between two checks: what traffic found, checks that are overdue, heads that
// stand still. None of it is believed without a second look, and none of it makes answers wrong: a node that
// is silent or stands still is asked last until it proves itself.
#include "log/log.hpp"
#include "nodes/second_look.hpp"
#include "nodes/watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace weir::nodes {

using net::Clock;
using net::Task;
using Kind = Reason::Kind;
namespace asio = net::asio;

namespace {

/// weir itself may have been away: what came meanwhile is read first.
constexpr net::milliseconds last_chance{100};
constexpr net::milliseconds between_looks{20};
constexpr int looks_at_the_last = 3;
constexpr net::milliseconds between_looks_at_the_last{100};
/// A head that has not moved for that long, while others have moved by `left_behind`, stands still. One block
/// is the ordinary race between two nodes.
constexpr std::chrono::seconds head_stands{2};
constexpr std::uint64_t left_behind = 2;
/// A node that was heard so lately is not suspected with another one.
constexpr net::milliseconds lately{300};

} // namespace

void Monitor::witness(std::uint32_t node_id, Evidence evidence) {
    asio::post(io_, [this, node_id, evidence] { witnessed(node_id, evidence); });
}

void Monitor::witnessed(std::uint32_t node_id, const Evidence& evidence) {
    auto* watch = find(node_id);
    if (!watch || !watch->layer) return;
    auto& fitness = watch->layer->fitness;
    const auto in_service = [&] { return fitness.nodes()[watch->index].in_service(); };
    switch (evidence.kind) {
    case Evidence::Kind::not_allowed:
        if (!std::exchange(watch->not_allowed, true)) {
            log::error(
                "node turns requests away: its key or plan does not allow them",
                {{"layer", std::string(chain::to_string(watch->layer->layer))}, {"node", watch->node->name}});
        }
        return;
    case Evidence::Kind::refused:
        if (evidence.began >= watch->proved_at && in_service()) look_again(*watch);
        return;
    case Evidence::Kind::silent:
        suspect_silence(*watch, evidence.began);
        return;
    case Evidence::Kind::failing:
    case Evidence::Kind::mostly_failing:
        if (evidence.began < watch->proved_at || !in_service()) return;
        fitness.witnessed(watch->index, evidence, Clock::now());
        if (in_service()) return;
        changed(*watch->layer);
        hurry_if_missed(*watch);
    }
}

void Monitor::in_trouble(std::uint32_t node_id, std::string words) {
    asio::post(io_, [this, node_id, words = std::move(words)] {
        auto* watch = find(node_id);
        const auto now = Clock::now();
        if (!watch || !watch->layer || watch->trouble_again > now) return; // each worker tells
        watch->trouble_again = now + between_words_of_trouble;
        log::warn("node speaks of trouble of its own",
                  {{"layer", std::string(chain::to_string(watch->layer->layer))},
                   {"node", watch->node->name},
                   {"words", words}});
    });
}

/// An answer is late that was awaited since then. What stopped one node may have stopped others on the same
/// machine: they are looked at as well, so that no request has to find that out one after the other.
void Monitor::suspect_silence(Watch& watch, Clock::time_point since) {
    if (watch.vigil.heard_at() >= since || watch.vigil.is_silent()) return;
    const auto now = Clock::now();
    for (const auto& other : watch.layer->watches) {
        const bool suspected = other.get() == &watch || now - other->vigil.heard_at() > lately;
        if (suspected && watch.layer->fitness.nodes()[other->index].in_service()) look_again(*other);
    }
}

void Monitor::look_again(Watch& watch) {
    watch.http_host->ask_again();
    if (watch.looking || watch.retired || !watch.http_host->get()) return;
    if (Clock::now() < watch.looked_at + between_looks) {
        // Not so often; the next check comes at once instead.
        return hurry(watch);
    }
    watch.looking = true;
    auto task = take_second_look(watch.shared_from_this());
    asio::co_spawn(io_, std::move(task), asio::detached);
}

/// The last that is in service is not given up for one refusal, however often it was said. Who was away
/// before may be back meanwhile: that is not left to its next check.
Task<Finding> Monitor::look(std::shared_ptr<Watch> watch) {
    for (int looks = 1;; ++looks) {
        const auto patience =
            std::min<net::milliseconds>(watch->vigil.look_patience(), config_->global.health_check_timeout);
        const auto until = Clock::now() + patience;
        const auto finding = co_await second_look(*watch->fresh, *watch->pool, watch->http_host->get(),
                                                  watch->node->layer, until, watch->between_looks);
        if (watch->retired || finding != Finding::refuses || looks == looks_at_the_last) co_return finding;
        const auto& nodes = watch->layer->fitness.nodes();
        if (std::count_if(nodes.begin(), nodes.end(), [](const auto& n) { return n.in_service(); }) > 1)
            co_return finding;
        for (const auto& other : watch->layer->watches) {
            if (other != watch) other->wake.cancel();
        }
        watch->between_looks.expires_after(between_looks_at_the_last);
        co_await watch->between_looks.async_wait(net::use_task);
        if (watch->retired) co_return finding;
    }
}

Task<> Monitor::take_second_look(std::shared_ptr<Watch> watch) {
    const auto begin = Clock::now();
    const auto finding = co_await look(watch);
    watch->looking = false;
    if (watch->retired) co_return;
    const auto now = Clock::now();
    watch->looked_at = now;
    auto& fitness = watch->layer->fitness;
    switch (finding) {
    case Finding::answers:
        watch->vigil.heard(now);
        watch->proved_at = begin;
        if (fitness.release(watch->index, Kind::crowded, now)) changed(*watch->layer);
        break;
    case Finding::refuses:
        fitness.witnessed(watch->index, {Evidence::Kind::refused, 1, {}, begin}, now);
        changed(*watch->layer);
        hurry_if_missed(*watch);
        break;
    case Finding::takes_no_more:
        watch->vigil.heard(now);
        if (fitness.hold(watch->index, {Kind::crowded}, now)) changed(*watch->layer);
        break;
    case Finding::silent:
        if (watch->vigil.heard_at() < begin) fell_silent(*watch, now);
        break;
    case Finding::unclear:
        hurry(*watch);
        break;
    }
}

/// The check under way takes longer than this node's checks do.
void Monitor::overdue(Watch& watch) {
    watch.http_host->ask_again();
    if (!watch.layer) return; // it is not in force yet
    if (!std::exchange(watch.had_last_chance, true)) return watch.overdue.set(last_chance);
    if (watch.vigil.heard_at() < watch.asked_at) return fell_silent(watch, Clock::now());
    watch.asked_at = Clock::now();
    watch.overdue.set(watch.vigil.patience());
}

void Monitor::fell_silent(Watch& watch, Clock::time_point now) {
    // Who has never been heard is silent since it was asked.
    const bool heard = watch.vigil.heard_at() != Clock::time_point{};
    const auto silent_for = heard ? watch.vigil.silent_for(now)
                                  : std::chrono::duration_cast<net::milliseconds>(now - watch.asked_at);
    const auto ms = static_cast<std::uint64_t>(silent_for.count());
    if (!watch.layer->fitness.hold(watch.index, {Kind::silent, ms}, now)) return;
    watch.vigil.fell_silent(now);
    changed(*watch.layer);
}

/// A check has ended. What is asked of a node that has to prove itself is asked soon again.
void Monitor::heard_by_check(Watch& watch, const CheckResult& result, Clock::time_point now) {
    watch.overdue.clear();
    auto& fitness = watch.layer->fitness;
    if (!fitness.nodes()[watch.index].in_service()) watch.vigil.forget();
    if (result.outcome != CheckResult::Outcome::answered && result.outcome != CheckResult::Outcome::limited)
        return;
    watch.proved_at = result.asked_at;
    if (watch.vigil.answered(std::chrono::duration_cast<net::milliseconds>(now - result.asked_at), now))
        fitness.release(watch.index, Kind::silent, now);
    if (fitness.nodes()[watch.index].reason.kind == Kind::crowded) look_again(watch);
}

/// It has just left. If nobody else is there, whether it is to be had again must not wait for its next check.
void Monitor::hurry_if_missed(Watch& watch) {
    if (watch.layer->service.lost_at()) hurry(watch);
}

/// A check of a node in service was refused a connection: that is no more certain than a request that was.
Task<bool> Monitor::was_chance(Watch& watch, CheckResult& result) {
    if (!watch.layer || !watch.layer->fitness.nodes()[watch.index].in_service()) co_return false;
    if (watch.looking) { // that will tell
        result.outcome = CheckResult::Outcome::failed;
        co_return true;
    }
    watch.looking = true;
    const auto finding = co_await look(watch.shared_from_this());
    watch.looking = false;
    watch.looked_at = Clock::now();
    if (watch.retired || finding == Finding::refuses) co_return false;
    result.outcome = CheckResult::Outcome::failed;
    co_return finding == Finding::answers || finding == Finding::takes_no_more;
}

void Monitor::hurry(Watch& watch) {
    watch.hurry = true;
    watch.wake.cancel();
}

/// Some head has moved. Whose own has not, although others have left it behind, is asked last.
void Monitor::watch_heads(LayerState& layer, Clock::time_point now) {
    auto& fitness = layer.fitness;
    for (const auto& watch : layer.watches) {
        const auto& node = fitness.nodes()[watch->index];
        const auto head = node.head.value_or(0);
        const bool moved = head != std::exchange(watch->seen_head, head);
        if (moved) watch->head_moved_at = now;
        if (moved || node.lag < left_behind)
            fitness.release(watch->index, Kind::standing, now);
        else if (now - watch->head_moved_at > head_stands && node.fit())
            fitness.hold(watch->index, {Kind::standing, head, fitness.head()}, now);
    }
}

} // namespace weir::nodes
