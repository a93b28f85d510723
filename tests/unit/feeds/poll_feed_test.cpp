// Subscriptions of a node without WebSocket: it is asked again and again.
#include "fake_questions.hpp"
#include "feeds/poll_feed.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace weir::feeds {
namespace {

struct PollFeedTest : testing::Test {
    net::IoContext io;
    FakeQuestions questions{io};
    std::vector<std::string> told;
    std::shared_ptr<PollFeed> feed;

    PollFeedTest() {
        auto config = std::make_shared<config::Config>();
        config->global.ws_poll_interval = net::milliseconds(1);
        auto snapshot = std::make_shared<nodes::Snapshot>();
        snapshot->config = std::move(config);
        questions.adopt(std::move(snapshot));
    }
    void start(std::string_view params) {
        feed = std::make_shared<PollFeed>(io, questions, chain::read_subscription("eth_subscribe", params),
                                          [this](std::string_view event) { told.emplace_back(event); });
        feed->use(1);
    }
    /// The next question; it must be this one.
    void answer(std::string_view method, std::optional<std::string> answer) {
        for (int i = 0; i < 2000 && questions.waiting.empty(); ++i) {
            io.restart();
            io.poll();
            if (questions.waiting.empty()) std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        ASSERT_EQ(questions.waiting.size(), 1U);
        ASSERT_EQ(questions.waiting[0]->method, method);
        questions.answer(questions.waiting[0], std::move(answer));
        io.restart();
        io.poll();
    }
    ~PollFeedTest() override {
        if (feed) feed->use(std::nullopt);
        while (!questions.waiting.empty())
            questions.answer(questions.waiting[0], std::nullopt);
        io.restart();
        io.poll();
    }
    using Texts = std::vector<std::string>;
};

TEST_F(PollFeedTest, PendingTransactionsComeFromAFilterThatIsMadeAgainWhenItIsGone) {
    start(R"(["newPendingTransactions"])");
    answer("eth_newPendingTransactionFilter", R"("0x1")");
    answer("eth_getFilterChanges", R"(["0xa","0xb"])");
    EXPECT_EQ(told, (Texts{R"("0xa")", R"("0xb")"}));
    answer("eth_getFilterChanges", std::nullopt); // "filter not found"
    answer("eth_newPendingTransactionFilter", R"("0x2")");
    answer("eth_getFilterChanges", "[]");
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(PollFeedTest, ASlowOldNodeTellsNothingOnceAnotherIsAsked) {
    start(R"(["syncing"])");
    io.poll();
    const auto old = questions.waiting.at(0);
    feed->use(2);
    io.restart();
    io.poll();
    questions.answer(old, "true");
    answer("eth_syncing", "false");
    answer("eth_syncing", "true");
    EXPECT_EQ(told, (Texts{"false", "true"}));
}

TEST_F(PollFeedTest, TheSyncingStateIsSaidAsItWouldBeAnnounced) {
    start(R"(["syncing"])");
    answer("eth_syncing", "false");
    answer("eth_syncing", std::nullopt);
    feed->use(2);
    answer("eth_syncing", R"({"currentBlock":"0x1"})");
    EXPECT_EQ(told, (Texts{"false", R"({"syncing":true,"status":{"currentBlock":"0x1"}})"}));
}

TEST_F(PollFeedTest, WholeTransactionsAreLookedUpAndThoseThatAreGoneLeftOut) {
    start(R"(["newPendingTransactions",true])");
    answer("eth_newPendingTransactionFilter", R"("0x1")");
    answer("eth_getFilterChanges", R"(["0xa","0xb"])");
    answer("eth_getTransactionByHash", "null");
    answer("eth_getTransactionByHash", R"({"hash":"0xb"})");
    EXPECT_EQ(told, Texts{R"({"hash":"0xb"})"});
}

} // namespace
} // namespace weir::feeds
