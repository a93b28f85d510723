// A hub between nodes and boards, all by hand, and what its tests do again and again.
#pragma once

#include "hub_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

namespace weir::feeds {

using namespace std::chrono_literals;

inline const std::string heads = R"(["newHeads"])", logs = R"(["logs"])",
                         pending = R"(["newPendingTransactions"])";

struct HubTest : testing::Test {
    HubWorld::Plan plan;
    std::unique_ptr<HubWorld> world;

    HubWorld& begin() {
        world = std::make_unique<HubWorld>(plan);
        world->settle();
        return *world;
    }
    std::unique_ptr<HubClient> subscribe(const std::string& params, std::size_t worker = 0) {
        auto client = std::make_unique<HubClient>(*world, worker, params);
        world->settle();
        return client;
    }
    HubWorld::Node& node(std::uint32_t id) { return world->nodes[id - 1]; }
    void mine(int blocks = 1) {
        for (; blocks > 0; --blocks) {
            world->canonical = world->chain.child(world->canonical);
            for (auto& each : world->nodes)
                world->move(each, world->canonical);
        }
    }
    /// Until there is one with logs; the others are settled.
    void mine_logs() {
        for (;;) {
            mine();
            if (!ChainWorld::logs(*world->canonical).empty()) return;
            world->settle();
        }
    }
    chain::HeaderPtr lie(std::uint64_t ahead) {
        chain::Header header;
        header.number = world->canonical->number + ahead;
        header.hash = chain::keccak256_hex("lie");
        header.parent = chain::keccak256_hex("nothing");
        header.json = "{}";
        return std::make_shared<const chain::Header>(header);
    }
    /// Waits until that is asked.
    FakeQuestions::AskedPtr asked(std::string_view method) {
        const auto& waiting = world->questions->waiting;
        for (int i = 0; i < 10'000; ++i) {
            world->run();
            const auto found = std::find_if(waiting.begin(), waiting.end(),
                                            [&](const auto& q) { return q->method == method; });
            if (found != waiting.end()) return *found;
            std::this_thread::sleep_for(100us);
        }
        return nullptr;
    }
    /// Runs for a while: what has a pause of milliseconds happens.
    void pass_time(std::chrono::milliseconds time) {
        const auto until = net::Clock::now() + time;
        while (net::Clock::now() < until) {
            world->run();
            std::this_thread::sleep_for(200us);
        }
    }
};

} // namespace weir::feeds
