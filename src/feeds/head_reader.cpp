#include "feeds/head_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace weir::feeds {

using chain::HeaderPtr;
using net::Clock;
using net::milliseconds;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{1000};
constexpr const char* latest_params = R"(["latest",false])";
/// After this a source that is lower than what clients were told is believed: the chain did go back.
constexpr std::chrono::seconds patience{10};

} // namespace

HeadReader::HeadReader(net::IoContext& io, Questions& questions, metrics::ControlMetrics& metrics,
                       Events events)
    : io_(io)
    , questions_(questions)
    , metrics_(metrics)
    , events_(std::move(events))
    , line_(1)
    , look_pause_(io)
    , fill_pause_(io)
    , trust_timer_(io) {}

void HeadReader::stop() {
    stopped_ = true;
    ++turn_;
    look_pause_.cancel();
    fill_pause_.cancel();
    trust_timer_.cancel();
}

bool HeadReader::is_followed(std::uint32_t node_id) const {
    const auto found = followed_.find(node_id);
    return found != followed_.end() && found->second.up;
}

void HeadReader::adopted() {
    const auto& snapshot = *questions_.snapshot();
    line_.set_max_gap(snapshot.config->global.backfill_max_blocks);
    const auto now = Clock::now();
    for (const auto& status : snapshot.el.nodes) {
        if (!status.fit)
            fit_since_.erase(status.node->id);
        else
            fit_since_.emplace(status.node->id, now);
    }
    choose();
}

void HeadReader::choose() {
    if (!questions_.snapshot() || stopped_) return;
    const auto& snapshot = *questions_.snapshot();
    std::vector<SourceCandidate> candidates;
    for (const auto& status : snapshot.el.nodes) {
        const auto id = status.node->id;
        SourceCandidate candidate;
        candidate.id = id;
        candidate.primary = status.node->tier == nodes::Tier::primary;
        candidate.fit = status.fit;
        candidate.followable = status.node->ws.has_value();
        if (const auto since = fit_since_.find(id); since != fit_since_.end())
            candidate.ready_since = since->second;
        if (is_followed(id)) {
            const auto& followed = followed_[id];
            candidate.followed = true;
            if (followed.head) candidate.head = followed.head->number;
            candidate.ready_since = std::max(candidate.ready_since, followed.since);
        }
        candidates.push_back(candidate);
    }
    const auto chosen =
        choose_source(candidates, source_, snapshot.config->global.health_check_interval / 2, Clock::now());
    if (chosen == source_) {
        if (source_ && !is_followed(*source_) && (listening_ || !waiting_for_base_.empty())) start_looking();
        return;
    }
    if (source_) metrics_.nodes[*source_].feeds_read_from.sub();
    if (source_ && chosen) metrics_.feed_switches.add();
    source_ = chosen;
    ++turn_; // whoever looks at the old source stops
    looking_ = false;
    line_.source_changed();
    events_.source_changed();
    if (!source_) return;
    metrics_.nodes[*source_].feeds_read_from.add();
    arm_trust();
    const auto followed = followed_.find(*source_);
    if (followed != followed_.end() && followed->second.up && followed->second.head) {
        lead(followed->second.head);
    } else {
        fresh_ = false;
        start_looking();
    }
}

void HeadReader::link_up(std::uint32_t node_id) {
    followed_[node_id] = {nullptr, Clock::now(), true};
    choose();
    // What it announced while nobody followed is asked for now, not found out with its next head.
    if (source_ == node_id) {
        ++turn_;
        looking_ = false;
        start_looking();
    }
}

void HeadReader::link_down(std::uint32_t node_id) {
    followed_.erase(node_id);
    if (source_ == node_id) fresh_ = false;
    choose();
}

void HeadReader::announced(std::uint32_t node_id, const HeaderPtr& header) {
    auto& followed = followed_[node_id];
    followed.head = header;
    announced_form_ = header->json;
    line_.heard(header);
    if (source_ == node_id) {
        lead(header);
    } else {
        pump();   // it may be what a gap waits for
        choose(); // or show that the source stands still
    }
}

