// Logs follow the line of heads: none twice, none lost, and what is taken back is said first.
#include "chain_world.hpp"
#include "feeds/log_line.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace weir::feeds {
namespace {

constexpr std::size_t many = 100;

std::string log_of(const chain::HeaderPtr& block, int n) {
    return R"({"block":")" + block->hash + R"(","n":)" + std::to_string(n) + R"(,"removed":false})";
}

struct LogLineTest : testing::Test {
    ChainWorld world;
    LogLine line{{8, 1000, false}}; // the logs here are in no bloom

    void added(const chain::HeaderPtr& block) { line.step({Step::Kind::added, block}); }
    /// The answer to what is wanted, if that is about this block.
    struct TextsOf {
        FeedId feed;
        std::vector<std::string> logs;
    };
    static std::vector<LogLine::Found> found_of(const std::vector<TextsOf>& given) {
        std::vector<LogLine::Found> found;
        for (const auto& [feed, logs] : given) {
            found.push_back({feed, {}});
            for (const auto& log : logs)
                found.back().events.push_back(std::make_shared<const std::string>(log));
        }
        return found;
    }
    void fetched(std::uint64_t turn, const std::vector<TextsOf>& found) {
        line.fetched(turn, found_of(found));
    }
    void fetched(const chain::HeaderPtr& block, const std::vector<TextsOf>& found) {
        const auto wanted = line.wanted(many);
        if (wanted && wanted->block == block) fetched(wanted->turn, found);
    }
    void removed(const chain::HeaderPtr& block) { line.step({Step::Kind::removed, block}); }
    std::vector<std::string> told(FeedId feed) {
        std::vector<std::string> out;
        for (const auto& delivery : line.take_deliveries()) {
            for (const auto& log : delivery.events) {
                if (delivery.feed == feed) out.push_back(*log);
            }
        }
        return out;
    }
    using Texts = std::vector<std::string>;
};

TEST_F(LogLineTest, BlocksAreToldInOrderAndTakenBackInTheOppositeOne) {
    line.add(1, {});
    const auto one = world.child(world.genesis()), two = world.child(one);
    added(one);
    added(two);
    ASSERT_TRUE(line.wanted(many));
    EXPECT_EQ(line.wanted(many)->block, one);
    fetched(two, {{1, {log_of(two, 0)}}}); // not asked for yet
    EXPECT_EQ(told(1), Texts{});
    fetched(one, {{1, {log_of(one, 0), log_of(one, 1)}}});
    fetched(two, {{1, {}}});
    EXPECT_EQ(told(1), (Texts{log_of(one, 0), log_of(one, 1)}));
    removed(two);
    removed(one);
    EXPECT_EQ(told(1), (Texts{chain::as_removed(log_of(one, 1)), chain::as_removed(log_of(one, 0))}));
    removed(one);
    EXPECT_EQ(told(1), Texts{});
}

TEST_F(LogLineTest, ABlockThatLeavesBeforeItsLogsCameIsNeverTold) {
    line.add(1, {});
    const auto one = world.child(world.genesis()), two = world.child(one);
    added(one);
    added(two);
    removed(two);
    removed(one);
    EXPECT_FALSE(line.wanted(many));
    fetched(0, {{1, {log_of(one, 0)}}});
    EXPECT_EQ(told(1), Texts{});
}

TEST_F(LogLineTest, ABlockThatLeftAndCameAgainIsAskedForAnew) {
    line.add(1, {});
    const auto one = world.child(world.genesis());
    added(one);
    const auto first = line.wanted(many)->turn;
    removed(one);
    line.add(2, {}); // not among those of the first question
    added(one);
    fetched(first, {{1, {log_of(one, 0)}}});
    EXPECT_EQ(told(1), Texts{});
    fetched(one, {{1, {log_of(one, 0)}}, {2, {log_of(one, 0)}}});
    auto deliveries = line.take_deliveries();
    EXPECT_EQ(deliveries.size(), 2U);
}

TEST_F(LogLineTest, WhenNobodyListensNothingIsRemembered) {
    line.add(1, {});
    const auto one = world.child(world.genesis());
    added(one);
    fetched(one, {{1, {log_of(one, 0)}}});
    line.remove(1);
    line.add(2, {});
    added(one); // it left while nobody listened
    fetched(one, {{2, {log_of(one, 0)}}});
    removed(one);
    line.take_deliveries();
    added(one);
    fetched(one, {{2, {log_of(one, 0)}}});
    EXPECT_EQ(told(2), Texts{log_of(one, 0)});
}

TEST_F(LogLineTest, OneBlockOfMoreThanIsKeptIsToldButCannotBeTakenBack) {
    line.add(1, {});
    const auto one = world.child(world.genesis());
    added(one);
    fetched(one, {{1, {std::string(5000, ' ')}}});
    EXPECT_EQ(told(1).size(), 1U);
    const auto two = world.child(one);
    added(two); // waits behind nothing when the only filter ends
    removed(two);
    removed(one);
    EXPECT_EQ(line.take_ended().size(), 1U);
}

TEST_F(LogLineTest, AFilterHearsOnlyOfWhatComesAfterIt) {
    line.add(1, {});
    const auto one = world.child(world.genesis());
    added(one);
    line.add(2, {});
    ASSERT_EQ(line.wanted(many)->some.size(), 1U);
    fetched(one, {{1, {log_of(one, 0)}}, {2, {log_of(one, 0)}}});
    auto deliveries = line.take_deliveries();
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(deliveries[0].feed, 1U);
}

TEST_F(LogLineTest, LogsThatHadToBeForgottenEndTheFeedWhenTheyMustBeTakenBack) {
    line.add(1, {});
    const auto one = world.child(world.genesis()), two = world.child(one);
    added(one);
    fetched(one, {{1, {std::string(900, ' ')}}});
    added(two);
    fetched(two, {{1, {std::string(900, ' ')}}});
    removed(two);
    EXPECT_TRUE(line.take_ended().empty());
    removed(one);
    const auto ended = line.take_ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].second, FeedEnd::logs_too_many);
    EXPECT_TRUE(line.empty());
}

