#include "nodes/monitor.hpp"

#include "log/log.hpp"
#include "nodes/watch.hpp"

#include <algorithm>
#include <utility>

namespace weir::nodes {

using net::Clock;
using net::Task;
using net::use_task;

namespace {

/// From one check to the next of a node while nobody serves.
constexpr std::chrono::milliseconds in_outage{100}, in_outage_answering{250};
constexpr std::chrono::milliseconds between_hurried{50}; ///< checks of a node of which something is amiss

} // namespace

Monitor::Monitor(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics,
                 SeenHeads& seen_heads, Publish publish)
    : io_(io)
    , wheel_(wheel)
    , metrics_(metrics)
    , seen_heads_(seen_heads)
    , publish_(std::move(publish))
    , el_(std::make_unique<LayerState>(io))
    , cl_(std::make_unique<LayerState>(io))
    , pauses_(io, [this] { woke_up(); }) {
    cl_->layer = Layer::cl;
}

Monitor::~Monitor() = default;

Task<> Monitor::check_loop(WatchPtr watch) {
    while (!watch->retired) {
        const auto begin = Clock::now();
        const auto deadline = begin + config_->global.health_check_timeout;
        const bool hurried = std::exchange(watch->hurry, false);
        if (!watch->http_host->get()) {
            watch->wake.expires_at(deadline); // its address cuts this short
            co_await watch->wake.async_wait(use_task);
        }
        watch->asked_at = Clock::now();
        watch->had_last_chance = false;
        watch->overdue.set(watch->vigil.patience());
        auto result = co_await check(watch->node->layer, *watch->pool, watch->http_host->get(),
                                     watch->acquaintance, deadline);
        if (watch->retired) co_return;
        // While weir itself did not run time ran out, and what was answered grew old.
        if (pauses_.paused_since(begin)) continue;
        if (result.outcome == CheckResult::Outcome::refused && co_await was_chance(*watch, result)) {
            watch->wake.expires_after(between_hurried);
            co_await watch->wake.async_wait(use_task);
            continue;
        }
        if (watch->retired) co_return;
        if (result.answered_badly && has_another_address(*watch, result)) continue;
        result.asked_at = begin;
        checked(watch, result);
        if (watch->retired) co_return; // whoever was told may have had enough
        if (watch->hurry) continue;
        // A process that ends loses its sockets one by one: what the first check after that met may not be
        // the last word.
        watch->hurry = hurried && result.outcome != CheckResult::Outcome::answered && watch->layer &&
                       watch->layer->fitness.nodes()[watch->index].in_service();
        watch->wake.expires_at(std::max(next_check(*watch, begin), Clock::now()));
        co_await watch->wake.async_wait(use_task);
    }
}

void Monitor::checked(const WatchPtr& watch, const CheckResult& result) {
    const auto now = Clock::now();
    const bool answered = result.outcome == CheckResult::Outcome::answered;
    auto& counters = metrics_.nodes[watch->node->id];
    counters.checks.add();
    if (!answered) {
        counters.failed_checks.add();
        watch->http_host->ask_again();
    }
    counters.check_duration.observe(now - result.asked_at);
    if (result.network.known()) watch->gate->ask_again();
    if (!watch->layer) {
        watch->overdue.clear();
        if (answered) {
            watch->proved_at = result.asked_at;
            watch->vigil.answered(std::chrono::duration_cast<net::milliseconds>(now - result.asked_at), now);
        }
        auto before = std::exchange(watch->first_check, result);
        if (before) { // what is not asked each time
            if (!result.network.known()) watch->first_check->network = std::move(before->network);
            if (!result.finalized) watch->first_check->finalized = std::move(before->finalized);
            if (result.client_version.empty())
                watch->first_check->client_version = std::move(before->client_version);
        }
        if (answered && (!before || before->outcome != result.outcome)) watch->good_since = now;
        try_to_take_effect();
        return;
    }
    watch->layer->fitness.checked(watch->index, result, now);
    heard_by_check(*watch, result, now);
    judge_address(*watch, result);
    // Who is there may be another one by now, and the node elsewhere.
    if (!watch->layer->fitness.nodes()[watch->index].in_service()) watch->http_host->ask_again();
    if (result.head && watch->node->layer == Layer::el) note_head(*watch, *result.head);
    changed(*watch->layer);
}

void Monitor::note_head(Watch& watch, std::uint64_t head) {
    const auto told = seen_heads_.told_by(watch.node->id);
    if (told > head && told > watch.checked_head) seen_heads_.went_back(watch.node->id, head);
    watch.checked_head = head;
    seen_heads_.layer_is_at(watch.layer->fitness.head(), Clock::now());
}

Monitor::Watch* Monitor::find(std::uint32_t node_id) {
    for (auto* layer : {el_.get(), cl_.get()}) {
        for (const auto& watch : layer->watches) {
            if (watch->node->id == node_id && !watch->retired) return watch.get();
        }
    }
    if (!pending_) return nullptr;
    for (const auto& watch : pending_->candidates) {
        if (watch->node->id == node_id && !watch->retired) return watch.get();
    }
    return nullptr;
}

void Monitor::changed(LayerState& layer) {
    watch_heads(layer, Clock::now());
    record_changes(layer);
    publish();
    open_gates(layer);
}

/// Weir itself did not run for a while: what is known of the nodes is old.
void Monitor::woke_up() {
    log::warn("weir was stopped, or the machine was: all nodes are asked anew");
    for (auto* layer : {el_.get(), cl_.get()}) {
        layer->fitness.slept();
        hurry_all(*layer);
    }
}

/// Whoever is back is to be known at once.
void Monitor::hurry_all(LayerState& layer) {
    for (const auto& watch : layer.watches)
        watch->wake.cancel();
}

/// When the node's next check is due, the last one having begun then.
Clock::time_point Monitor::next_check(const Watch& watch, Clock::time_point begin) const {
    const auto interval = config_->global.health_check_interval;
    if (watch.hurry || watch.vigil.is_to_prove_itself_soon()) return Clock::now() + between_hurried;
    if (!watch.layer) return begin + in_outage; // a whole configuration waits for it
    const auto& layer = *watch.layer;
    if (!layer.service.lost_at()) return begin + interval;
    const bool answers = layer.fitness.nodes()[watch.index].check_ok;
    return begin + std::min(interval, answers ? in_outage_answering : in_outage);
}

void Monitor::stop() {
    pauses_.stop();
    for (auto* layer : {el_.get(), cl_.get()}) {
        for (const auto& watch : layer->watches)
            retire(watch);
        layer->patience.cancel();
    }
    for (const auto& watch : leaving_)
        watch->wake.cancel();
    if (const auto pending = std::exchange(pending_, nullptr)) {
        pending->timer.cancel();
        for (const auto& watch : pending->candidates)
            retire(watch);
    }
}

} // namespace weir::nodes
