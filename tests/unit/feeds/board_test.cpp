// The board: who of one worker listens to what, while sessions come and go at any moment.
#include "feeds/board.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>

namespace weir::feeds {
namespace {

struct Port final : HubPort {
    std::vector<std::uint64_t> tickets;
    std::vector<FeedId> left;
    void join(std::size_t, chain::SubscriptionRequest, std::uint64_t ticket) override {
        tickets.push_back(ticket);
    }
    void leave(std::size_t, FeedId feed) override { left.push_back(feed); }
};

struct Ear final : Listener {
    std::vector<EventText> heard;
    std::function<void()> on_event = [] {};
    std::function<void()> on_end = [] {};
    int ends = 0;
    void event(const EventText& result) override {
        heard.push_back(result);
        on_event();
    }
    void ended(FeedEnd) override {
        ++ends;
        on_end();
    }
};

struct BoardTest : testing::Test {
    Port port;
    Board board{port, 0};
    const EventText one = std::make_shared<const std::string>("1"),
                    two = std::make_shared<const std::string>("2");

    void deliver(FeedId feed, std::vector<EventText> events) {
        const std::vector<Delivery> deliveries{{feed, std::move(events)}};
        board.deliver(deliveries);
        while (board.unfinished())
            board.go_on();
    }
    using Left = std::vector<FeedId>;
};

TEST_F(BoardTest, AJoinIsAnsweredOnceAndNotAfterItsCancellation) {
    std::vector<Joined> answers;
    const auto done = [&](const Joined& joined) { answers.push_back(joined); };
    const auto first = board.join({}, done), second = board.join({}, done), third = board.join({}, done);
    EXPECT_EQ(port.tickets, (std::vector<std::uint64_t>{first, second, third}));
    EXPECT_TRUE(answers.empty());
    board.joined(first, {7, {}});
    board.joined(second, {0, "no"});
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].feed, 7U);
    EXPECT_EQ(answers[1].error, "no");
    board.cancel(third);
    board.joined(third, {7, {}});
    EXPECT_EQ(answers.size(), 2U);
    EXPECT_EQ(port.left, Left{7}) << "what nobody waits for any more is left";
}

TEST_F(BoardTest, ACancelledJoinThatWasRefusedLeavesNothing) {
    board.cancel(board.join({}, [](const Joined&) { FAIL(); }));
    board.joined(port.tickets[0], {0, "no"});
    EXPECT_EQ(port.left, Left{});
}

TEST_F(BoardTest, AllHearTheSameText) {
    std::deque<Ear> ears(3);
    for (auto& ear : ears)
        board.listen(7, ear);
    Ear other;
    board.listen(8, other);
    deliver(7, {one, two});
    for (auto& ear : ears) {
        ASSERT_EQ(ear.heard.size(), 2U);
        EXPECT_EQ(ear.heard[0].get(), one.get());
        EXPECT_EQ(ear.heard[1].get(), two.get());
    }
    EXPECT_TRUE(other.heard.empty());
}

TEST_F(BoardTest, WhoIsDestroyedLeavesItsFeed) {
    {
        Ear ear;
        board.listen(7, ear);
    }
    EXPECT_EQ(port.left, Left{7});
    deliver(7, {one}); // to nobody
}

TEST_F(BoardTest, ListenersMayLeaveWithinADelivery) {
    auto a = std::make_unique<Ear>(), b = std::make_unique<Ear>(), c = std::make_unique<Ear>();
    for (auto* ear : {a.get(), b.get(), c.get()})
        board.listen(7, *ear);
    Ear* last = c.get();
    a->on_event = [&] { b.reset(); };    // the next one
    last->on_event = [&] { a.reset(); }; // an earlier one
    deliver(7, {one, two});
    EXPECT_EQ(last->heard.size(), 2U);
    EXPECT_EQ(port.left, (Left{7, 7}));
}

struct Fleeting final : Listener {
    std::unique_ptr<Fleeting>* owner = nullptr;
    int* heard = nullptr;
    void event(const EventText&) override {
        ++*heard;
        owner->reset(); // destroys this
    }
    void ended(FeedEnd) override {}
};

TEST_F(BoardTest, TheOnlyOneMayBeDestroyedWithinItsOwnEvent) {
    auto ear = std::make_unique<Fleeting>();
    int heard = 0;
    ear->owner = &ear;
    ear->heard = &heard;
    board.listen(7, *ear);
    deliver(7, {one, two});
    EXPECT_EQ(heard, 1);
    EXPECT_EQ(port.left, Left{7});
}

