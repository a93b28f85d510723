#include "forward/attempt_loop.hpp"

#include "forward/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <memory>

namespace weir::forward {

using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

/// Two lanes, the second one late. Shared, as a lane that waits for a connection is not waited for.
struct Hedge {
    Hedge(Context& context, Job& job, const nodes::LayerView& layer, const routing::Candidates& order,
          Limits limits)
        : walk(context, job, layer, order, limits)
        , first(walk)
        , second(walk)
        , bell(context.io) {}

    Walk walk;
    Lane first, second;
    bool both = false; ///< the second has started
    net::Timer bell;   ///< rung when a lane is over
};

Task<> drive(std::shared_ptr<Hedge> hedge, Lane& lane, Lane& other, bool late) {
    co_await lane.run(late);
    if (lane.good()) other.abandon();
    hedge->bell.cancel();
}

/// Nothing uses the job any more but who asks.
bool is_settled(const Hedge& hedge) {
    if (!hedge.both) return hedge.first.over();
    const auto out_of_the_way = [](const Lane& lane) { return lane.over() || lane.waits_for_connection(); };
    if (hedge.first.good()) return out_of_the_way(hedge.second);
    if (hedge.second.good()) return out_of_the_way(hedge.first);
    return hedge.first.over() && hedge.second.over();
}

/// When both lanes failed: what a node said beats what weir has to say.
Lane& better(Hedge& hedge) {
    if (hedge.second.good()) return hedge.second;
    if (hedge.first.good() || !hedge.both || hedge.first.outcome().kept) return hedge.first;
    return hedge.second;
}

Task<Outcome> run_hedged(std::shared_ptr<Hedge> hedge) {
    auto& io = hedge->walk.context.io;
    const auto patience = Clock::now() + hedge->walk.limits.hedge_after;
    asio::co_spawn(io, drive(hedge, hedge->first, hedge->second, false), asio::detached);
    hedge->bell.expires_at(patience);
    while (!hedge->first.over() && Clock::now() < patience)
        co_await hedge->bell.async_wait(use_task);
    if (!hedge->first.over() && hedge->walk.next < hedge->walk.attempts) {
        hedge->both = true;
        asio::co_spawn(io, drive(hedge, hedge->second, hedge->first, true), asio::detached);
    }
    hedge->bell.expires_at(Clock::time_point::max());
    while (!is_settled(*hedge))
        co_await hedge->bell.async_wait(use_task);
    Lane& lane = better(*hedge);
    if (&lane == &hedge->second && lane.good()) hedge->walk.context.metrics.hedges_won.add();
    Outcome outcome = std::move(lane.outcome());
    outcome.may_have_run = hedge->walk.sends > 0;
    co_return outcome;
}

} // namespace

bool not_there(const Outcome& outcome) {
    if (outcome.kind == Outcome::Kind::no_node) return true;
    static constexpr std::string_view reasons[] = {"connect_refused", "connect_failed", "reset",
                                                   "no_connection"};
    return outcome.kind == Outcome::Kind::failed &&
           std::find(std::begin(reasons), std::end(reasons), outcome.last_reason) != std::end(reasons);
}

Task<Outcome> run(Context& context, Job& job, const nodes::LayerView& layer, const routing::Candidates& order,
                  Limits limits) {
    if (limits.hedge_after.count() == 0 || limits.max_retries == 0 || order.size() < 2 ||
        job.fresh_connection()) {
        Walk walk(context, job, layer, order, limits);
        Lane lane(walk);
        co_await lane.run();
        co_return std::move(lane.outcome());
    }
    auto hedge = std::make_shared<Hedge>(context, job, layer, order, limits);
    co_return co_await run_hedged(std::move(hedge));
}

} // namespace weir::forward
