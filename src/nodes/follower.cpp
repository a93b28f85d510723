#include "nodes/follower.hpp"

#include "chain/json_members.hpp"
#include "log/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::nodes {

using net::Clock;
using net::milliseconds;
using net::Task;
using net::use_task;
using upstream::LinkAnswer;
namespace asio = net::asio;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5000};
/// A link that was up for so long has proved itself: after its loss the next is opened at once.
constexpr milliseconds proven{5000};
constexpr std::chrono::seconds refusal_is_believed{30};

std::string refusal_words(const LinkAnswer& answer) {
    if (answer.kind == LinkAnswer::Kind::timed_out) return "no answer to eth_subscribe";
    std::string_view code = "without a code";
    chain::each_member(answer.json, [&](std::string_view key, std::string_view value) {
        if (key == "code") code = value;
        return true;
    });
    return "eth_subscribe is refused: " + std::string(code);
}

} // namespace

Follower::Follower(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics,
                   std::shared_ptr<const Node> node, HeadSink& sink)
    : io_(io)
    , wheel_(wheel)
    , metrics_(metrics)
    , node_(std::move(node))
    , sink_(sink)
    , wake_(io) {}

void Follower::start() {
    asio::co_spawn(io_, run(), asio::detached);
}

void Follower::stop() {
    if (std::exchange(stopped_, true)) return;
    wake_.cancel();
    if (link_) link_->close();
    if (std::exchange(up_, false)) went_down("stopped");
}

void Follower::set_addresses(upstream::Addresses addresses) {
    const bool first = !addresses_;
    addresses_ = std::move(addresses);
    if (first) wake_.cancel();
    if (!link_ || !link_->is_withdrawn()) return;
    moves_ = true;
    link_->close();
}

Task<> Follower::run() {
    const auto self = shared_from_this();
    while (!stopped_) {
        if (!addresses_) {
            wake_.expires_at(Clock::time_point::max()); // set_addresses() and stop() end this
            co_await wake_.async_wait(use_task);
            continue;
        }
        const auto why = co_await follow();
        if (stopped_) co_return;
        if (unreachable_ && !moves_) unreachable_();
        if (!was_up_) metrics_.links_failed.add();
        if (std::exchange(up_, false)) went_down(why);
        if (stopped_) co_return; // whoever was told may have had enough
        if (!std::exchange(complained_, true)) {
            log::warn(was_up_ ? "WebSocket to node lost" : "no WebSocket to node",
                      {{"node", node_->name}, {"reason", why}});
        }
        const auto pause = next_pause();
        if (pause == milliseconds(0)) continue;
        wake_.expires_after(pause);
        co_await wake_.async_wait(use_task);
    }
}

Task<std::string> Follower::follow() {
    was_up_ = refused_ = false;
    refusal_.clear();
    link_ = std::make_shared<upstream::WsLink>(io_, wheel_, limits_, metrics_);
    auto why = co_await link_->open(*node_->ws, addresses_);
    if (why.empty() && !stopped_) {
        subscribe();
        why = co_await link_->run();
    }
    link_.reset();
    if (moves_) co_return std::string("its address is withdrawn");
    co_return refusal_.empty() ? why : refusal_;
}

/// The link calls back no more once its run() has returned, and until then run() keeps this alive.
void Follower::subscribe() {
    const auto answered = [this](const LinkAnswer& answer) { subscribed(answer); };
    const auto event = [this](std::string_view result) {
        if (stopped_) return;
        if (auto header = chain::read_header(result)) sink_.head_announced(node_->id, std::move(header));
    };
    link_->subscribe("eth_subscribe", R"(["newHeads"])", answered, event);
}

void Follower::subscribed(const LinkAnswer& answer) {
    if (stopped_ || answer.kind == LinkAnswer::Kind::lost) return;
    if (answer.kind != LinkAnswer::Kind::result) {
        refused_ = answer.kind == LinkAnswer::Kind::error;
        refusal_ = refusal_words(answer);
        link_->close();
        return;
    }
    up_ = was_up_ = true;
    up_since_ = Clock::now();
    metrics_.links_opened.add();
    if (std::exchange(ever_up_, true)) metrics_.links_reopened.add();
    metrics_.nodes[node_->id].link_open.add();
    complained_ = false;
    log::info("WebSocket to node open", {{"node", node_->name}});
    sink_.link_up(node_->id, link_);
}

void Follower::went_down(std::string_view why) {
    metrics_.nodes[node_->id].link_open.sub();
    sink_.link_down(node_->id, why);
}

milliseconds Follower::next_pause() {
    if (std::exchange(moves_, false)) return milliseconds(0);
    if (refused_) return refusal_is_believed;
    if (was_up_ && Clock::now() - up_since_ >= proven) {
        pause_ = milliseconds(0);
    } else {
        pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
    }
    return pause_;
}

} // namespace weir::nodes
