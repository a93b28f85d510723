// What clients were told of, and for how long that binds: specification "A client never sees the chain go
// backwards".
#include "nodes/seen_heads.hpp"

#include <gtest/gtest.h>

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

} // namespace
} // namespace weir::nodes
