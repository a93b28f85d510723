// Random layers, and random wishes of a request, for properties of plans.
#pragma once

#include "routing/plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <vector>

namespace weir::routing {

using config::Policy;
using nodes::LayerView;
using nodes::NodeStatus;
using nodes::Tier;

inline NodeStatus node(std::uint32_t id, Tier tier, bool fit, std::uint64_t head = 100) {
    auto fixed = std::make_shared<nodes::Node>();
    fixed->id = id;
    fixed->tier = tier;
    NodeStatus status;
    status.node = fixed;
    status.fit = fit;
    status.reachable = fit;
    status.head = head;
    return status;
}

inline LayerView primaries(std::size_t count) {
    LayerView layer;
    for (std::size_t i = 0; i < count; ++i)
        layer.nodes.push_back(node(static_cast<std::uint32_t>(i), Tier::primary, true));
    return layer;
}

inline std::vector<std::uint16_t> order(const Candidates& candidates) {
    return {candidates.begin(), candidates.end()};
}
using Order = std::vector<std::uint16_t>;

/// A random layer with everything that a plan looks at, and a random wish of the request.
struct World {
    LayerView layer;
    std::vector<std::uint32_t> latency;
    std::vector<std::uint8_t> resting;
    Policy policy = Policy::priority;
    bool serve_stale = false;
    std::uint32_t rotation = 0;
    std::optional<std::uint64_t> wanted;
    std::optional<std::uint32_t> sticky;

    PlanInput input() const {
        return {.layer = layer,
                .policy = policy,
                .serve_stale = serve_stale,
                .rotation = rotation,
                .latency_us = latency,
                .wanted_head = wanted,
                .sticky = sticky,
                .resting = resting};
    }
};

inline World random_world() {
    World w;
    const auto count = *rc::gen::inRange<std::size_t>(0, 9);
    const auto primary_count = *rc::gen::inRange<std::size_t>(0, count + 1);
    for (std::size_t i = 0; i < count; ++i) {
        auto status = node(static_cast<std::uint32_t>(i), i < primary_count ? Tier::primary : Tier::backup,
                           *rc::gen::arbitrary<bool>(), *rc::gen::inRange<std::uint64_t>(90, 110));
        status.held_back = !status.fit && *rc::gen::inRange(0, 3) == 0;
        status.reachable = status.in_service() || *rc::gen::arbitrary<bool>();
        status.serves_while_syncing = !status.fit && *rc::gen::inRange(0, 4) == 0;
        status.lag = *rc::gen::inRange<std::uint64_t>(0, 20);
        w.layer.nodes.push_back(status);
        w.latency.push_back(*rc::gen::inRange<std::uint32_t>(0, 5));
        w.resting.push_back(*rc::gen::inRange<std::uint8_t>(0, 2));
    }
    w.policy = *rc::gen::element(Policy::priority, Policy::round_robin, Policy::least_latency);
    w.serve_stale = *rc::gen::arbitrary<bool>();
    w.rotation = *rc::gen::arbitrary<std::uint32_t>();
    if (*rc::gen::arbitrary<bool>()) w.wanted = *rc::gen::inRange<std::uint64_t>(90, 110);
    if (*rc::gen::arbitrary<bool>()) w.sticky = *rc::gen::inRange<std::uint32_t>(0, 9);
    if (*rc::gen::inRange(0, 3) == 0) w.resting.clear();
    return w;
}

/// One in which some node is fit.
inline World fit_world() {
    auto w = random_world();
    w.layer.nodes.push_back(node(static_cast<std::uint32_t>(w.layer.nodes.size()), Tier::backup, true));
    w.latency.push_back(0);
    w.resting.resize(w.layer.nodes.size(), 0);
    auto& lucky = w.layer.nodes[*rc::gen::inRange<std::size_t>(0, w.layer.nodes.size())];
    lucky.fit = true;
    lucky.held_back = false;
    return w;
}

} // namespace weir::routing
