// For any interleaving of what happens to nodes and what clients do, each client is told what one immortal
// node would have told it.
#include "hub_client.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace weir::feeds {
namespace {

enum class Happening {
    mined,
    mined_and_seen,
    followed,
    reorganised,
    side_branch, // to the chain
    died,
    hung,
    came_back,
    link_lost,
    link_back,
    lied_far,
    lied_near, // to a node
    checked,
    answered,
    failed,
    late, // to what weir asks
    worker_ran,
    subscribed,
    left,
    transaction, // to clients
    count
};

struct Event {
    Happening what;
    unsigned a, b;
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
    return out << '{' << static_cast<int>(event.what) << ' ' << event.a << ' ' << event.b << '}';
}

rc::Gen<std::vector<Event>> events() {
    const auto event =
        rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, static_cast<int>(Happening::count)),
                                    rc::gen::inRange(0U, 60U), rc::gen::inRange(0U, 60U)),
                     [](const auto& t) {
                         return Event{static_cast<Happening>(std::get<0>(t)), std::get<1>(t), std::get<2>(t)};
                     });
    return rc::gen::scale(2.0, rc::gen::container<std::vector<Event>>(event));
}

const std::array<std::string, 8> subscriptions{R"(["newHeads"])",
                                               R"(["logs"])",
                                               R"(["logs",{"address":")" + ChainWorld::address(0) + R"("}])",
                                               R"(["logs",{"address":[")" + ChainWorld::address(1) +
                                                   R"(",")" + ChainWorld::address(2) + R"("]}])",
                                               R"(["logs",{"topics":[")" + ChainWorld::topic(0) + R"("]}])",
                                               R"(["logs",{"address":")" + ChainWorld::address(1) +
                                                   R"(","topics":[[")" + ChainWorld::topic(1) + R"("]]}])",
                                               R"(["newPendingTransactions"])",
                                               R"(["newHeads"])"};

class Play {
  public:
    /// With `references`, somebody on each worker listens to newHeads from the beginning to the end.
    Play(const HubWorld::Plan& plan, bool references)
        : world(plan) {
        if (references) {
            for (std::size_t worker = 0; worker < HubWorld::workers; ++worker)
                references_.push_back(std::make_unique<HubClient>(world, worker, subscriptions[0]));
        }
        world.settle();
    }

