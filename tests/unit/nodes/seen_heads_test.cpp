// What clients were told of, and for how long that binds: specification "A client never sees the chain go
// backwards".
#include "nodes/seen_heads.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace weir::nodes {
namespace {

using std::chrono::seconds;

TEST(SeenHeads, TheHighestHeadToldIsTheLayers) {
    SeenHeads heads;
    heads.told(1, 100);
    heads.told(90);
    EXPECT_EQ(heads.layer(), 100U);
    EXPECT_EQ(heads.told_by(1), 100U);
}

TEST(SeenHeads, AHeadThatTheLayerNeverComesToIsForgotten) {
    SeenHeads heads;
    auto now = net::Clock::now();
    heads.layer_is_at(100, now);
    heads.told(1, 1'000'100); // a lie
    for (std::uint64_t head = 100; head < 109; ++head) {
        heads.layer_is_at(head, now += seconds(1));
        EXPECT_EQ(heads.layer(), 1'000'100U) << head;
    }
    for (std::uint64_t head = 109; head < 114; ++head)
        heads.layer_is_at(head, now += seconds(1));
    EXPECT_LE(heads.layer(), 113U);
    heads.told(2, 114);
    EXPECT_EQ(heads.layer(), 114U) << "and what is told from then on counts";
}

TEST(SeenHeads, ClientsThatAreAlwaysToldSoonerThanChecksAreBelieved) {
    SeenHeads heads;
    auto now = net::Clock::now();
    for (std::uint64_t head = 100; head < 200; head += 4) {
        heads.told(1, head + 3);
        heads.layer_is_at(head, now += seconds(1));
        EXPECT_EQ(heads.layer(), head + 3);
    }
}

TEST(SeenHeads, EachHeadWithANameIsKeptByItself) {
    SeenHeads heads;
    const auto now = net::Clock::now();
    heads.told(1, 100);
    heads.told(1, HeadTag::finalized, 64, now);
    heads.told(2, HeadTag::finalized, 63, now);
    EXPECT_EQ(heads.layer(HeadTag::finalized), 64U);
    EXPECT_EQ(heads.layer(HeadTag::safe), 0U);
    EXPECT_EQ(heads.layer(), 100U);
    EXPECT_EQ(heads.told_by(1, HeadTag::finalized), 64U);
    EXPECT_EQ(heads.told_by(2, HeadTag::finalized), 63U);
    EXPECT_EQ(heads.heads()[HeadTag::finalized], 64U);
}

TEST(SeenHeads, AFinalizedHeadThatNobodyHasHadForLongIsForgotten) {
    SeenHeads heads;
    auto now = net::Clock::now();
    heads.told(1, HeadTag::finalized, 64, now);
    for (int second = 1; second <= 9; ++second) {
        heads.fell_back(HeadTag::finalized, 60, now + seconds(second));
        EXPECT_EQ(heads.layer(HeadTag::finalized), 64U) << second;
    }
    heads.told(1, HeadTag::finalized, 64, now += seconds(9));
    heads.fell_back(HeadTag::finalized, 60, now + seconds(9));
    EXPECT_EQ(heads.layer(HeadTag::finalized), 64U) << "a node has told of it meanwhile";
    heads.fell_back(HeadTag::finalized, 60, now + seconds(11));
    EXPECT_EQ(heads.layer(HeadTag::finalized), 60U);
}

std::string hash_of(std::uint64_t number) {
    char text[67];
    std::snprintf(text, sizeof text, "0x%048x%016llx", 0,
                  static_cast<unsigned long long>(number * 0x9e3779b97f4a7c15ULL));
    return text;
}

TEST(SeenBlocks, ANumberIsFoundByItsHashUntilManyOthersHaveCome) {
    SeenBlocks blocks;
    EXPECT_FALSE(blocks.number_of(hash_of(7)));
    blocks.saw(hash_of(7), 7);
    blocks.saw(hash_of(0), 0);
    EXPECT_EQ(blocks.number_of(hash_of(7)), 7U);
    EXPECT_FALSE(blocks.number_of(hash_of(8)));
    for (std::uint64_t number = 100'000; number < 120'000; ++number)
        blocks.saw(hash_of(number), number);
    EXPECT_FALSE(blocks.number_of(hash_of(7))) << "bounded";
    EXPECT_EQ(blocks.number_of(hash_of(119'999)), 119'999U);
}

TEST(SeenBlocks, WhatIsNoHashIsLeftOut) {
    SeenBlocks blocks;
    for (const auto& text : {std::string(), std::string("0x12"), "0x" + std::string(64, 'g'),
                             std::string(66, '-'), "0x" + std::string(63, '0') + "-"}) {
        blocks.saw(text, 5);
        EXPECT_FALSE(blocks.number_of(text)) << text;
    }
}

} // namespace
} // namespace weir::nodes
