#include "hub_world.hpp"

#include "chain/json_members.hpp"
#include "chain/log_filter.hpp"

#include <thread>

namespace weir::feeds {

HubWorld::HubWorld(const Plan& plan)
    : canonical(chain.genesis())
    , config_(std::make_shared<config::Config>())
    , belief_(std::vector<nodes::NodeFitness>(plan.nodes.size()), {}) {
    for (int i = 0; i < 8; ++i)
        canonical = chain.child(canonical);
    auto& global = config_->global;
    global.backfill_max_blocks = plan.max_gap;
    global.logs_feed_max_filters = plan.max_filters;
    global.feed_grace = plan.grace;
    global.trust_logs_bloom = plan.trust_bloom;
    global.health_check_interval = 2 * plan.hold;
    global.ws_poll_interval = net::milliseconds(0);
    global.ws_queue_timeout = plan.patience;
    auto fake = std::make_unique<FakeQuestions>(io);
    questions = fake.get();
    const Pauses pauses{.first = net::milliseconds(0),
                        .longest = net::milliseconds(1),
                        .trust = plan.trust,
                        .refusal = net::milliseconds(1),
                        .second_word = plan.second_word,
                        .empty_by_two = plan.empty_by_two,
                        .empty_by_one = plan.empty_by_one};
    const auto post = [this](std::size_t worker, std::function<void(Board&)> what) {
        mail_[worker].push_back(std::move(what));
    };
    hub = std::make_unique<Hub>(io, std::move(fake), metrics, workers, post, pauses);
    for (std::size_t worker = 0; worker < workers; ++worker)
        boards_.emplace_back(*hub, worker);
    for (const auto& node : plan.nodes) {
        nodes.push_back(
            {.id = static_cast<std::uint32_t>(nodes.size() + 1),
             .plan = node,
             .chain_id = nodes.size() < plan.chain_ids.size() ? plan.chain_ids[nodes.size()] : std::nullopt,
             .head = canonical,
             .claims = std::nullopt,
             .synced = chain.size(),
             .link = nullptr});
    }
    check();
    for (auto& node : nodes)
        connect(node);
}

HubWorld::~HubWorld() {
    hub->stop();
    while (!questions->waiting.empty())
        questions->answer(questions->waiting.front(), std::nullopt);
    run();
}

void HubWorld::connect(Node& node) {
    if (!node.plan.ws || !node.answers() || node.link) return;
    node.link = make_fake_link(io, wheel);
    hub->link_up(node.id, node.link);
}

void HubWorld::disconnect(Node& node) {
    if (!node.link) return;
    auto link = std::exchange(node.link, nullptr);
    link->close();
    auto& fake = fake_of(link);
    while (!fake.calls.empty())
        fake.answer({upstream::LinkAnswer::Kind::lost, {}});
    hub->link_down(node.id, "the test says so");
}

void HubWorld::announce(Node& node) {
    if (node.answers() && node.link) tell(node, node.head);
}

void HubWorld::tell(Node& node, const chain::HeaderPtr& header) {
    now_ += std::chrono::milliseconds(1);
    if (belief_.announced(node.id - 1, header->number, now_)) publish();
    hub->head_announced(node.id, header);
}

void HubWorld::move(Node& node, const chain::HeaderPtr& head) {
    node.head = head;
    node.synced = chain.size();
    announce(node);
}

void HubWorld::check() {
    std::uint64_t highest = 0;
    for (const auto& node : nodes) {
        if (node.answers() && !node.lies) highest = std::max(highest, node.head->number);
    }
    for (auto& node : nodes) {
        nodes::CheckResult result;
        if (node.answers()) {
            result.outcome = nodes::CheckResult::Outcome::answered;
            result.head = node.claims.value_or(node.head->number);
        }
        belief_.checked(node.id - 1, result, now_ += std::chrono::milliseconds(1));
    }
    now_ += std::chrono::seconds(1);
    for (auto& node : nodes) {
        node.fit = node.answers() && !node.lies && !belief_.nodes()[node.id - 1].suspect &&
                   node.head->number + 5 >= highest;
    }
    publish();
    // As HttpQuestions does.
    const auto waiting = questions->waiting;
    for (const auto& asked : waiting) {
        if (!nodes[asked->node - 1].fit) questions->answer(asked, std::nullopt);
    }
}

void HubWorld::publish() {
    auto snapshot = std::make_shared<nodes::Snapshot>();
    snapshot->config = config_;
    snapshot->el.head = belief_.head();
    for (const bool primary : {true, false}) {
        for (const auto& node : nodes) {
            if (node.plan.primary != primary) continue;
            auto fixed = std::make_shared<nodes::Node>();
            fixed->id = node.id;
            fixed->tier = primary ? nodes::Tier::primary : nodes::Tier::backup;
            if (node.plan.ws) fixed->ws.emplace();
            auto& status = snapshot->el.nodes.emplace_back();
            status.node = std::move(fixed);
            status.fit = node.fit;
            const auto& known = belief_.nodes()[node.id - 1];
            status.check_ok = known.check_ok;
            status.head = known.head;
            status.chain_id = node.chain_id;
        }
    }
    hub->adopt(std::move(snapshot));
}

bool HubWorld::knows(const Node& node, const std::string& hash) const {
    // A node has what lies below its head, and every block that it has heard of.
    return chain.has(hash) && (chain.find(hash)->number < node.head->number || chain.age(hash) < node.synced);
}

std::optional<std::string> HubWorld::says(const FakeQuestions::Asked& asked) {
    const auto& node = nodes[asked.node - 1];
    if (!node.answers() || refuses(asked)) return std::nullopt;
    const auto hash_at = asked.params.find("0x");
    const auto hash = hash_at == std::string::npos ? std::string() : asked.params.substr(hash_at, 66);
    if (asked.method == "eth_getBlockByNumber") return ChainWorld::block_json(*node.head);
    if (asked.method == "eth_getBlockByHash")
        return knows(node, hash) ? ChainWorld::block_json(*chain.find(hash)) : "null";
    if (asked.method == "eth_newPendingTransactionFilter") return "\"0x1\"";
    if (asked.method == "eth_getFilterChanges") {
        std::string list = "[";
        for (const auto& pending : pending_hashes)
            list += (list.size() > 1 ? "," : "") + pending;
        return list + "]";
    }
    if (asked.method != "eth_getLogs") return std::nullopt;
    // Some nodes answer an empty list for a block that they do not have, others an error.
    if (!knows(node, hash)) return node.id % 2 == 0 ? std::optional<std::string>("[]") : std::nullopt;
    std::string list = "[";
    for (const auto& log : ChainWorld::logs(*chain.find(hash))) {
        const auto names = [&](std::string_view member, const std::string& value) {
            return asked.params.find(member) == std::string::npos ||
                   asked.params.find(value) != std::string::npos;
        };
        if (names("\"address\"", ChainWorld::address(log.address)) &&
            names("\"topics\"", ChainWorld::topic(log.topic)))
            list += (list.size() > 1 ? "," : "") + log.json;
    }
    return list + "]";
}

void HubWorld::run() {
    io.restart();
    while (io.poll() != 0) {}
}

bool HubWorld::deliver_mail(std::size_t worker) {
    if (mail_[worker].empty()) return false;
    const auto what = std::move(mail_[worker].front());
    mail_[worker].pop_front();
    what(boards_[worker]);
    while (boards_[worker].unfinished())
        boards_[worker].go_on();
    return true;
}

void HubWorld::settle() {
    int rounds = 500; // who asks for ever is found out by what clients lack
    for (int quiet = 0; quiet < 3 && --rounds > 0; ++quiet) {
        run();
        const auto waiting = questions->waiting;
        for (const auto& asked : waiting) {
            const bool polls =
                asked->method == "eth_getBlockByNumber" || asked->method == "eth_getFilterChanges";
            if (!polls) quiet = -1;
            questions->answer(asked, says(*asked));
        }
        for (auto& node : nodes) {
            while (node.answers() && node.link && !fake_of(node.link).calls.empty()) {
                quiet = -1;
                fake_of(node.link).take();
            }
        }
        run();
        for (std::size_t worker = 0; worker < workers; ++worker) {
            while (deliver_mail(worker))
                quiet = -1;
        }
        // A node that refused is asked again after a millisecond.
        std::this_thread::sleep_for(std::chrono::microseconds(600));
    }
    run();
}

} // namespace weir::feeds
