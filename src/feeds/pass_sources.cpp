#include "feeds/pass_sources.hpp"

#include <algorithm>
#include <utility>

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;

PassSources::PassSources(net::IoContext& io, Questions& questions, chain::SubscriptionRequest request,
                         metrics::ControlMetrics& metrics, Pauses pauses, PassFeed::Events events)
    : io_(io)
    , questions_(questions)
    , request_(std::move(request))
    , metrics_(metrics)
    , pauses_(pauses)
    , events_(std::move(events)) {
    make_readers(1);
}

void PassSources::make_readers(std::size_t most) {
    while (readers_.size() < most) {
        Reader reader;
        reader.pass = std::make_shared<PassFeed>(request_, metrics_, pauses_, events_);
        if (answered_) reader.pass->no_first_answer();
        if (PollFeed::can_poll(request_))
            reader.poll = std::make_shared<PollFeed>(io_, questions_, request_, events_.event);
        readers_.push_back(std::move(reader));
    }
}

bool PassSources::refused_by(std::uint32_t node_id) const {
    return std::any_of(readers_.begin(), readers_.end(),
                       [&](const Reader& reader) { return reader.pass->refused_by(node_id); });
}

/// Those that have no WebSocket are polled in their turn; those whose WebSocket does not serve only where
/// there are not enough others.
std::vector<PassSources::Choice> PassSources::choose(std::span<const Candidate> nodes,
                                                     std::size_t most) const {
    std::vector<Choice> chosen;
    const bool can_poll = PollFeed::can_poll(request_);
    const auto by_link = [&](const Candidate& node) { return node.link && !refused_by(node.node_id); };
    for (const auto& node : nodes) {
        if (chosen.size() == most) return chosen;
        if (by_link(node)) {
            chosen.push_back({&node, true});
        } else if (!node.followable && can_poll) {
            chosen.push_back({&node, false});
        }
    }
    for (const auto& node : nodes) {
        if (chosen.size() == most || !can_poll) return chosen;
        if (node.followable && !by_link(node)) chosen.push_back({&node, false});
    }
    return chosen;
}

void PassSources::poll(Reader& reader, std::optional<std::uint32_t> node_id) {
    if (!reader.poll) return;
    reader.poll->use(node_id);
    reader.polled = node_id;
}

void PassSources::give(Reader& reader, Choice& choice) {
    choice.taken = reader.given = true;
    reader.node = choice.node->node_id;
    if (!choice.by_link) return poll(reader, reader.node);
    reader.pass->use(choice.node->node_id, choice.node->link);
    // Until the node has taken the subscription, what was polled is polled on.
    if (reader.pass->live()) poll(reader, std::nullopt);
}

void PassSources::use(std::span<const Candidate> nodes, std::size_t most) {
    make_readers(most);
    auto chosen = choose(nodes, most);
    for (auto& reader : readers_)
        reader.given = false;
    const auto give_where = [&](const auto& fits) {
        for (auto& reader : readers_) {
            for (auto& choice : chosen) {
                if (!reader.given && !choice.taken && fits(reader, choice)) give(reader, choice);
            }
        }
    };
    // Nobody leaves a node that shall be read by another.
    give_where([](const Reader& reader, const Choice& choice) {
        return choice.by_link && reader.pass->live_at(choice.node->node_id);
    });
    give_where(
        [](const Reader& reader, const Choice& choice) { return reader.node == choice.node->node_id; });
    give_where([](const Reader&, const Choice&) { return true; });
    for (auto& reader : readers_) {
        if (!reader.given) poll(reader, std::nullopt); // its link, if any, is read on until it is lost
    }
    while (readers_.size() > most) {
        const auto surplus = std::find_if(readers_.begin(), readers_.end(),
                                          [](const Reader& reader) { return !reader.given; });
        if (surplus == readers_.end()) break;
        surplus->pass->stop();
        readers_.erase(surplus);
    }
    // A node announces only changes of syncing: how things are has to be asked, whatever its link tells.
    if (request_.kind == Kind::syncing && !nodes.empty()) poll(readers_.front(), nodes.front().node_id);
}

void PassSources::link_lost(std::uint32_t node_id) {
    for (auto& reader : readers_)
        reader.pass->link_lost(node_id);
}

bool PassSources::live() const {
    return std::any_of(readers_.begin(), readers_.end(), [](const Reader& r) { return r.pass->live(); });
}

bool PassSources::asking() const {
    return std::any_of(readers_.begin(), readers_.end(), [](const Reader& r) { return r.pass->asking(); });
}

bool PassSources::polls() const {
    return std::any_of(readers_.begin(), readers_.end(),
                       [](const Reader& r) { return r.polled.has_value(); });
}

const std::string& PassSources::refusal() const {
    const auto found = std::find_if(readers_.begin(), readers_.end(),
                                    [](const Reader& r) { return !r.pass->refusal().empty(); });
    return (found == readers_.end() ? readers_.front() : *found).pass->refusal();
}

void PassSources::no_first_answer() {
    answered_ = true;
    for (auto& reader : readers_)
        reader.pass->no_first_answer();
}

void PassSources::stop() {
    for (auto& reader : readers_) {
        reader.pass->stop();
        poll(reader, std::nullopt);
    }
}

} // namespace weir::feeds
