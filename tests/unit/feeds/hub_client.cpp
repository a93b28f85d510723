#include "hub_client.hpp"

#include <map>
#include <set>

namespace weir::feeds {

using Kind = chain::SubscriptionRequest::Kind;

namespace {

std::string hash_in(const std::string& json, std::string_view member) {
    const auto at = json.find(member);
    return at == std::string::npos ? std::string() : json.substr(at + member.size(), 66);
}

std::string head_hash(const std::string& json) {
    return hash_in(json, R"("hash":")");
}

} // namespace

HubClient::HubClient(HubWorld& world, std::size_t at, std::string_view params, const HubClient* reference)
    : request(chain::read_subscription("eth_subscribe", params))
    , worker(at)
    , world_(world)
    , reference_(reference)
    , ticket_(world.board(at).join(request, [this](const Joined& joined) {
        answered = true;
        feed = joined.feed;
        error = joined.error;
        if (feed == 0) return;
        listening = true;
        if (reference_) since_ = reference_->received.size();
        world_.board(worker).listen(feed, *this);
    })) {}

HubClient::~HubClient() {
    if (!answered) world_.board(worker).cancel(ticket_);
}

std::string HubClient::complaint() const {
    if (!answered) return request.key + ": not answered";
    if (!listening) return request.key + ": refused: " + error;
    if (ended_by) return request.key + ": ended";
    switch (request.kind) {
    case Kind::new_heads:
        return complaint_of_heads();
    case Kind::logs:
        return complaint_of_logs();
    default:
        return complaint_of_hashes();
    }
}

std::string HubClient::complaint_of_heads() const {
    chain::HeaderPtr last;
    for (const auto& text : received) {
        const auto hash = head_hash(text);
        if (!world_.chain.has(hash)) return "a head that no honest node has: " + text;
        const auto head = world_.chain.find(hash);
        if (head->json != text) return "a head of another form: " + text;
        if (last) {
            const auto parent = world_.chain.has(head->parent) ? world_.chain.find(head->parent) : nullptr;
            if (!parent || parent->number > last->number || !world_.chain.is_ancestor(parent, last))
                return std::to_string(head->number) + " does not continue from " +
                       std::to_string(last->number);
            if (head->number <= last->number && world_.chain.is_ancestor(head, last))
                return std::to_string(head->number) + " once more";
        }
        last = head;
    }
    if (!last) return "no head";
    if (last != world_.canonical) return "the last head is " + std::to_string(last->number);
    if (!reference_) return {};
    const std::vector<std::string> expected(
        reference_->received.begin() + static_cast<std::ptrdiff_t>(since_), reference_->received.end());
    return received == expected ? std::string() : "not what who listened all the time was told";
}

std::string HubClient::complaint_of_logs() const {
    std::map<std::string, std::size_t> first_told, last_told; // block hash, place in the reference's heads
    for (std::size_t i = 0; i < reference_->received.size(); ++i) {
        first_told.emplace(head_hash(reference_->received[i]), i);
        last_told[head_hash(reference_->received[i])] = i;
    }
    std::vector<std::string> held;
    for (const auto& log : received) {
        const auto block = hash_in(log, R"("blockHash":")");
        if (!first_told.contains(block)) return "a log of a block that was not told: " + log;
        if (log.find("\"removed\":true") == std::string::npos) {
            held.push_back(log);
        } else if (!held.empty() && chain::as_removed(held.back()) == log) {
            held.pop_back(); // the newest first
        } else if (first_told[block] >= since_) {
            return "taken back, but not the newest: " + log;
        } // else: told before this client came
    }
    std::multiset<std::string> left(held.begin(), held.end());
    if (std::set<std::string>(held.begin(), held.end()).size() != held.size()) return "a log twice";
    for (auto block = world_.canonical; block->number > world_.chain.genesis()->number;
         block = world_.chain.find(block->parent)) {
        const auto told = last_told.find(block->hash);
        if (told == last_told.end()) continue;
        std::size_t expected = 0, present = 0;
        for (const auto& log : ChainWorld::logs(*block)) {
            if (!request.filter.matches(chain::read_log_fields(log.json))) continue;
            ++expected;
            present += left.erase(log.json);
        }
        // Of a block told before this client came the logs may have come after it: all or none.
        const bool may_lack = told->second < since_ && present == 0;
        if (present != expected && !may_lack)
            return "logs of block " + std::to_string(block->number) + ": " + std::to_string(present) +
                   " of " + std::to_string(expected);
    }
    return left.empty() ? std::string() : "a log too many: " + *left.begin();
}

std::string HubClient::complaint_of_hashes() const {
    std::set<std::string> all(received.begin(), received.end());
    if (all.size() != received.size()) return "a transaction twice";
    if (!all.contains(world_.pending_hashes.back())) return "the last transaction is missing";
    return {};
}

} // namespace weir::feeds
