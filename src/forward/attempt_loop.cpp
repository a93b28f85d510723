#include "forward/attempt_loop.hpp"

#include "forward/lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace weir::forward {

using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

/// After the first time, while no answer comes.
constexpr net::milliseconds looks_again{100};

/// Further ways to a node beside which there is nobody.
constexpr std::size_t most_besides = 2;

/// The lanes beside the first. Made for the few requests that need one.
struct Others {
    explicit Others(net::IoContext& io)
        : ended(io) {}
    std::vector<std::unique_ptr<Lane>> lanes;
    net::Timer ended; ///< rung when one of them is over
};

/// Another way to the same node.
struct Beside {
    std::size_t candidate;
    Lane::Over over;
};

class Race {
  public:
    Race(Context& context, Job& job, const nodes::LayerView& layer, const routing::Candidates& order,
         Limits limits)
        : walk_(
              context, job, layer, order, limits, [](void* self) { static_cast<Race*>(self)->late(); }, this)
        , first_(walk_) {}

    Lane& first() { return first_; }
    bool has_others() const { return others_ != nullptr; }
    Task<> await_others();
    Outcome& outcome();

  private:
    void late();
    void ask_another(Lane& slow);
    void move_on(Lane& slow);
    static Task<> drive(Race& race, std::shared_ptr<Others> others, Lane& lane, std::optional<Beside> beside);
    void won(Lane& lane);
    bool all_over() const;
    Lane& best();

    Walk walk_;
    Lane first_;
    std::shared_ptr<Others> others_;
    bool withheld_ = false;
};

/// The attempt that began last has had the time that its node usually needs.
void Race::late() {
    Lane* slow = walk_.latest;
    if (!slow) return;
    const auto now = Clock::now();
    const auto& node = *walk_.candidate(slow->candidate()).node;
    auto& context = walk_.context;
    const auto patience = context.record(node.id).patience(walk_.job.kind());
    if (!slow->reconnects()) {
        if (now - slow->began() >= patience) context.silent(node.id, slow->began(), now);
        const auto hedge_after = walk_.limits.hedge_after.value_or(patience);
        const bool wanted = hedge_after.count() > 0 && now - slow->began() >= hedge_after;
        if (wanted && walk_.job.may_be_hedged()) ask_another(*slow);
    }
    if (walk_.latest == slow) walk_.slow.set(now + looks_again);
}

void Race::ask_another(Lane& slow) {
    auto& context = walk_.context;
    std::optional<Beside> beside;
    if (walk_.next >= walk_.attempts) {
        // Nobody else is left.
        const auto way = slow.other_way();
        const bool tried = others_ && others_->lanes.size() >= most_besides;
        if (tried || !way || Clock::now() - slow.began() < longest_patience) return;
        beside = Beside{slow.candidate(), *way};
    }
    if (!context.hedges.spend()) {
        if (!std::exchange(withheld_, true)) context.metrics.hedges_withheld.add();
        return move_on(slow);
    }
    if (!others_) others_ = std::make_shared<Others>(context.io);
    auto& lane = *others_->lanes.emplace_back(std::make_unique<Lane>(walk_));
    auto task = drive(*this, others_, lane, beside);
    asio::co_spawn(context.io, std::move(task), asio::detached);
}

/// No second node may be asked beside this one. One that others outrun with such calls is left instead, which
/// asks nobody more than once.
void Race::move_on(Lane& slow) {
    if (walk_.next >= walk_.attempts) return;
    const auto now = Clock::now();
    const auto& record = walk_.context.record(walk_.candidate(slow.candidate()).node->id);
    if (now - slow.began() < longest_patience || !record.is_avoided(walk_.job.kind(), now)) return;
    slow.move_on();
}

/// The race outlives it: await_others() waits for its end.
Task<> Race::drive(Race& race, std::shared_ptr<Others> others, Lane& lane, std::optional<Beside> beside) {
    if (beside) {
        co_await lane.run_beside(beside->candidate, beside->over);
    } else {
        co_await lane.run(true);
    }
    if (lane.good()) race.won(lane);
    others->ended.cancel();
}

void Race::won(Lane& winner) {
    const auto now = Clock::now();
    const auto lose = [&](Lane& lane) {
        if (&lane == &winner || lane.over()) return;
        const auto& node = *walk_.candidate(lane.candidate()).node;
        if (&winner != &first_ && lane.candidate() != winner.candidate())
            walk_.context.record(node.id).outrun(walk_.job.kind(), lane.began(), now);
        if (lane.candidate() == winner.candidate()) {
            lane.distrust();
            // Not that it is late says so, which may be the call's own doing, but that it need not have been.
            if (winner.is_beside_over(Lane::Over::working) && lane.is_untried())
                walk_.context.pool(node).seems_full();
        }
        lane.abandon();
    };
    lose(first_);
    for (const auto& lane : others_->lanes)
        lose(*lane);
}

bool Race::all_over() const {
    for (const auto& lane : others_->lanes) {
        if (!lane->over()) return false;
    }
    return true;
}

/// When all lanes failed: what a node said beats what weir has to say.
Lane& Race::best() {
    if (first_.good()) return first_;
    Lane* kept = first_.outcome().kept ? &first_ : nullptr;
    for (const auto& lane : others_->lanes) {
        if (lane->good()) return *lane;
        if (!kept && lane->outcome().kept) kept = lane.get();
    }
    return kept ? *kept : *others_->lanes.back();
}

/// The first lane is over.
Task<> Race::await_others() {
    if (first_.good()) won(first_);
    while (!all_over()) {
        others_->ended.expires_at(Clock::time_point::max());
        co_await others_->ended.async_wait(use_task);
    }
    walk_.slow.clear();
}

Outcome& Race::outcome() {
    if (!has_others()) return first_.outcome();
    Lane& lane = best();
    if (&lane != &first_ && lane.good()) walk_.context.metrics.hedges_won.add();
    lane.outcome().may_have_run = walk_.sends > 0;
    return lane.outcome();
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
    context.hedges.earn((*context.snapshot())->config->global.hedge_max_percent);
    Race race(context, job, layer, order, limits);
    co_await race.first().run();
    if (race.has_others()) co_await race.await_others();
    co_return std::move(race.outcome()); // no Outcome in this frame, which is one that Asio keeps
}

} // namespace weir::forward