    void happen(const Event& event) {
        auto& node = world.nodes[event.a % world.nodes.size()];
        switch (event.what) {
        case Happening::mined:
            world.canonical = world.chain.child(world.canonical);
            break;
        case Happening::mined_and_seen:
            world.canonical = world.chain.child(world.canonical);
            for (auto& each : world.nodes)
                follow(each, 0);
            break;
        case Happening::followed:
            follow(node, event.b % 3);
            break;
        case Happening::reorganised: {
            const auto depth = 1 + event.a % 6;
            auto at = world.chain.ancestor(world.canonical, depth);
            for (auto blocks = depth + 1 + event.b % 2; blocks > 0; --blocks)
                at = world.chain.child(at);
            world.canonical = at;
            break;
        }
        case Happening::side_branch: // of its own, not higher than the chain
            if (node.answers())
                world.move(node, world.chain.child(world.chain.ancestor(node.head, 1 + event.b % 3)));
            break;
        case Happening::died:
            node.alive = false;
            world.disconnect(node);
            break;
        case Happening::hung:
            node.hung = true;
            break;
        case Happening::came_back:
            node.alive = true;
            node.hung = false;
            world.connect(node);
            // What it claimed is taken back: with the next liar's word it would be two that agree.
            if (std::exchange(node.lies, false)) world.check();
            if (event.b % 2 == 0) world.announce(node);
            break;
        case Happening::link_lost:
            world.disconnect(node);
            break;
        case Happening::link_back:
            world.connect(node);
            break;
        case Happening::lied_far:
            lie(node, 1000 + event.b);
            break;
        case Happening::lied_near:
            // Where nobody listens the line begins anew at any head: such a lie would be a beginning.
            if (!references_.empty()) lie(node, 2 + event.b % 4);
            break;
        case Happening::checked:
            world.check();
            break;
        case Happening::answered:
        case Happening::failed:
        case Happening::late:
            answer(event);
            break;
        case Happening::worker_ran:
            for (auto posts = 1 + event.b % 8; posts > 0; --posts)
                world.deliver_mail(event.a % HubWorld::workers);
            break;
        case Happening::subscribed:
            subscribe(event.a % HubWorld::workers, subscriptions[event.b % 8]);
            break;
        case Happening::left:
            if (!clients_.empty())
                clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(event.a % clients_.size()));
            break;
        case Happening::transaction:
            transaction(event.b);
            break;
        case Happening::count:
            break;
        }
        if (event.b % 4 != 0) world.run(); // several things may happen before weir sees the first
    }

    /// Everybody is well again, the chain grows beyond every branch, and everything is answered.
    void heal() {
        for (auto& node : world.nodes) {
            node.alive = true;
            node.hung = node.lies = false;
            world.connect(node);
            world.announce(node);
        }
        world.check();
        world.settle();
        std::uint64_t highest = 0;
        for (const auto& node : world.nodes)
            highest = std::max(highest, node.head->number);
        do
            world.canonical = world.chain.child(world.canonical);
        while (world.canonical->number <= highest);
        for (int i = 0; i < 2; ++i) {
            world.canonical = world.chain.child(world.canonical);
            for (auto& node : world.nodes)
                follow(node, 0);
            world.check();
            world.settle();
        }
        transaction(0);
        world.settle();
    }

    void judge() {
        // What is missing may still come: timers of a busy machine are late. What is wrong stays wrong.
        for (int patience = 100; patience > 0 && !complaint().empty(); --patience)
            world.settle();
        const auto wrong = complaint();
        if (!wrong.empty()) RC_FAIL(wrong);
    }

    /// The last ones out leave nothing behind.
    void leave() {
        clients_.clear();
        references_.clear();
        for (int patience = 100; patience > 0 && world.metrics.feeds.value() != 0; --patience)
            world.settle();
    }

    HubWorld world;

  private:
    using Clients = std::vector<std::unique_ptr<HubClient>>;

    std::string complaint() const {
        for (const auto* list : {&references_, &clients_}) {
            for (const auto& client : *list) {
                const auto wrong = client->complaint();
                if (!wrong.empty()) return client->request.key + ": " + wrong;
            }
        }
        return {};
    }

    void follow(HubWorld::Node& node, unsigned behind) {
        if (!node.answers()) return;
        const auto head = world.chain.ancestor(world.canonical, behind);
        if (head != node.head) world.move(node, head);
    }

    void lie(HubWorld::Node& node, std::uint64_t ahead) {
        if (!node.answers() || !node.link) return;
        // At least one is honest, though it may be dead.
        if (std::any_of(world.nodes.begin(), world.nodes.end(),
                        [&](const auto& other) { return other.lies && other.id != node.id; }))
            return;
        node.lies = true;
        chain::Header header;
        header.number = world.canonical->number + ahead;
        header.hash = chain::keccak256_hex("lie " + std::to_string(++lies_));
        header.parent = chain::keccak256_hex("nothing " + std::to_string(lies_));
        header.json = R"({"hash":")" + header.hash + R"(","parentHash":")" + header.parent +
                      R"(","number":")" + chain::to_quantity(header.number) + R"(","logsBloom":"0x"})";
        world.tell(node, std::make_shared<const chain::Header>(header));
    }

    void answer(const Event& event) {
        auto& node = world.nodes[event.a % world.nodes.size()];
        if (node.answers() && node.link && !fake_of(node.link).calls.empty()) {
            if (event.what == Happening::failed)
                fake_of(node.link).refuse(R"({"code":-32603,"message":"internal error"})");
            else
                fake_of(node.link).take();
            return;
        }
        const auto& waiting = world.questions->waiting;
        if (waiting.empty()) return;
        const auto asked = waiting[event.b % waiting.size()];
        const auto& asked_node = world.nodes[asked->node - 1];
        if (event.what == Happening::failed || !asked_node.alive)
            world.questions->answer(asked, std::nullopt);
        else if (event.what == Happening::late)
            asked->answer = world.says(*asked); // what it will have said when the answer comes
        else if (!asked_node.hung)
            world.questions->answer(asked, asked->answer ? asked->answer : world.says(*asked));
    }

    void subscribe(std::size_t worker, const std::string& params) {
        const auto* reference = references_.empty() ? nullptr : references_[worker].get();
        if (!reference && params.starts_with(R"(["logs")")) return; // nobody knows what they must be told
        clients_.push_back(std::make_unique<HubClient>(world, worker, params, reference));
    }

    void transaction(unsigned which) {
        const auto hash = '"' + chain::keccak256_hex("transaction " + std::to_string(++transactions_)) + '"';
        world.pending_hashes.push_back(hash);
        for (auto& node : world.nodes) {
            if (node.answers() && node.link && (which == 0 || (which >> node.id & 1) != 0))
                fake_of(node.link).emit(hash);
        }
    }

    Clients references_, clients_;
    int lies_ = 0, transactions_ = 0;
};

void play(bool references) {
    HubWorld::Plan plan;
    const std::vector<std::vector<HubWorld::NodePlan>> layouts{
        {{true, true}, {true, true}},  {{true, true}, {true, true}, {false, true}},
        {{true, true}, {false, true}}, {{true, false}, {true, true}},
        {{true, true}, {true, false}}, {{true, false}, {true, false}}};
    plan.nodes = layouts[*rc::gen::inRange<std::size_t>(0, layouts.size())];
    plan.max_gap = 512;
    const net::milliseconds at_once(0), never(3'600'000);
    plan.hold = *rc::gen::element(at_once, never);
    plan.grace = *rc::gen::element(at_once, never);
    plan.trust = references ? *rc::gen::element(at_once, never) : never;
    plan.max_filters = *rc::gen::element<std::size_t>(1, 8);
    Play play(plan, references);
    for (const auto& event : *events())
        play.happen(event);
    play.heal();
    play.judge();
    if (plan.grace == never) return;
    play.leave();
    RC_ASSERT(play.world.metrics.feeds.value() == 0);
    RC_ASSERT(play.world.metrics.upstream_subscriptions.value() == 0);
}

RC_GTEST_PROP(HubProperties, EachClientIsToldWhatOneImmortalNodeWouldHaveToldIt, ()) {
    play(true);
}
RC_GTEST_PROP(HubProperties, AlsoWhenFeedsBeginAndEndWithTheirClients, ()) {
    play(false);
}

} // namespace
} // namespace weir::feeds
