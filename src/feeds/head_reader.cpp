#include "feeds/head_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace weir::feeds {

using chain::HeaderPtr;
using net::Clock;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

/// Twice is no accident. A node that is asked for its head and has none to tell is left for a while, or until
/// it announces one.
constexpr int failures_of_a_mute = 2;
constexpr std::chrono::seconds mute_for{30};
constexpr std::string_view latest_params = R"(["latest",false])";

} // namespace

HeadReader::HeadReader(net::IoContext& io, Questions& questions, metrics::ControlMetrics& metrics,
                       Pauses pauses, Events events)
    : io_(io)
    , questions_(questions)
    , metrics_(metrics)
    , pauses_(pauses)
    , events_(std::move(events))
    , line_(1)
    , look_pause_(io)
    , fill_pause_(io)
    , trust_timer_(io)
    , hold_timer_(io) {}

void HeadReader::stop() {
    stopped_ = true;
    ++look_turn_;
    ++fill_turn_;
    for (auto* timer : {&look_pause_, &fill_pause_, &trust_timer_, &hold_timer_})
        timer->cancel();
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
    for (auto& [id, followed] : followed_) {
        if (snapshot.el.head <= followed.told + 1)
            followed.behind_since.reset(); // one is the ordinary race between a check and an announcement
        else if (!followed.behind_since)
            followed.behind_since = now;
    }
    choose();
    // The layer may have come to where its head is believed.
    if (!source_ || !is_followed(*source_)) return;
    const auto head = followed_[*source_].head;
    if (head && head != line_.target()) lead(head);
}

/// A node may keep its socket open and announce nothing: then what checks know of the layer runs ahead of it.
bool HeadReader::is_silent(const Followed& followed) const {
    const auto& global = questions_.snapshot()->config->global;
    return followed.behind_since && Clock::now() - *followed.behind_since >= global.health_check_interval;
}

bool HeadReader::tells_heads(std::uint32_t node_id) const {
    const auto found = followed_.find(node_id);
    return found != followed_.end() && !is_silent(found->second);
}

/// The highest head that is taken for one, `lead` blocks above what is known: a node that tells a head beyond
/// all reason must neither draw the feeds to it nor end them as torn. Whether it is right is for the health
/// checks to find out: then the layer's head follows it.
std::uint64_t HeadReader::believable(std::uint64_t lead) const {
    if (!line_.tip()) return UINT64_MAX;
    const auto known = std::max(line_.tip()->number, questions_.snapshot()->el.head);
    return known > UINT64_MAX - lead ? UINT64_MAX : known + lead;
}

std::vector<SourceCandidate> HeadReader::candidates() const {
    const auto& snapshot = *questions_.snapshot();
    const auto& global = snapshot.config->global;
    const auto now = Clock::now();
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
        if (const auto mute = mute_until_.find(id); mute != mute_until_.end())
            candidate.doubted = now < mute->second;
        if (const auto found = followed_.find(id); found != followed_.end()) {
            candidate.followed = true;
            candidate.silent = is_silent(found->second);
            candidate.ready_since = std::max(candidate.ready_since, found->second.since);
            if (const auto& head = found->second.head) {
                candidate.head = head->number;
                candidate.elsewhere = line_.tip() && head->number <= line_.tip()->number &&
                                      !line_.contains(head->hash, head->number);
                // The source itself may skip as many blocks as can be filled.
                const auto lead = source_ == id ? global.backfill_max_blocks : global.max_el_lag_blocks;
                candidate.doubted |= head->number > believable(lead);
            }
        }
        candidates.push_back(candidate);
    }
    return candidates;
}

void HeadReader::choose() {
    if (!questions_.snapshot() || stopped_) return;
    using std::chrono::milliseconds;
    const milliseconds hold = questions_.snapshot()->config->global.health_check_interval / 2;
    const auto nodes = candidates();
    const auto now = Clock::now();
    const auto chosen = choose_source(nodes, source_, hold, now);
    if (chosen != choose_source(nodes, source_, milliseconds(0), now)) {
        // A better one is back and on probation. Nothing else may happen until that is over.
        hold_timer_.expires_after(hold);
        hold_timer_.async_wait([this](net::error_code ec) {
            if (!ec) choose();
        });
    }
    if (chosen == source_) {
        const bool comes_by_itself = source_ && tells_heads(*source_) && fresh_;
        if (source_ && !comes_by_itself && anyone_waits()) start_looking();
        return;
    }
    if (source_) metrics_.nodes[*source_].feeds_read_from.sub();
    if (source_ && chosen) metrics_.feed_switches.add();
    source_ = chosen;
    take_over();
}

/// Another source leads: what was asked on behalf of the old one must not hold up the new one.
void HeadReader::take_over() {
    ++look_turn_;
    ++fill_turn_;
    looking_ = fresh_ = false;
    filling_.reset();
    look_pause_.cancel();
    fill_pause_.cancel();
    line_.source_changed();
    events_.source_changed();
    if (!source_) return;
    metrics_.nodes[*source_].feeds_read_from.add();
    arm_trust();
    const auto followed = followed_.find(*source_);
    if (followed != followed_.end() && followed->second.head) {
        lead(followed->second.head);
    } else {
        start_looking();
    }
}

void HeadReader::link_up(std::uint32_t node_id) {
    const auto height = questions_.snapshot() ? questions_.snapshot()->el.head : 0;
    followed_[node_id] = {nullptr, Clock::now(), height};
    const bool was_source = source_ == node_id;
    choose();
    // What it announced while nobody followed is asked for now, not found out with its next head.
    if (was_source && source_ == node_id) look_anew();
}

