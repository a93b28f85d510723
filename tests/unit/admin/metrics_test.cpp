// GET /metrics: every name and label of the surface's table, in Prometheus' text format.
#include "admin_view_test_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace weir::admin {
namespace {

struct Sample {
    std::string name;
    std::set<std::string> labels;
    std::string line;
    double value = 0;
};

struct Page {
    std::map<std::string, std::string> types, help;
    std::vector<Sample> samples;
};

Page parse(const std::string& text) {
    Page page;
    std::istringstream in(text);
    static const std::regex sample_form(R"re(^([a-zA-Z_][a-zA-Z0-9_]*)(\{(.*)\})? (\S+)$)re");
    static const std::regex label_form(R"re(([a-zA-Z_]+)="((?:[^"\\]|\\.)*)")re");
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string hash, kind, name, rest;
        if (line.starts_with("# ")) {
            words >> hash >> kind >> name;
            std::getline(words >> std::ws, rest);
            auto& into = kind == "TYPE" ? page.types : page.help;
            EXPECT_TRUE(into.emplace(name, rest).second) << "twice: " << line;
            continue;
        }
        std::smatch match;
        EXPECT_TRUE(std::regex_match(line, match, sample_form)) << line;
        Sample sample{match[1], {}, line, 0};
        const std::string labels = match[3];
        for (std::sregex_iterator it(labels.begin(), labels.end(), label_form), end; it != end; ++it)
            sample.labels.insert((*it)[1]);
        sample.value = match[4] == "+Inf" ? 0 : std::stod(match[4]);
        page.samples.push_back(sample);
    }
    return page;
}

double value_of(const Page& page, const std::string& series) {
    for (const auto& sample : page.samples) {
        if (sample.line.starts_with(series + " ")) return sample.value;
    }
    ADD_FAILURE() << "no series " << series;
    return -1;
}

using Set = std::set<std::string>;
struct Row {
    const char* name;
    Set labels;
    const char* type;
};

std::vector<Row> surface() {
    const Set none, node{"node"}, node_tier{"node", "tier"};
    return {{"el_requests_total", node_tier, "counter"},
            {"el_request_duration_seconds", node_tier, "histogram"},
            {"el_node_block_number", node_tier, "gauge"},
            {"el_node_lag_blocks", node_tier, "gauge"},
            {"el_node_healthy", node_tier, "gauge"},
            {"el_failover_active", none, "gauge"},
            {"el_chain_head", none, "gauge"},
            {"el_healthy_nodes", none, "gauge"},
            {"el_failovers_total", none, "counter"},
            {"cl_requests_total", node, "counter"},
            {"cl_request_duration_seconds", node, "histogram"},
            {"cl_node_slot", node, "gauge"},
            {"cl_node_lag_slots", node, "gauge"},
            {"cl_node_healthy", node, "gauge"},
            {"cl_chain_head", none, "gauge"},
            {"cl_healthy_nodes", none, "gauge"},
            {"ws_connections_active", none, "gauge"},
            {"ws_subscriptions_active", none, "gauge"},
            {"ws_connections_total", none, "counter"},
            {"ws_subscriptions_total", none, "counter"},
            {"ws_reconnections_total", none, "counter"},
            {"ws_reconnection_attempts_total", {"status"}, "counter"},
            {"ws_messages_total", {"direction"}, "counter"},
            {"ws_upstream_node", node, "gauge"},
            {"el_retries_total", {"reason"}, "counter"},
            {"cl_retries_total", {"reason"}, "counter"},
            {"el_responses_total", {"status"}, "counter"},
            {"el_errors_total", {"class"}, "counter"},
            {"el_node_state_changes_total", {"node", "tier", "reason"}, "counter"},
            {"build_info", {"version"}, "gauge"}};
}

TEST(Metrics, EveryNameOfTheSurfaceIsThereWithItsTypeAndLabels) {
    for (const std::string prefix : {"weir", "vixy"}) {
        World world;
        auto settings = std::make_shared<config::Config>(*world.config);
        settings->metrics.prefix = prefix;
        world.snapshot.config = settings;
        const auto page = parse(metrics(world.snapshot, world.view).body);
        for (const auto& row : surface()) {
            const auto name = prefix + "_" + row.name;
            ASSERT_TRUE(page.types.contains(name)) << name;
            EXPECT_EQ(page.types.at(name), row.type) << name;
            EXPECT_TRUE(page.help.contains(name)) << name;
            bool found = false;
            for (const auto& sample : page.samples) {
                if (sample.name != name &&
                    !(std::string(row.type) == "histogram" && sample.name == name + "_count"))
                    continue;
                found = true;
                EXPECT_EQ(sample.labels, row.labels) << sample.line;
            }
            EXPECT_TRUE(found) << name;
        }
    }
}

TEST(Metrics, AreWellFormedAsPromtoolWantsThem) {
    World world;
    const auto page = parse(metrics(world.snapshot, world.view).body);
    for (const auto& [name, type] : page.types) {
        EXPECT_TRUE(page.help.contains(name) && !page.help.at(name).empty()) << name;
        EXPECT_EQ(name.ends_with("_total"), type == "counter") << name;
    }
    std::set<std::string> series;
    for (const auto& sample : page.samples) {
        EXPECT_TRUE(series.insert(sample.line.substr(0, sample.line.rfind(' '))).second)
            << "twice: " << sample.line;
    }
}

TEST(Metrics, NamesOfNodesAreEscapedAndUrlsAbsent) {
    World world;
    const auto body = metrics(world.snapshot, world.view).body;
    EXPECT_NE(body.find(R"(node="al\"chemy\\")"), std::string::npos);
    EXPECT_EQ(body.find("SECRET"), std::string::npos);
    EXPECT_EQ(body.find("example"), std::string::npos);
}

TEST(Metrics, CountersOfAllWorkersAreAddedUp) {
    World world;
    world.a->nodes[3].requests.add(2);
    world.b->nodes[3].requests.add(5);
    world.a->nodes[3].duration.observe(std::chrono::milliseconds(3));
    world.b->nodes[3].duration.observe(std::chrono::milliseconds(300));
    world.b->nodes[3].duration.observe(std::chrono::seconds(60));
    world.control->failovers.add(4);
    world.snapshot.el.failover_active = true;
    world.make_fit(world.snapshot.el.nodes[0], 99);
    const auto page = parse(metrics(world.snapshot, world.view).body);
    const std::string geth = R"({node="geth",tier="primary")";
    EXPECT_EQ(value_of(page, "weir_el_requests_total" + geth + "}"), 7);
    EXPECT_EQ(value_of(page, "weir_el_node_block_number" + geth + "}"), 99);
    EXPECT_EQ(value_of(page, "weir_el_node_healthy" + geth + "}"), 1);
    EXPECT_EQ(value_of(page, "weir_el_healthy_nodes"), 1);
    EXPECT_EQ(value_of(page, "weir_el_chain_head"), 100);
    EXPECT_EQ(value_of(page, "weir_el_failover_active"), 1);
    EXPECT_EQ(value_of(page, "weir_el_failovers_total"), 4);
    EXPECT_EQ(value_of(page, "weir_el_request_duration_seconds_count" + geth + "}"), 3);
    EXPECT_NEAR(value_of(page, "weir_el_request_duration_seconds_sum" + geth + "}"), 60.303, 1e-6);
    EXPECT_EQ(value_of(page, "weir_el_request_duration_seconds_bucket" + geth + R"(,le="0.0025"})"), 0);
    EXPECT_EQ(value_of(page, "weir_el_request_duration_seconds_bucket" + geth + R"(,le="0.005"})"), 1);
    EXPECT_EQ(value_of(page, "weir_el_request_duration_seconds_bucket" + geth + R"(,le="30"})"), 2);
    EXPECT_EQ(value_of(page, "weir_el_request_duration_seconds_bucket" + geth + R"(,le="+Inf"})"), 3);
}

TEST(Metrics, MethodsAreABoundedSetAndTheRestIsOther) {
    World world;
    for (auto& counter : world.a->methods)
        counter.add();
    const auto page = parse(metrics(world.snapshot, world.view).body);
    std::size_t methods = 0;
    for (const auto& sample : page.samples)
        methods += sample.name == "weir_el_calls_total";
    EXPECT_LE(methods, weir::metrics::WorkerMetrics::max_methods + 1);
    EXPECT_EQ(value_of(page, R"(weir_el_calls_total{method="eth_call"})"), 1);
    EXPECT_EQ(value_of(page, R"(weir_el_calls_total{method="other"})"), 1);
}

} // namespace
} // namespace weir::admin
