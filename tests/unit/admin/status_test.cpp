// GET /status, /ready and /health.
#include "admin_view_test_support.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace weir::admin {
namespace {

namespace json = boost::json;

std::set<std::string> keys(const json::object& object) {
    std::set<std::string> out;
    for (const auto& entry : object)
        out.emplace(entry.key());
    return out;
}

TEST(Status, HasEveryFieldOfTheSurface) {
    World world;
    const auto answer = status(world.snapshot, world.view);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.content_type, "application/json");
    const auto page = json::parse(answer.body).as_object();
    EXPECT_EQ(keys(page), (std::set<std::string>{"version", "el_chain_head", "cl_chain_head",
                                                 "el_failover_active", "el_nodes", "cl_nodes"}));
    const std::set<std::string> common{
        "name",           "lag",       "is_healthy",  "reason",     "consecutive_failures", "latency_ms",
        "client_version", "in_flight", "last_change", "last_heard", "is_held_back",         "note"};
    auto el = common, cl = common;
    el.insert({"http_url", "ws_url", "is_primary", "chain_id", "block_number", "check_ok"});
    cl.insert({"url", "slot", "health_ok"});
    ASSERT_EQ(page.at("el_nodes").as_array().size(), 2U);
    ASSERT_EQ(page.at("cl_nodes").as_array().size(), 1U);
    for (const auto& node : page.at("el_nodes").as_array())
        EXPECT_EQ(keys(node.as_object()), el);
    for (const auto& node : page.at("cl_nodes").as_array())
        EXPECT_EQ(keys(node.as_object()), cl);
}

TEST(Status, SaysWhatTheSnapshotAndTheCountersSay) {
    World world;
    auto& geth = world.snapshot.el.nodes[0];
    world.make_fit(geth, 98);
    geth.lag = 2;
    geth.chain_id = 560048;
    geth.latency = std::chrono::microseconds(1500);
    geth.client_version = "Geth/v1.16";
    geth.last_change = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'465'864));
    world.snapshot.el.nodes[1].reason = "connection refused";
    world.snapshot.el.nodes[1].consecutive_failures = 7;
    world.snapshot.el.failover_active = true;
    world.a->nodes[3].in_flight.add(2);
    world.b->nodes[3].in_flight.add(3);
    const auto page = json::parse(status(world.snapshot, world.view).body).as_object();
    EXPECT_EQ(page.at("el_chain_head").to_number<int>(), 100);
    EXPECT_EQ(page.at("cl_chain_head").to_number<int>(), 200);
    EXPECT_TRUE(page.at("el_failover_active").as_bool());
    const auto& first = page.at("el_nodes").as_array()[0].as_object();
    EXPECT_EQ(first.at("name").as_string(), "geth");
    EXPECT_TRUE(first.at("is_primary").as_bool());
    EXPECT_EQ(first.at("chain_id").to_number<int>(), 560048);
    EXPECT_EQ(first.at("block_number").to_number<int>(), 98);
    EXPECT_EQ(first.at("lag").to_number<int>(), 2);
    EXPECT_TRUE(first.at("check_ok").as_bool());
    EXPECT_TRUE(first.at("is_healthy").as_bool());
    EXPECT_EQ(first.at("reason").as_string(), "");
    EXPECT_DOUBLE_EQ(first.at("latency_ms").to_number<double>(), 1.5);
    EXPECT_EQ(first.at("client_version").as_string(), "Geth/v1.16");
    EXPECT_EQ(first.at("in_flight").to_number<int>(), 5) << "of all workers";
    EXPECT_EQ(first.at("last_change").as_string(), "2026-11-23T20:31:04Z");
    const auto& second = page.at("el_nodes").as_array()[1].as_object();
    EXPECT_EQ(second.at("name").as_string(), "al\"chemy\\");
    EXPECT_FALSE(second.at("is_primary").as_bool());
    EXPECT_FALSE(second.at("is_healthy").as_bool());
    EXPECT_EQ(second.at("reason").as_string(), "connection refused");
    EXPECT_EQ(second.at("consecutive_failures").to_number<int>(), 7);
    EXPECT_TRUE(second.at("block_number").is_null());
    EXPECT_TRUE(second.at("ws_url").is_null());
}

TEST(Status, UrlsAreShownAsSchemeHostAndPortOnly) {
    World world;
    const auto body = status(world.snapshot, world.view).body;
    EXPECT_EQ(body.find("SECRET"), std::string::npos);
    const auto page = json::parse(body).as_object();
    EXPECT_EQ(page.at("el_nodes").as_array()[0].as_object().at("http_url").as_string(),
              "https://geth.example:443");
    EXPECT_EQ(page.at("el_nodes").as_array()[0].as_object().at("ws_url").as_string(),
              "wss://geth.example:443");
    EXPECT_EQ(page.at("cl_nodes").as_array()[0].as_object().at("url").as_string(), "http://lh:5052");
}

TEST(Ready, IsSaidWhenEveryConfiguredLayerHasAFitNode) {
    World world;
    EXPECT_EQ(ready(world.snapshot).status, 503U);
    EXPECT_EQ(json::parse(ready(world.snapshot).body).as_object().at("reason").as_string(),
              "no fit EL node and no fit CL node");
    world.make_fit(world.snapshot.el.nodes[1], 100);
    EXPECT_EQ(ready(world.snapshot).status, 503U);
    EXPECT_EQ(json::parse(ready(world.snapshot).body).as_object().at("reason").as_string(), "no fit CL node");
    world.make_fit(world.snapshot.cl.nodes[0], 200);
    EXPECT_EQ(ready(world.snapshot).status, 200U) << "a backup is enough";
    EXPECT_TRUE(json::parse(ready(world.snapshot).body).as_object().at("ready").as_bool());
}

TEST(Ready, ALayerThatIsNotConfiguredIsNotWaitedFor) {
    World world;
    auto only_cl = std::make_shared<config::Config>();
    only_cl->cl.resize(1);
    world.snapshot.config = only_cl;
    world.snapshot.el.nodes.clear();
    world.make_fit(world.snapshot.cl.nodes[0], 200);
    EXPECT_EQ(ready(world.snapshot).status, 200U);
}

TEST(Health, IsSaidWhateverTheNodes) {
    EXPECT_EQ(health().status, 200U);
    EXPECT_EQ(health().body, "OK");
}

TEST(Page, AsksForNothingFromOutside) {
    const auto answer = page();
    EXPECT_TRUE(answer.content_type.starts_with("text/html"));
    EXPECT_EQ(answer.body.find("http://"), std::string::npos);
    EXPECT_EQ(answer.body.find("https://"), std::string::npos);
    EXPECT_NE(answer.body.find("fetch(\"/status\")"), std::string::npos);
}

} // namespace
} // namespace weir::admin