TEST_F(LogLineTest, TooManyBlocksWithoutLogsEndTheFeed) {
    line.add(1, {});
    auto at = world.genesis();
    for (int i = 0; i < 17; ++i)
        added(at = world.child(at));
    const auto ended = line.take_ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].second, FeedEnd::gap_too_large);
}

RC_GTEST_PROP(LogLineProperties, WhatAClientHoldsIsWhatTheLineOfHeadsHolds, ()) {
    ChainWorld world;
    LogLine line({64, 1 << 20, false});
    std::vector<chain::HeaderPtr> heads{world.genesis()};
    std::map<FeedId, std::vector<std::string>> held;
    FeedId next_feed = 1;
    // Every block has as many logs as the last digit of its hash says, modulo 3, for everybody.
    const auto logs = [](const chain::HeaderPtr& block) {
        std::vector<std::string> out;
        for (int i = 0; i < block->hash.back() % 3; ++i)
            out.push_back(log_of(block, i));
        return out;
    };
    const auto serve = [&] {
        const auto wanted = line.wanted(many);
        if (!wanted) return false;
        std::vector<LogLine::Found> found;
        for (const auto& candidate : wanted->some) {
            found.push_back({candidate.feed, {}});
            for (const auto& log : logs(wanted->block))
                found.back().events.push_back(std::make_shared<const std::string>(log));
        }
        line.fetched(wanted->turn, std::move(found));
        return true;
    };
    const auto hear = [&] {
        for (const auto& delivery : line.take_deliveries()) {
            auto& list = held[delivery.feed];
            for (const auto& log : delivery.events) {
                if (log->find("\"removed\":true") == std::string::npos) {
                    list.push_back(*log);
                } else {
                    RC_ASSERT(!list.empty());
                    RC_ASSERT(chain::as_removed(list.back()) == *log); // the newest first
                    list.pop_back();
                }
            }
        }
    };
    std::map<FeedId, std::vector<chain::HeaderPtr>>
        expected; // blocks added since the join that are still there
    const auto count = *rc::gen::inRange(1, 60);
    for (int i = 0; i < count; ++i) {
        switch (*rc::gen::inRange(0, 5)) {
        case 0:
        case 1: {
            heads.push_back(world.child(heads.back()));
            for (auto& [feed, blocks] : expected)
                blocks.push_back(heads.back());
            line.step({Step::Kind::added, heads.back()});
            break;
        }
        case 2:
            if (heads.size() > 1) {
                for (auto& [feed, blocks] : expected) {
                    if (!blocks.empty() && blocks.back() == heads.back()) blocks.pop_back();
                }
                line.step({Step::Kind::removed, heads.back()});
                heads.pop_back();
            }
            break;
        case 3:
            serve();
            break;
        case 4:
            expected[next_feed];
            line.add(next_feed++, {});
            break;
        }
        hear();
    }
    while (serve()) {}
    hear();
    for (const auto& [feed, blocks] : expected) {
        std::vector<std::string> all;
        for (const auto& block : blocks) {
            for (auto& log : logs(block))
                all.push_back(std::move(log));
        }
        RC_ASSERT(held[feed] == all);
    }
    RC_ASSERT(line.take_ended().empty());
}

} // namespace
} // namespace weir::feeds
