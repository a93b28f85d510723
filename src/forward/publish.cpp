#include "forward/publish.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace weir::forward {

using net::Task;
namespace asio = net::asio;

namespace {

/// Shared by the client's request and the nodes' tasks, which may outlive it.
struct Round {
    Round(net::IoContext& io, std::shared_ptr<Publication> what, SnapshotHandle nodes, nodes::Layer which,
          std::size_t count)
        : publication(std::move(what))
        , snapshot(std::move(nodes))
        , layer(which)
        , changed(io)
        , outcomes(count)
        , running(count) {}

    std::shared_ptr<Publication> publication;
    SnapshotHandle snapshot;
    nodes::Layer layer;
    net::Timer changed; ///< cancelled whenever a node is done
    std::vector<Outcome> outcomes;
    std::size_t running;
    std::optional<std::size_t> winner;
};

Task<> publish_to_one(Context& context, std::shared_ptr<Round> round, std::size_t place, std::uint16_t node,
                      net::Clock::time_point deadline) {
    routing::Candidates only;
    only.push_back(node);
    const auto places = round->outcomes.size();
    auto& job = round->publication->job(place);
    auto outcome = co_await run(context, job, (*round->snapshot)->layer(round->layer), only, {deadline, 0});
    // What is not the client's keeps no connection while others are still at it.
    if (!round->winner) {
        if (round->publication->succeeded(place, outcome)) {
            round->winner = place;
            round->outcomes.clear();
            round->outcomes.resize(places);
        }
        round->outcomes[place] = std::move(outcome);
    }
    --round->running;
    round->changed.cancel();
}

} // namespace

std::size_t Publication::best(const std::vector<Outcome>& outcomes) const {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].kind == Outcome::Kind::answer) return i;
    }
    return 0;
}

Task<Published> publish_to_all(Context& context, std::shared_ptr<Publication> publication,
                               SnapshotHandle snapshot, nodes::Layer layer, const routing::Candidates& order,
                               net::Clock::time_point deadline) {
    auto round =
        std::make_shared<Round>(context.io, std::move(publication), std::move(snapshot), layer, order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto task = publish_to_one(context, round, i, order[i], deadline);
        asio::co_spawn(context.io, std::move(task), asio::detached);
    }
    while (round->running > 0 && !round->winner) {
        round->changed.expires_at(net::Clock::time_point::max());
        co_await round->changed.async_wait(net::use_task);
    }
    Published published;
    published.success = round->winner.has_value();
    published.place = round->winner ? *round->winner : round->publication->best(round->outcomes);
    published.lost = std::any_of(round->outcomes.begin(), round->outcomes.end(), [](const Outcome& outcome) {
        return outcome.may_have_run && (!outcome.all_answered || outcome.sent_again);
    });
    published.outcome = std::move(round->outcomes[published.place]);
    co_return published;
}

} // namespace weir::forward
