// What nodes say of their syncing, and what is made of it: by their heads, not by the word "syncing".
#include "nodes/fitness.hpp"
#include "nodes/sync_state.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace weir::nodes {
namespace {

/// In the words of the clients, at head 100.
std::optional<SyncState> said(std::string_view text) {
    return read_eth_syncing(boost::json::parse(text), 100);
}

TEST(SyncState, IsReadAsClientsSayIt) {
    EXPECT_FALSE(said("false"));
    EXPECT_FALSE(said("null"));
    struct {
        const char* text;
        std::optional<std::uint64_t> behind;
        const char* remains;
    } const cases[] = {
        // go-ethereum that has the head and indexes
        {R"({"startingBlock":"0x0","currentBlock":"0x64","highestBlock":"0x64","txIndexFinishedBlocks":"0x10",
             "txIndexRemainingBlocks":"0x54","healingTrienodes":"0x0"})",
         0, "84 blocks of transactions to index"},
        {R"({"currentBlock":"0x64","highestBlock":"0x64","stateIndexRemaining":"0x2"})", 0,
         "2 blocks of state to index"},
        {R"({"currentBlock":"0x64","highestBlock":"0x66","healingTrienodes":"0x9","healingBytecode":"0x1"})",
         2, "2 blocks to go, 9 trie nodes to heal, 1 codes to heal"},
        // go-ethereum while it heals: it has the blocks, and serves none of them
        {R"({"currentBlock":"0x4e20","highestBlock":"0x4e20"})", 19'900, "19900 blocks to go"},
        // Nethermind, zkEVM
        {R"({"startingBlock":"0x0","currentBlock":"0x65","highestBlock":"0x63","syncMode":"WaitingForBlock"})",
         0, ""},
        {R"({"currentBlock":100,"highestBlock":103})", 3, "3 blocks to go"},
        {R"({"currentBlock":"0x064","highestBlock":"0x0064"})", 0, ""},
        // without heights, or before the first peer
        {R"({"batchSeen":12,"batchProcessed":3})", std::nullopt, ""},
        {R"({"currentBlock":"0x0","highestBlock":"0x0"})", std::nullopt, ""},
        {R"({"currentBlock":{},"highestBlock":"up"})", std::nullopt, ""},
    };
    for (const auto& [text, behind, remains] : cases) {
        const auto state = said(text);
        ASSERT_TRUE(state) << text;
        EXPECT_EQ(state->behind, behind) << text;
        EXPECT_EQ(state->remains, remains) << text;
    }
}

TEST(SyncState, OfABeaconNodeIsItsDistance) {
    const auto read = [](std::string_view text) { return read_beacon_syncing(boost::json::parse(text)); };
    EXPECT_FALSE(read(R"({"is_syncing":false,"sync_distance":"0"})"));
    EXPECT_EQ(read(R"({"is_syncing":true,"sync_distance":"2"})")->behind, 2U);
    EXPECT_EQ(read(R"({"is_syncing":true,"sync_distance":"2"})")->remains, "2 slots to go");
    EXPECT_FALSE(read(R"({"is_syncing":true})")->behind);
}

struct Layer {
    void check(std::size_t node, std::uint64_t head, std::optional<SyncState> sync = {}) {
        CheckResult result;
        result.outcome = CheckResult::Outcome::answered;
        result.head = head;
        result.network.chain_id = 1;
        result.sync = std::move(sync);
        fitness.checked(node, result, now += std::chrono::milliseconds(1));
    }
    const NodeFitness& operator[](std::size_t i) const { return fitness.nodes()[i]; }
    LayerFitness fitness{std::vector<NodeFitness>(2), FitnessLimits{}};
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(SyncState, ANodeThatHasTheHeadIsFitAndSaysWhatRemains) {
    Layer layer;
    layer.check(1, 100);
    layer.check(0, 100, SyncState{0, "84 blocks of transactions to index"});
    EXPECT_TRUE(layer[0].fit());
    EXPECT_EQ(layer[0].note(), "syncing: 84 blocks of transactions to index");
    layer.check(0, 101);
    EXPECT_EQ(layer[0].note(), "");
}

TEST(SyncState, NearTheHeadIsLagAndFarFromItIsNot) {
    Layer layer;
    layer.check(1, 105);
    layer.check(0, 100, SyncState{5, "5 blocks to go"});
    EXPECT_TRUE(layer[0].fit());
    EXPECT_EQ(layer[0].lag, 5U);
    layer.check(0, 100, SyncState{6, "6 blocks to go"});
    EXPECT_FALSE(layer[0].in_service());
    EXPECT_EQ(words(layer[0].reason), "syncing: 6 blocks to go");
    layer.check(0, 100, SyncState{});
    EXPECT_EQ(words(layer[0].reason), "syncing");
}

TEST(SyncState, TheLayerIsNotWhereOneNodeSaysThatItShouldBe) {
    Layer layer;
    layer.check(1, 100);
    layer.check(0, 100, SyncState{1'000'000, "1000000 blocks to go"});
    EXPECT_EQ(layer.fitness.head(), 100U);
    EXPECT_TRUE(layer[1].fit());
}

TEST(SyncState, OfALayerThatMovesOnItIsLag) {
    Layer layer;
    layer.check(1, 107);
    layer.check(0, 100, SyncState{0, "84 blocks of transactions to index"});
    EXPECT_EQ(words(layer[0].reason), "lag 7 > 5");
}

} // namespace
} // namespace weir::nodes