void HeadReader::link_down(std::uint32_t node_id) {
    followed_.erase(node_id);
    if (source_ == node_id) fresh_ = false;
    choose();
}

void HeadReader::announced(std::uint32_t node_id, const HeaderPtr& header) {
    const auto followed = followed_.find(node_id);
    if (followed == followed_.end()) return; // its link is not up, or not any more
    followed->second.head = header;
    followed->second.told = header->number;
    if (header->number + 1 >= questions_.snapshot()->el.head) followed->second.behind_since.reset();
    mute_until_.erase(node_id);
    const auto* status = questions_.find(node_id);
    if (status && status->fit) line_.heard(header); // an unfit node fills no gaps
    if (source_ == node_id) {
        announced_form_ = header->json;
        lead(header);
        if (header->number > believable(questions_.snapshot()->config->global.backfill_max_blocks)) choose();
    } else {
        pump();   // it may be what a gap waits for
        choose(); // or show that the source stands still
    }
}

void HeadReader::lead(const HeaderPtr& header) {
    if (header->number > believable(questions_.snapshot()->config->global.backfill_max_blocks)) return;
    line_.lead(header);
    pump();
    fresh_ = true;
    if (std::exchange(base_wanted_, false)) events_.based();
}

void HeadReader::listen(bool anyone) {
    listening_ = anyone;
    if (anyone && source_ && !tells_heads(*source_)) start_looking();
}

void HeadReader::want_base() {
    base_wanted_ = true;
    if (source_) start_looking();
}

void HeadReader::pump() {
    const auto steps = line_.take_steps();
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
    start_filling();
}

void HeadReader::look_anew() {
    ++look_turn_;
    looking_ = false;
    look_pause_.cancel();
    start_looking();
}

void HeadReader::start_looking() {
    if (looking_ || stopped_ || !source_) return;
    looking_ = true;
    asio::co_spawn(io_, look(*source_, ++look_turn_), asio::detached);
}

/// Asks the source for its head: once when its WebSocket tells the following ones, else again and again.
Task<> HeadReader::look(std::uint32_t node_id, std::uint64_t turn) {
    auto pause = pauses_.first;
    int failures = 0;
    while (turn == look_turn_) {
        const auto block = co_await questions_.ask(node_id, "eth_getBlockByNumber", latest_params);
        if (turn != look_turn_) co_return;
        const auto header = block ? chain::header_of_block(*block, announced_form_) : nullptr;
        if (header) {
            failures = 0;
            line_.given(header);
            // A head that came over the WebSocket meanwhile is newer.
            const auto followed = followed_.find(node_id);
            const bool newer = followed != followed_.end() && followed->second.head &&
                               followed->second.head->number >= header->number;
            if (!newer) lead(header);
            if (turn != look_turn_) co_return;
            if (tells_heads(node_id)) break;
            if (!anyone_waits()) {
                fresh_ = false;
                break;
            }
            pause = questions_.snapshot()->config->global.ws_poll_interval;
        } else {
            if (++failures == failures_of_a_mute) {
                mute_until_[node_id] = Clock::now() + mute_for;
                choose();
                if (turn != look_turn_) co_return;
            }
            pause = std::min(pause * 2, pauses_.longest);
        }
        look_pause_.expires_after(pause);
        co_await look_pause_.async_wait(use_task);
    }
    if (turn == look_turn_) looking_ = false;
}

void HeadReader::start_filling() {
    // A question under way about a block that is no longer the one must not hold up this one.
    if (!line_.wanted() || stopped_ || filling_ == line_.wanted()) return;
    filling_ = line_.wanted();
    asio::co_spawn(io_, fill(++fill_turn_), asio::detached);
}

/// Gets the blocks between what was told last and the source's head, from whoever has them.
Task<> HeadReader::fill(std::uint64_t turn) {
    auto pause = pauses_.first;
    while (turn == fill_turn_ && line_.wanted()) {
        const std::string hash = *line_.wanted();
        co_await fetch(hash);
        if (stopped_) co_return;
        if (turn == fill_turn_) filling_ = line_.wanted();
        const bool moved_on = line_.wanted() != hash;
        pump();
        if (turn != fill_turn_) co_return;
        if (moved_on) {
            pause = pauses_.first;
            continue;
        }
        fill_pause_.expires_after(pause);
        pause = std::min(pause * 2, pauses_.longest);
        co_await fill_pause_.async_wait(use_task);
    }
    if (turn == fill_turn_) filling_.reset();
}

/// Asks one node after the other until one has the block.
Task<> HeadReader::fetch(const std::string& hash) {
    const std::string params = "[\"" + hash + "\",false]";
    const auto nodes = questions_.nodes_to_ask(source_);
    bool nobody = !nodes.empty();
    for (const auto node : nodes) {
        const auto block = co_await questions_.ask(node, "eth_getBlockByHash", params);
        if (stopped_) co_return;
        nobody = nobody && block && *block == "null";
        const auto header = block ? chain::header_of_block(*block, announced_form_) : nullptr;
        if (header && header->hash == hash) {
            metrics_.backfilled_blocks.add();
            line_.given(header);
            co_return;
        }
        if (line_.wanted() != hash) co_return;
    }
    if (nobody) line_.nobody_has(hash);
}

void HeadReader::arm_trust() {
    trust_timer_.expires_after(pauses_.trust);
    trust_timer_.async_wait([this](net::error_code ec) {
        if (ec || stopped_) return;
        line_.trust();
        pump();
    });
}

} // namespace weir::feeds
