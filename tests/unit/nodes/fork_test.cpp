// Forks of the beacon chain: who is on the smaller one, as soon as it can be told and no sooner.
#include "nodes/fitness.hpp"
#include "nodes/fork.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::nodes {
namespace {

std::string root(char fork, std::uint64_t slot) {
    return "0x" + std::string(8, fork) + std::to_string(slot);
}

/// A chain of which the node named these slots' blocks, all on `fork`.
ChainView chain(char fork, const std::vector<std::uint64_t>& slots) {
    ChainView view;
    for (const auto slot : slots)
        view.note_head(slot, root(fork, slot), root(fork, slot - 1));
    return view;
}
ChainView finalized(ChainView view, std::uint64_t epoch, const std::string& checkpoint) {
    view.finalized = Checkpoint{epoch, checkpoint};
    return view;
}

TEST(Fork, ChainsAreComparedAtTheNewestSlotForWhichBothNamedABlock) {
    EXPECT_EQ(compare(chain('a', {100}), chain('a', {100})), Relation::same);
    EXPECT_EQ(compare(chain('a', {100}), chain('b', {100})), Relation::other_block);
    EXPECT_EQ(compare(chain('a', {100}), chain('b', {101})), Relation::unknown) << "one may only be behind";
    EXPECT_EQ(compare(chain('a', {99, 100, 103}), chain('b', {97, 100, 101})), Relation::other_block);
    EXPECT_EQ(compare({}, chain('a', {1})), Relation::unknown);
}

TEST(Fork, ANodeThatChangesOverIsComparedByWhereItIsNow) {
    auto changed = chain('b', {100, 101});
    changed.note_head(102, root('a', 102), root('a', 101));
    EXPECT_EQ(compare(changed, chain('a', {100, 101, 102})), Relation::same);
    EXPECT_EQ(compare(changed, chain('b', {100, 101, 102})), Relation::other_block);
    // Another block in place of its head: the old one is forgotten.
    auto replaced = chain('a', {99, 100});
    replaced.note_head(100, root('c', 100), root('a', 99));
    EXPECT_EQ(compare(replaced, chain('a', {100})), Relation::other_block);
    // The new head's parent is known: what stood after it is not part of the chain any more.
    auto skipped = chain('a', {99, 100});
    skipped.note_head(101, root('c', 101), root('a', 99));
    EXPECT_EQ(compare(skipped, chain('a', {99, 100})), Relation::same);
}

TEST(Fork, AnotherFinalizedCheckpointOfOneEpochIsAForkWhateverTheHeadsAre) {
    const auto a = finalized(chain('a', {100}), 1, root('a', 32)),
               b = finalized(chain('b', {101}), 1, root('b', 32));
    EXPECT_EQ(compare(a, b), Relation::other_finality);
    EXPECT_EQ(compare(finalized(chain('a', {100}), 2, root('a', 64)), b), Relation::unknown);
    EXPECT_EQ(compare(finalized(chain('a', {100}), 1, root('a', 32)),
                      finalized(chain('a', {101}), 1, root('a', 32))),
              Relation::same);
    EXPECT_EQ(compare(finalized(chain('a', {5}), 0, "0x00"), finalized(chain('a', {6}), 0, root('a', 0))),
              Relation::unknown)
        << "clients name genesis differently";
}

TEST(Fork, OnlySoManyHeadsAreRemembered) {
    ChainView view;
    for (std::uint64_t slot = 1; slot <= 1000; ++slot)
        view.note_head(slot, root('a', slot), root('a', slot - 1));
    EXPECT_EQ(view.heads.size(), ChainView::remembered_heads);
    EXPECT_EQ(view.heads.back().slot, 1000U);
}

std::string minority(const std::vector<ChainView>& chains) {
    std::vector<const ChainView*> pointers;
    for (const auto& one : chains)
        pointers.push_back(&one);
    std::string out;
    for (const auto& reason : minority_forks(pointers))
        out += reason.empty() ? '-' : 'x';
    return out;
}

TEST(Fork, TheLargerOneStaysAndOfTwoAsLargeTheOneConfiguredFirst) {
    const auto a = chain('a', {100}), b = chain('b', {100}), c = chain('c', {100}), ahead = chain('b', {101});
    EXPECT_EQ(minority({a, a, a}), "---");
    EXPECT_EQ(minority({a, b, b}), "x--");
    EXPECT_EQ(minority({b, a, b}), "-x-");
    EXPECT_EQ(minority({a, b}), "-x");
    EXPECT_EQ(minority({a, b, c}), "-xx") << "never all of them";
    EXPECT_EQ(minority({a, ahead}), "--");
    EXPECT_EQ(minority({a}), "-");
    EXPECT_EQ(minority({}), "");
}

CheckResult at(char fork, std::uint64_t slot) {
    CheckResult result;
    result.outcome = CheckResult::Outcome::answered;
    result.head = slot;
    result.head_root = root(fork, slot);
    result.head_parent = root(fork, slot - 1);
    return result;
}

struct Layer {
    void round(const std::string& forks, std::uint64_t slot) {
        for (std::size_t i = 0; i < forks.size(); ++i) {
            fitness.checked(i, at(forks[i], slot), now += std::chrono::milliseconds(1));
        }
        now += std::chrono::seconds(1);
    }
    std::string fit() const {
        std::string out;
        for (const auto& node : fitness.nodes())
            out += node.fit() ? '1' : '0';
        return out;
    }
    LayerFitness fitness{std::vector<NodeFitness>(3), FitnessLimits{}};
    FitnessClock::time_point now = FitnessClock::time_point{} + std::chrono::hours(1);
};

TEST(Fork, ANodeOnAMinorityForkIsUnfitOnceAllHaveSpokenAgainAndReturnsWithTheOthersChain) {
    Layer layer;
    layer.round("aaa", 100);
    layer.round("aba", 101);
    EXPECT_EQ(layer.fit(), "111") << "it may be a reorganisation that the others have not seen yet";
    layer.round("aba", 101);
    EXPECT_EQ(layer.fit(), "101");
    EXPECT_EQ(words(layer.fitness.nodes()[1].reason),
              "minority fork: the others do not know its block 0xbbbbbbbb… at slot 101");
    layer.round("aba", 102);
    EXPECT_EQ(layer.fit(), "101") << "its next block makes it no better";
    for (int i = 0; i < 3; ++i)
        layer.round("aaa", 103);
    EXPECT_EQ(layer.fit(), "111");
}

TEST(Fork, AReorganisationThatReachesAllTakesNobodyOut) {
    Layer layer;
    layer.round("aaa", 100);
    layer.round("bba", 101);
    layer.round("bbb", 101);
    layer.round("bbb", 102);
    EXPECT_EQ(layer.fit(), "111");
}

TEST(Fork, ANodeThatComesUpOnAnotherForkIsNeverFit) {
    Layer layer;
    layer.fitness.checked(0, at('a', 100), layer.now += std::chrono::milliseconds(1));
    layer.fitness.checked(2, at('a', 100), layer.now += std::chrono::milliseconds(1));
    layer.fitness.checked(1, at('b', 100), layer.now += std::chrono::milliseconds(1));
    EXPECT_EQ(layer.fit(), "101");
}

TEST(Fork, WhoCannotServeHasNoVote) {
    Layer layer;
    layer.round("aab", 100);
    auto optimistic = at('b', 101);
    optimistic.optimistic = true;
    for (int i = 0; i < 3; ++i) {
        layer.fitness.checked(0, at('a', 101), layer.now += std::chrono::milliseconds(1));
        layer.fitness.checked(1, optimistic, layer.now += std::chrono::milliseconds(1));
        layer.fitness.checked(2, at('b', 101), layer.now += std::chrono::milliseconds(1));
    }
    EXPECT_EQ(layer.fit(), "100") << "one against one: the configured order decides";
}

} // namespace
} // namespace weir::nodes
