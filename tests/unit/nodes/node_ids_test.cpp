// Ids are given again, but never while somebody may hold the node that had it.
#include "nodes/node_ids.hpp"

#include <gtest/gtest.h>

#include <set>

namespace weir::nodes {
namespace {

std::shared_ptr<const Node> make(NodeIds& ids, const std::string& name, Layer layer = Layer::el) {
    const auto given = ids.give(layer, name);
    if (!given) return nullptr;
    auto node = std::make_shared<Node>();
    node->id = given->id;
    node->ids = given->of_name;
    node->continues = given->continues;
    ids.taken(node);
    return node;
}

TEST(NodeIds, AThousandReloadsOfOneNodeNeedTwo) {
    NodeIds ids;
    std::set<std::uint32_t> used;
    auto node = make(ids, "a");
    for (int i = 0; i < 1000; ++i) {
        const auto next = make(ids, "a");
        ASSERT_TRUE(next);
        EXPECT_NE(next->id, node->id) << "the old one still serves";
        EXPECT_TRUE(next->continues);
        used.insert(next->id);
        node = next;
    }
    EXPECT_EQ(used.size(), 2U);
    EXPECT_EQ(node->ids, (std::vector<std::uint32_t>{0, 1})) << "whose counters are the node's";
}

TEST(NodeIds, TheSameNameInTheOtherLayerIsAnotherNode) {
    NodeIds ids;
    const auto el = make(ids, "a"), cl = make(ids, "a", Layer::cl);
    EXPECT_EQ(cl->ids, std::vector<std::uint32_t>{cl->id});
}

TEST(NodeIds, ManyNamesShareThemAndTheNextOwnerBeginsAnew) {
    NodeIds ids;
    for (int i = 0; i < 1000; ++i) {
        const auto node = make(ids, "node " + std::to_string(i));
        ASSERT_TRUE(node) << i;
        EXPECT_EQ(node->continues, i < static_cast<int>(max_node_ids));
        EXPECT_EQ(node->ids.size(), 1U);
    }
}

TEST(NodeIds, WhatIsHeldIsNotGiven) {
    NodeIds ids;
    std::vector<std::shared_ptr<const Node>> held;
    std::set<std::uint32_t> used;
    for (std::uint32_t i = 0; i < max_node_ids; ++i) {
        held.push_back(make(ids, "node " + std::to_string(i)));
        ASSERT_TRUE(held.back());
        used.insert(held.back()->id);
    }
    EXPECT_EQ(used.size(), max_node_ids);
    EXPECT_FALSE(make(ids, "one more"));
    const auto freed = held[7]->id;
    held[7].reset();
    EXPECT_EQ(make(ids, "one more")->id, freed);
}

} // namespace
} // namespace weir::nodes
