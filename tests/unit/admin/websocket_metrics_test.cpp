// GET /metrics: sessions, links to nodes and feeds, each counter under its name and label.
#include "admin_view_test_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir::admin {
namespace {

using weir::metrics::WsEnd;

class WebSocketMetrics : public testing::Test {
  protected:
    /// Whether the page has this line.
    testing::AssertionResult says(const std::string& line) const {
        const auto body = metrics(world.snapshot, world.view).body;
        if (body.find("\nweir_" + line + '\n') != std::string::npos) return testing::AssertionSuccess();
        return testing::AssertionFailure() << "no line weir_" << line << " in\n" << body;
    }
    World world;
};

TEST_F(WebSocketMetrics, SessionsOfAllWorkersAreAddedUp) {
    for (auto* worker : {world.a.get(), world.b.get()}) {
        worker->ws_sessions.add(3);
        worker->ws_sessions_total.add(5);
        worker->ws_sessions_refused.add(1);
        worker->ws_subscriptions.add(4);
        worker->ws_subscriptions_total.add(6);
        worker->ws_messages_in.add(10);
        worker->ws_messages_out.add(20);
        worker->ws_queued_bytes.add(1000);
        worker->ws_calls_in_flight.add(7);
        worker->ws_waiting_calls.add(8);
        worker->ws_waiting_bytes.add(9);
        worker->filters.add(2);
        worker->filters_dropped.add(11);
        worker->filter_bytes.add(12);
    }
    for (const auto* line :
         {"ws_connections_active 6", "ws_connections_total 10", "ws_connections_refused_total 2",
          "ws_subscriptions_active 8", "ws_subscriptions_total 12",
          "ws_messages_total{direction=\"upstream\"} 20", "ws_messages_total{direction=\"downstream\"} 40",
          "ws_queued_bytes 2000", "ws_calls_in_flight 14", "ws_waiting_calls 16", "ws_waiting_bytes 18",
          "el_filters 4", "el_filters_dropped_total 22", "el_filter_bytes 24"}) {
        EXPECT_TRUE(says(line));
    }
}

TEST_F(WebSocketMetrics, EveryEndHasItsReason) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(WsEnd::count); ++i)
        world.a->ws_ends[i].add(i + 1);
    EXPECT_TRUE(says(R"(ws_ends_total{reason="client_closed"} 1)"));
    EXPECT_TRUE(says(R"(ws_ends_total{reason="slow_client"} 4)"));
    EXPECT_TRUE(says(R"(ws_ends_total{reason="shutdown"} 8)"));
}

TEST_F(WebSocketMetrics, LinksAndWhereFeedsAreReadFrom) {
    auto& control = *world.control;
    control.links_opened.add(5);
    control.links_failed.add(6);
    control.links_reopened.add(4);
    control.link_messages_in.add(100);
    control.link_messages_out.add(10);
    control.nodes[3].link_open.add();
    control.nodes[3].feeds_read_from.add();
    for (const auto* line :
         {R"(ws_reconnections_total 4)", R"(ws_reconnection_attempts_total{status="success"} 5)",
          R"(ws_reconnection_attempts_total{status="failed"} 6)",
          R"(ws_link_messages_total{direction="received"} 100)",
          R"(ws_link_messages_total{direction="sent"} 10)", R"(ws_link_open{node="geth"} 1)",
          R"(ws_link_open{node="al\"chemy\\"} 0)", R"(ws_upstream_node{node="geth"} 1)",
          R"(ws_upstream_node{node="al\"chemy\\"} 0)"}) {
        EXPECT_TRUE(says(line));
    }
}

TEST_F(WebSocketMetrics, Feeds) {
    auto& control = *world.control;
    control.feeds.add(3);
    control.upstream_subscriptions.add(2);
    control.feed_switches.add(4);
    control.backfilled_blocks.add(5);
    control.dropped_duplicates.add(6);
    control.ended_feeds.add(7);
    control.left_out_events.add(8);
    for (const auto* line : {"ws_feeds 3", "ws_upstream_subscriptions 2", "ws_feed_switches_total 4",
                             "ws_backfilled_blocks_total 5", "ws_dropped_duplicates_total 6",
                             "ws_ended_feeds_total 7", "ws_left_out_events_total 8"}) {
        EXPECT_TRUE(says(line));
    }
}

} // namespace
} // namespace weir::admin