void HeadReader::lead(const HeaderPtr& header) {
    line_.lead(header);
    pump();
    based();
}

void HeadReader::listen(bool anyone) {
    listening_ = anyone;
    if (anyone && source_ && !is_followed(*source_)) start_looking();
}

void HeadReader::when_based(std::function<void()> ready) {
    if (fresh_ && line_.tip()) {
        ready();
        return;
    }
    waiting_for_base_.push_back(std::move(ready));
    if (source_) start_looking();
}

void HeadReader::based() {
    fresh_ = true;
    for (auto& ready : std::exchange(waiting_for_base_, {}))
        ready();
}

void HeadReader::pump() {
    auto steps = line_.take_steps();
    if (!listening_) {
        // Nobody has been told anything that a gap could tear.
        if (line_.wanted() || line_.overflowed()) line_.restart(line_.target());
        return;
    }
    if (!steps.empty()) events_.stepped(steps);
    if (line_.overflowed()) {
        events_.overflowed();
        line_.restart(line_.target());
    }
    if (line_.wanted() && !filling_ && !stopped_) {
        filling_ = true;
        asio::co_spawn(io_, fill(), asio::detached);
    }
}

void HeadReader::start_looking() {
    if (looking_ || stopped_ || !source_) return;
    looking_ = true;
    asio::co_spawn(io_, look(*source_, ++turn_), asio::detached);
}

/// Asks the source for its head: once when its WebSocket tells the following ones, else again and again.
Task<> HeadReader::look(std::uint32_t node_id, std::uint64_t turn) {
    auto pause = first_pause;
    while (turn == turn_) {
        const auto block = co_await questions_.ask(node_id, "eth_getBlockByNumber", latest_params);
        if (turn != turn_) co_return;
        const auto header = block ? chain::header_of_block(*block, announced_form_) : nullptr;
        if (header) {
            // A head that came over the WebSocket meanwhile is newer.
            const auto followed = followed_.find(node_id);
            const bool newer = followed != followed_.end() && followed->second.head;
            line_.heard(header);
            if (!newer) lead(header);
            if (is_followed(node_id) || (!listening_ && waiting_for_base_.empty())) {
                fresh_ = is_followed(node_id);
                break;
            }
            pause = questions_.snapshot()->config->global.ws_poll_interval;
        } else {
            pause = std::min(pause * 2, longest_pause);
        }
        look_pause_.expires_after(pause);
        co_await look_pause_.async_wait(use_task);
    }
    if (turn == turn_) looking_ = false;
}

/// Gets the blocks between what was told last and the source's head, from whoever has them.
Task<> HeadReader::fill() {
    auto pause = first_pause;
    while (line_.wanted() && !stopped_) {
        const std::string hash = *line_.wanted();
        HeaderPtr header;
        for (const auto node : nodes_to_ask(questions_, source_)) {
            const auto block =
                co_await questions_.ask(node, "eth_getBlockByHash", "[\"" + hash + "\",false]");
            if (stopped_) co_return;
            if (block) header = chain::header_of_block(*block, announced_form_);
            if (header && header->hash == hash) break;
            header.reset();
            if (line_.wanted() != hash) break;
        }
        if (header) {
            metrics_.backfilled_blocks.add();
            line_.heard(header);
            pause = first_pause;
        } else if (line_.wanted() == hash) {
            fill_pause_.expires_after(pause);
            pause = std::min(pause * 2, longest_pause);
            co_await fill_pause_.async_wait(use_task);
        }
        if (!line_.wanted()) pump(); // filling_ is still set: a further gap goes on here
    }
    filling_ = false;
}

void HeadReader::arm_trust() {
    trust_timer_.expires_after(patience);
    trust_timer_.async_wait([this](net::error_code ec) {
        if (ec || stopped_) return;
        line_.trust();
        pump();
    });
}

} // namespace weir::feeds
