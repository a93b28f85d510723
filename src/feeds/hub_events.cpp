// What the hub tells: events to the workers that have somebody for them, and ends.
#include "feeds/hub_feed.hpp"
#include "log/log.hpp"

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;

void Hub::end(const std::vector<std::pair<FeedId, FeedEnd>>& ended) {
    std::vector<std::vector<std::pair<FeedId, FeedEnd>>> of_worker(workers_);
    std::size_t feeds = 0;
    for (const auto& [id, why] : ended) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) continue;
        const auto feed = found->second;
        if (++feeds == 1) {
            log::warn("subscriptions cannot go on without a loss: their sessions are closed",
                      {{"feed", feed->request.key},
                       {"feeds", std::to_string(ended.size())},
                       {"reason", std::string(to_string(why))}});
        }
        for (std::size_t worker = 0; worker < workers_; ++worker) {
            if (feed->listeners[worker] != 0) of_worker[worker].emplace_back(id, why);
        }
        close(feed);
    }
    metrics_.ended_feeds.add(feeds);
    for (std::size_t worker = 0; worker < workers_; ++worker) {
        if (of_worker[worker].empty()) continue;
        post_(worker, [ends = std::move(of_worker[worker])](Board& board) {
            for (const auto& [id, why] : ends)
                board.end(id, why);
        });
    }
}

/// Everything that is new in one post to each worker that has somebody for it, and one text for all.
void Hub::deliver(std::vector<Delivery> deliveries, Effort effort) {
    std::vector<std::vector<std::size_t>> of_worker(workers_); // which of them
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
        const auto found = by_id_.find(deliveries[i].feed);
        if (found == by_id_.end()) continue;
        for (std::size_t worker = 0; worker < workers_; ++worker)
            if (found->second->listeners[worker] != 0) of_worker[worker].push_back(i);
    }
    const auto all = std::make_shared<const std::vector<Delivery>>(std::move(deliveries));
    for (std::size_t worker = 0; worker < workers_; ++worker) {
        const auto& which = of_worker[worker];
        if (which.empty()) continue;
        std::size_t count = 0;
        for (const auto i : which)
            count += (*all)[i].events.size();
        if (effort == Effort::best && backlog_.is_full(worker)) {
            metrics_.left_out_events.add(count);
            continue;
        }
        auto share = all;
        if (which.size() < all->size()) {
            auto some = std::make_shared<std::vector<Delivery>>();
            for (const auto i : which)
                some->push_back((*all)[i]);
            share = std::move(some);
        }
        post_(worker, [share = std::move(share), counted = backlog_.add(worker, count)](Board& board) {
            board.deliver(*share);
        });
    }
}

void Hub::deliver(const Feed& feed, EventText event) {
    std::vector<Delivery> one;
    one.push_back({feed.id, {std::move(event)}});
    // Syncing is told when it differs from what was told: nothing of that may be missing.
    deliver(std::move(one), feed.request.kind == Kind::syncing ? Effort::always : Effort::best);
}

void Hub::stepped(const std::vector<Step>& steps) {
    const auto found = by_key_.find("newHeads");
    if (found != by_key_.end() && found->second->is_open) {
        Delivery heads{found->second->id, {}};
        for (const auto& step : steps) {
            // A reorganisation shows by the new branch's heads, from the fork on. The text keeps its header
            // alive.
            if (step.kind == Step::Kind::added) heads.events.emplace_back(step.header, &step.header->json);
        }
        if (!heads.events.empty()) deliver({std::move(heads)});
    }
    logs_.stepped(steps);
}

void Hub::overflowed() {
    std::vector<std::pair<FeedId, FeedEnd>> torn;
    for (const auto& [id, feed] : by_id_) {
        if (feed->is_open && follows_heads(feed->request.kind)) torn.emplace_back(id, FeedEnd::gap_too_large);
    }
    end(torn);
}

void Hub::head_announced(std::uint32_t node_id, chain::HeaderPtr header) {
    if (!stopped_) heads_.announced(node_id, header);
}

} // namespace weir::feeds
