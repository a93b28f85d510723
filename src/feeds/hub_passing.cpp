// The feeds that only nodes can make: on which node each is, now and when that changes.
#include "feeds/hub_feed.hpp"

#include <boost/asio/post.hpp>

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;
namespace asio = net::asio;

namespace {

std::string wrong_params(const std::string& mistake) {
    return R"({"code":-32602,"message":")" + mistake + "\"}";
}

} // namespace

void Hub::open_passed(const FeedPtr& feed) {
    auto& passing = feed->passing.emplace(io_);
    passing.filter = std::make_unique<EventFilter>(feed->request.kind, global().pending_dedup_window);
    passed_.emplace(feed->id, feed);
    const std::weak_ptr<Feed> weak = feed;
    const auto event = [this, weak](std::string_view result) {
        const auto self = weak.lock();
        if (!self || self->closed) return;
        if (self->passing->filter->is_new(result))
            deliver(*self, std::make_shared<const std::string>(result));
        else
            metrics_.dropped_duplicates.add();
    };
    const auto answered = [this, weak](std::string_view error) {
        const auto self = weak.lock();
        if (self && !self->closed) first_answer(self, error);
    };
    const auto settled = [this, weak] {
        if (const auto self = weak.lock()) pass_on_soon(self);
    };
    passing.sources = std::make_unique<PassSources>(io_, *questions_, feed->request, metrics_, pauses_,
                                                    PassFeed::Events{event, answered, settled});
    pass_on(feed);
}

void Hub::first_answer(const FeedPtr& feed, std::string_view error) {
    if (error.empty())
        opened(*feed);
    else if (feed->is_open)
        pass_on_soon(feed); // another node has taken it
    else
        refuse(feed, std::string(error));
}

void Hub::link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) {
    if (stopped_) return;
    links_[node_id] = std::move(link);
    heads_.link_up(node_id);
    pass_on_all();
}

void Hub::link_down(std::uint32_t node_id, std::string_view) {
    if (stopped_) return;
    links_.erase(node_id);
    for (const auto& [id, feed] : passed_)
        feed->passing->sources->link_lost(node_id);
    heads_.link_down(node_id);
    pass_on_all();
}

void Hub::pass_on_all() {
    const std::unordered_map<FeedId, FeedPtr> all = passed_; // what is done with them may change the list
    for (const auto& [id, feed] : all)
        pass_on(feed);
}

/// Not from within the answer of a link that may be going down.
void Hub::pass_on_soon(const FeedPtr& feed) {
    asio::post(io_, [this, weak = std::weak_ptr(feed)] {
        if (const auto self = weak.lock()) pass_on(self);
    });
}

/// Without a memory of what was told everything would be told twice.
std::size_t Hub::sources_of(const Feed& feed) const {
    const bool many = feed.request.kind == Kind::pending_transactions && global().pending_dedup_window > 0;
    return many ? global().pending_sources : 1;
}

/// Reads a feed that only nodes can make from the best nodes that take it.
void Hub::pass_on(const FeedPtr& feed) {
    if (feed->closed || stopped_) return;
    auto& [retry, filter, sources] = *feed->passing;
    std::vector<PassSources::Candidate> nodes;
    for (const auto node : questions_->nodes_to_ask(heads_.source())) {
        const auto* status = questions_->find(node);
        auto& candidate = nodes.emplace_back();
        candidate.node_id = node;
        candidate.followable = status && status->node->ws;
        const auto link = links_.find(node);
        if (link != links_.end() && link->second->is_open()) candidate.link = link->second;
    }
    sources->use(nodes, sources_of(*feed));
    if (sources->polls()) {
        sources->no_first_answer();
        opened(*feed);
    }
    if (sources->live() || sources->asking()) return;
    if (!feed->is_open && !sources->refusal().empty()) {
        refuse(feed, sources->refusal());
        return;
    }
    if (!feed->is_open && !feed->request.mistake.empty()) {
        refuse(feed, wrong_params(feed->request.mistake));
        return;
    }
    retry.expires_after(pauses_.longest);
    retry.async_wait([this, weak = std::weak_ptr(feed)](net::error_code ec) {
        const auto self = weak.lock();
        if (!ec && self) pass_on(self);
    });
}

} // namespace weir::feeds
