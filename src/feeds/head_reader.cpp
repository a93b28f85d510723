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

/// Twice is no accident. A node that is asked for its head and has none is left for a while, or until it has.
constexpr int failures_of_a_mute = 2;
constexpr std::chrono::seconds mute_for{30};
/// Who announces a block may have its parent a moment later only.
constexpr int rounds_until_hanging = 3;
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
    , hold_timer_(io)
    , sunk_timer_(io) {}

void HeadReader::stop() {
    stopped_ = true;
    ++look_turn_;
    ++fill_turn_;
    for (auto* timer : {&look_pause_, &fill_pause_, &trust_timer_, &hold_timer_, &sunk_timer_})
        timer->cancel();
}

void HeadReader::adopted() {
    const auto& snapshot = *questions_.snapshot();
    line_.set_max_gap(snapshot.config->global.backfill_max_blocks);
    const auto now = Clock::now();
    for (const auto& status : snapshot.el.nodes) {
        if (!questions_.is_best(status))
            best_since_.erase(status.node->id);
        else
            best_since_.emplace(status.node->id, now);
    }
    doubts_.see(snapshot.el, tip(), max_lag());
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

/// The highest head that is taken for one: where the layer is believed to be, which a node's announcement has
/// moved before it is heard here, if it is believed. No other may draw the feeds to it or end them as torn.
std::uint64_t HeadReader::believable(std::uint64_t beyond) const {
    return questions_.snapshot()->el.head + beyond;
}

/// Or its own check, which asked it later, knows nothing of that head.
bool HeadReader::is_beyond_belief(std::uint32_t node_id) const {
    const auto found = followed_.find(node_id);
    if (found == followed_.end() || !found->second.head) return false;
    const auto announced = found->second.head->number;
    const auto* status = questions_.find(node_id);
    return announced > believable(max_lag()) || (status && status->check_ok && status->head < announced);
}

bool HeadReader::has_sunk(std::uint32_t node_id, const HeaderPtr& head) {
    return doubts_.has_sunk(node_id, head, tip(), max_lag(), Clock::now());
}

std::optional<std::uint64_t> HeadReader::tip() const {
    return line_.tip() ? std::optional(line_.tip()->number) : std::nullopt;
}

/// Nobody stands by what clients were told, or it would be left: it is believed after a while.
void HeadReader::arm_sunk() {
    const auto id = *source_;
    sunk_timer_.expires_at(*doubts_.sunk_since(id) + pauses_.trust);
    sunk_timer_.async_wait([this, id](net::error_code ec) {
        if (ec || stopped_ || source_ != id || !doubts_.sunk_since(id)) return;
        const auto head = doubts_.believe_sunk(id);
        line_.trust();
        lead(head, max_lag());
    });
}

std::vector<SourceCandidate> HeadReader::candidates() const {
    const auto& snapshot = *questions_.snapshot();
    const auto now = Clock::now();
    std::vector<SourceCandidate> candidates;
    for (const auto& status : snapshot.el.nodes) {
        const auto id = status.node->id;
        SourceCandidate candidate;
        candidate.id = id;
        candidate.primary = status.node->tier == nodes::Tier::primary;
        candidate.best = questions_.is_best(status);
        candidate.followable = status.node->ws.has_value();
        if (const auto since = best_since_.find(id); since != best_since_.end())
            candidate.ready_since = since->second;
        candidate.doubted = doubts_.is_doubted(id, now) || is_beyond_belief(id);
        if (const auto found = followed_.find(id); found != followed_.end()) {
            candidate.followed = true;
            candidate.silent = is_silent(found->second);
            candidate.ready_since = std::max(candidate.ready_since, found->second.since);
            if (const auto& head = found->second.head) {
                candidate.head = head->number;
                candidate.elsewhere =
                    line_.tip() && head->number <= line_.tip()->number && !line_.contains(head->hash);
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
    // What a liar had clients told is not waited for until the next node has caught up with it.
    const bool lied = source_ && (is_beyond_belief(*source_) || doubts_.is_lying(*source_, now));
    source_ = chosen;
    take_over(lied);
}

/// Another source leads: what was asked on behalf of the old one must not hold up the new one.
void HeadReader::take_over(bool trusted) {
    ++look_turn_;
    ++fill_turn_;
    looking_ = fresh_ = false;
    filling_.reset();
    look_pause_.cancel();
    fill_pause_.cancel();
    line_.source_changed();
    if (trusted) line_.trust();
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
    doubts_.told(node_id);
    const bool sank = has_sunk(node_id, header);
    const auto* status = questions_.find(node_id);
    const bool counts =
        status && questions_.may_ask(*status) && !sank && header->number <= believable(max_lag());
    if (counts) line_.heard(node_id, header); // one that may not be asked, or is beyond belief, fills no gaps
    if (source_ == node_id) {
        announced_form_ = header->json;
        lead(header);
        if (!counts) choose();
    } else {
        pump();   // it may be what a gap waits for
        choose(); // or show that the source stands still
    }
}

void HeadReader::lead(const HeaderPtr& header, std::uint64_t beyond) {
    if (header->number > believable(beyond)) return;
    if (has_sunk(*source_, header)) {
        arm_sunk();
        return;
    }
    line_.lead(*source_, header);
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
    if (!listening_ && !line_.wants_second_word()) {
        // Nobody has been told anything that a gap could tear.
        if (line_.wanted() || line_.overflowed()) line_.restart(line_.target());
        return;
    }
    if (listening_ && !steps.empty()) events_.stepped(steps);
    if (line_.overflowed()) {
        if (leave_hanging()) return;
        events_.overflowed();
        line_.restart(line_.target());
    }
    start_filling();
}

/// The source's head stands on nothing that can be found: another node is read from if there is one that this
/// is not known of.
bool HeadReader::leave_hanging() {
    const auto left = *source_;
    doubts_.hangs(left, Clock::now() + mute_for);
    const auto nodes = candidates();
    const bool other =
        std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return n.best && !n.doubted; });
    if (other) choose();
    if (source_ == left) doubts_.hangs_no_more(left);
    return source_ != left;
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
            line_.heard(node_id, header);
            // A head that came over the WebSocket meanwhile is newer.
            const auto followed = followed_.find(node_id);
            const bool newer = followed != followed_.end() && followed->second.head &&
                               followed->second.head->number >= header->number;
            if (!newer) lead(header, max_lag());
            if (turn != look_turn_) co_return;
            if (tells_heads(node_id)) break;
            if (!anyone_waits()) {
                fresh_ = false;
                break;
            }
            pause = questions_.snapshot()->config->global.ws_poll_interval;
        } else {
            if (++failures == failures_of_a_mute) {
                doubts_.could_not_tell(node_id, Clock::now() + mute_for);
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

/// Asks one node after the other until one has the block, or a second one has said what the first did.
Task<> HeadReader::fetch(const std::string& hash) {
    const std::string params = "[\"" + hash + "\",false]";
    const auto nodes = questions_.nodes_to_ask(source_);
    const bool second_word = line_.wants_second_word();
    bool nobody = !nodes.empty(), anybody_else = false;
    for (const auto node : nodes) {
        if (second_word && line_.has_said(node, hash)) continue;
        anybody_else = true;
        const auto block = co_await questions_.ask(node, "eth_getBlockByHash", params);
        if (stopped_) co_return;
        nobody = nobody && block && *block == "null";
        const auto header = block ? chain::header_of_block(*block, announced_form_) : nullptr;
        if (header && header->hash == hash) {
            if (!second_word) metrics_.backfilled_blocks.add();
            line_.heard(node, header);
        }
        if (line_.wanted() != hash || line_.wants_second_word() != second_word) co_return;
    }
    if (second_word) {
        if (!anybody_else || doubts_.is_overdue(hash, pauses_.second_word, Clock::now())) line_.accept(hash);
        co_return;
    }
    if (!nobody) co_return;
    line_.nobody_has(hash);
    if (line_.wanted() == hash && doubts_.nobody_has(hash) >= rounds_until_hanging) leave_hanging();
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
