// Keys for batches, publishing, pending transactions and pings to clients.
#include "config/reader.hpp"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

Reading read(const std::string& text) {
    return read_text(text, "f", [](const std::string&) { return std::optional<std::string>(); });
}

constexpr std::string_view a_node = "[[cl]]\nname = \"n\"\nurl = \"http://127.0.0.1:1\"\n";

TEST(BatchesAndFeeds, Defaults) {
    const auto c = read(std::string(a_node)).config.global;
    EXPECT_EQ(c.batch_parts_at_once, 4U);
    EXPECT_EQ(c.el_publish, Publish::one);
    EXPECT_EQ(c.pending_sources, 2U);
    EXPECT_EQ(c.ws_client_ping_interval.count(), 30'000);
    EXPECT_EQ(c.ws_client_ping_timeout.count(), 60'000);
}

TEST(BatchesAndFeeds, EachKeyIsWrittenIntoItsOwnMember) {
    const auto reading = read("[global]\nbatch_parts_at_once = 1\nel_publish = \"all\"\npending_sources = 3\n"
                              "ws_client_ping_interval_ms = 100\nws_client_ping_timeout_ms = 200\n" +
                              std::string(a_node));
    ASSERT_TRUE(reading.mistakes.empty());
    const auto& c = reading.config.global;
    EXPECT_EQ(c.batch_parts_at_once, 1U);
    EXPECT_EQ(c.el_publish, Publish::all);
    EXPECT_EQ(c.cl_publish, Publish::one);
    EXPECT_EQ(c.pending_sources, 3U);
    EXPECT_EQ(c.ws_client_ping_interval.count(), 100);
    EXPECT_EQ(c.ws_client_ping_timeout.count(), 200);
    EXPECT_EQ(c.ws_ping_interval.count(), 5000) << "nodes have their own";
}

TEST(BatchesAndFeeds, WhatIsOutOfBoundsIsAMistake) {
    for (const std::string line : {"batch_parts_at_once = 0", "pending_sources = 0", "pending_sources = 9",
                                   "el_publish = \"both\"", "ws_client_ping_timeout_ms = 0"})
        EXPECT_EQ(read("[global]\n" + line + "\n" + std::string(a_node)).mistakes.size(), 1U) << line;
}

} // namespace
} // namespace weir::config