TEST_F(BoardTest, TheEndOfAFeedReachesAllAndNobodyIsToldToLeave) {
    std::deque<Ear> ears(3);
    for (auto& ear : ears)
        board.listen(7, ear);
    board.end(7, FeedEnd::gap_too_large);
    for (auto& ear : ears)
        EXPECT_EQ(ear.ends, 1);
    EXPECT_EQ(port.left, Left{});
    deliver(7, {one});
    EXPECT_TRUE(ears[0].heard.empty());
    board.end(7, FeedEnd::gap_too_large);
    EXPECT_EQ(ears[0].ends, 1);
}

TEST_F(BoardTest, ASessionMayDestroyAllItsListenersWithinTheEndOfOne) {
    std::vector<std::unique_ptr<Ear>> session(4);
    Ear other;
    for (auto& ear : session) {
        ear = std::make_unique<Ear>();
        board.listen(7, *ear);
    }
    board.listen(7, other);
    Ear elsewhere;
    board.listen(8, elsewhere);
    auto* first = session[0].get();
    std::vector<std::unique_ptr<Ear>> rubbish;
    first->on_end = [&] {
        rubbish.push_back(std::move(session[0])); // its own call is still running
        session.clear();
    };
    board.end(7, FeedEnd::logs_too_many);
    EXPECT_EQ(other.ends, 1);
    EXPECT_EQ(elsewhere.ends, 0);
    EXPECT_EQ(port.left, Left{});
}

TEST_F(BoardTest, AListenerMayListenAgainAfterTheEnd) {
    Ear ear;
    board.listen(7, ear);
    board.end(7, FeedEnd::gap_too_large);
    board.listen(9, ear);
    deliver(9, {one});
    EXPECT_EQ(ear.heard.size(), 1U);
}

TEST_F(BoardTest, ThousandsAreToldInSlicesAndInOrderWhoeverLeavesMeanwhile) {
    constexpr std::size_t count = 1000;
    std::vector<std::unique_ptr<Ear>> ears, others;
    for (std::size_t i = 0; i < count; ++i) {
        board.listen(7, *ears.emplace_back(std::make_unique<Ear>()));
        board.listen(8, *others.emplace_back(std::make_unique<Ear>()));
    }
    const std::vector<EventText> both{one, two}, single{two};
    const std::vector<Delivery> deliveries{{7, both}, {9, single}, {8, single}}; // nobody listens to 9
    board.deliver(deliveries);
    EXPECT_TRUE(board.unfinished());
    EXPECT_EQ(ears.front()->heard.size(), 1U);
    EXPECT_TRUE(ears.back()->heard.empty());
    ears.front().reset(); // told already
    ears.back().reset();  // not told yet
    ears[count / 2].reset();
    std::size_t slices = 1;
    for (; board.unfinished(); ++slices)
        board.go_on();
    EXPECT_GT(slices, 5U);
    for (const auto& ear : ears) {
        EXPECT_TRUE(!ear || ear->heard == both);
    }
    for (const auto& ear : others)
        EXPECT_EQ(ear->heard, single);
    ears.clear();
    EXPECT_EQ(std::count(port.left.begin(), port.left.end(), 7U), static_cast<std::ptrdiff_t>(count));
}

TEST_F(BoardTest, ThousandsOfFeedsAreToldInSlicesToo) {
    constexpr std::size_t count = 1000;
    std::deque<Ear> ears(count);
    std::vector<Delivery> deliveries;
    for (std::size_t i = 0; i < count; ++i) {
        board.listen(i + 1, ears[i]);
        deliveries.push_back({i + 1, {one, two}});
    }
    board.deliver(deliveries);
    EXPECT_FALSE(ears.front().heard.empty());
    EXPECT_TRUE(ears.back().heard.empty());
    while (board.unfinished())
        board.go_on();
    for (const auto& ear : ears)
        EXPECT_EQ(ear.heard.size(), 2U);
}

TEST_F(BoardTest, AllMayLeaveInTheMiddleOfADelivery) {
    std::vector<std::unique_ptr<Ear>> ears;
    for (int i = 0; i < 600; ++i)
        board.listen(7, *ears.emplace_back(std::make_unique<Ear>()));
    const std::vector<EventText> both{one, two};
    const std::vector<Delivery> deliveries{{7, both}};
    board.deliver(deliveries);
    ASSERT_TRUE(board.unfinished());
    ears.clear();
    while (board.unfinished())
        board.go_on();
    deliver(7, {one}); // the feed is nobody's any more
    EXPECT_EQ(port.left.size(), 600U);
}

} // namespace
} // namespace weir::feeds
