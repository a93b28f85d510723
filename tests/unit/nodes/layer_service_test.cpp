// What is said of who serves a layer: failovers, outages, and how long they took.
#include "nodes/layer_service.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace weir::nodes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Event = LayerService::Event;
using Events = std::vector<Event>;

/// Primaries, a bar, backups: '1' fit, '-' held back, '0' unfit, '?' not checked yet.
LayerView view_of(std::string_view standings) {
    LayerView view;
    Tier tier = Tier::primary;
    for (const char standing : standings) {
        if (standing == '|') {
            tier = Tier::backup;
            continue;
        }
        auto node = std::make_shared<Node>();
        node->tier = tier;
        NodeStatus status;
        status.node = node;
        status.fit = standing == '1';
        status.held_back = standing == '-';
        status.checked = standing != '?';
        view.nodes.push_back(status);
    }
    return view;
}

struct Layer {
    Events look(std::string_view standings, milliseconds later = milliseconds(10)) {
        return service.look(view_of(standings), now += later);
    }
    LayerService::Clock::time_point now = LayerService::Clock::time_point{} + std::chrono::hours(1);
    LayerService service{now};
};

TEST(LayerService, BackupsThatServeBecauseNoPrimaryIsFitAreAFailoverUntilOneServesAgain) {
    Layer layer;
    EXPECT_EQ(layer.look("11|1"), Events{});
    EXPECT_EQ(layer.look("01|1"), Events{});
    EXPECT_EQ(layer.look("00|1"), Events{Event::failed_over});
    EXPECT_TRUE(layer.service.failover_active());
    EXPECT_EQ(layer.look("-0|1"), Events{})
        << "a backup that is fit comes before a primary that is held back";
    EXPECT_EQ(layer.look("10|1"), Events{Event::failed_back});
    EXPECT_FALSE(layer.service.failover_active());
}

TEST(LayerService, AnOutageOfAllIsSaidOnceAndEndsNoFailover) {
    Layer layer;
    layer.look("1|1");
    layer.look("0|1");
    EXPECT_EQ(layer.look("0|0"), Events{Event::lost});
    EXPECT_TRUE(layer.service.failover_active()) << "an alert on it must not resolve now";
    EXPECT_EQ(layer.look("0|0"), Events{});
    EXPECT_TRUE(layer.service.lost_at());
    EXPECT_EQ(layer.look("0|-", seconds(12)), Events{Event::back});
    EXPECT_TRUE(layer.service.failover_active());
    EXPECT_EQ(in_words(layer.service.outage()), "12 s");
    EXPECT_EQ(layer.service.tier(), Tier::backup);
    EXPECT_EQ(layer.look("-|0"), Events{Event::failed_back});
}

TEST(LayerService, WithoutBackupsThereIsNoFailover) {
    Layer layer;
    layer.look("11");
    EXPECT_EQ(layer.look("0-"), Events{}) << "one that is held back serves";
    EXPECT_EQ(layer.look("00"), Events{Event::lost});
    EXPECT_FALSE(layer.service.failover_active());
    EXPECT_EQ(layer.look("-0", milliseconds(340)), Events{Event::back});
    EXPECT_EQ(in_words(layer.service.outage()), "0.3 s");
    EXPECT_FALSE(layer.service.lost_at());
}

TEST(LayerService, TheFirstChecksAreNoFailoverAndNoOutage) {
    Layer layer;
    EXPECT_TRUE(layer.service.lost_at()) << "nobody serves before the first check";
    EXPECT_EQ(layer.look("?|?"), Events{});
    EXPECT_EQ(layer.look("?|1"), Events{});
    EXPECT_EQ(layer.look("1|1"), Events{});
    Layer dead;
    EXPECT_EQ(dead.look("0|?"), Events{});
    EXPECT_EQ(dead.look("0|0"), Events{Event::lost});
    EXPECT_EQ(dead.look("0|1"), (Events{Event::back, Event::failed_over}));
}

TEST(LayerService, ALayerWithoutNodesIsNotOut) {
    Layer layer;
    EXPECT_EQ(layer.look(""), Events{});
}

} // namespace
} // namespace weir::nodes
