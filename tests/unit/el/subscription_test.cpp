// A session's subscriptions: what waits for the announcement, and which of them a client can end.
#include "el/subscription.hpp"

#include <gtest/gtest.h>

namespace weir::el {
namespace {

/// The session's part, with a socket that is never opened: nothing may be sent over it.
struct Session final : Outbox::Owner, Subscription::Owner {
    std::shared_ptr<Outbox::Owner> keep() override { return {}; }
    void overflowed() override { ++overflows; }
    void wrote(net::error_code) override {}
    void head_told(std::uint64_t, std::string_view) override {}
    void feed_ended(feeds::FeedEnd) override {}

    Subscription& subscribe(const std::string& id, const std::string& params = R"(["newHeads"])") {
        const auto request = chain::read_subscription("eth_subscribe", params);
        net::ByteBudget::Charge charge(kept);
        EXPECT_TRUE(charge.raise_to(request.params.size()));
        auto made = std::make_unique<Subscription>(*this, outbox, id, request, std::move(charge), 10);
        auto& subscription = *made;
        subscriptions.add(std::move(made));
        return subscription;
    }

    net::IoContext io;
    net::Stream stream{net::Socket(io)};
    net::ClientWebSocket socket{stream};
    std::unique_ptr<metrics::WorkerMetrics> metrics = std::make_unique<metrics::WorkerMetrics>();
    net::ByteBudget kept{200, metrics->filter_bytes.cell()};
    Outbox outbox{*this, socket, *metrics};
    Subscriptions subscriptions;
    int overflows = 0;
};

TEST(Subscriptions, OneThatIsNotAnnouncedYetCannotBeEndedByTheClient) {
    Session session;
    auto& subscription = session.subscribe("0x1");
    EXPECT_FALSE(session.subscriptions.remove("0x1")) << "[eth_subscribe, eth_unsubscribe of a guessed id]";
    EXPECT_EQ(session.subscriptions.size(), 1U);
    subscription.announce();
    EXPECT_TRUE(session.subscriptions.remove("0x1"));
    EXPECT_EQ(session.subscriptions.size(), 0U);
    EXPECT_FALSE(session.subscriptions.remove("0x1")) << "once only";
}

TEST(Subscriptions, OthersStay) {
    Session session;
    session.subscribe("0x1").announce();
    session.subscribe("0x2").announce();
    EXPECT_TRUE(session.subscriptions.remove("0x1"));
    EXPECT_FALSE(session.subscriptions.remove("0x3"));
    EXPECT_EQ(session.subscriptions.size(), 1U);
    session.subscriptions.clear();
    EXPECT_EQ(session.subscriptions.size(), 0U);
}

TEST(Subscriptions, WhatTheirParametersNeedIsCountedAndGivenBack) {
    Session session;
    session.subscribe("0x1").announce();
    session.subscribe("0x2").announce();
    const auto each = static_cast<std::int64_t>(std::string_view(R"(["newHeads"])").size());
    EXPECT_EQ(session.metrics->filter_bytes.value(), 2 * each);
    session.subscriptions.remove("0x1");
    EXPECT_EQ(session.metrics->filter_bytes.value(), each);
    session.subscriptions.clear();
    EXPECT_EQ(session.metrics->filter_bytes.value(), 0);
}

TEST(Subscription, LogsOutsideItsRangeAreNotForItsClient) {
    Session session;
    auto& subscription = session.subscribe("0x1", R"(["logs",{"fromBlock":"0x5","toBlock":"0x6"}])");
    const auto log = [](const std::string& number) {
        return std::make_shared<const std::string>(R"({"blockNumber":")" + number + "\"}");
    };
    for (const auto* outside : {"0x4", "0x7", "0x10"})
        subscription.event(log(outside));
    EXPECT_EQ(session.overflows, 0) << "any log is more than may wait for the announcement";
    subscription.event(log("0x6"));
    EXPECT_EQ(session.overflows, 1);
}

TEST(Subscription, EventsThatWaitForTheAnnouncementAreBounded) {
    Session session;
    auto& subscription = session.subscribe("0x1");
    subscription.event(std::make_shared<const std::string>("12345"));
    EXPECT_EQ(session.overflows, 0);
    subscription.event(std::make_shared<const std::string>("123456"));
    EXPECT_EQ(session.overflows, 1);
}

} // namespace
} // namespace weir::el
