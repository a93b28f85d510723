// What becomes of those who wait for a connection when their node is found to be gone.
#include "upstream/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace weir::upstream {
namespace {

namespace asio = net::asio;
using namespace std::chrono_literals;

class PoolTest : public testing::Test {
  protected:
    std::shared_ptr<Pool> make_pool(std::size_t max_connections) {
        Pool::Settings settings;
        settings.max_connections = max_connections;
        settings.connect_timeout = 20s;
        settings.budget = &budget;
        return std::make_shared<Pool>(io, wheel, Endpoint{}, settings, metrics.nodes[0],
                                      metrics.pool_waiters);
    }

    net::Task<> ask(std::shared_ptr<Pool> pool, Pool::Lease& lease, Pool::Wish wish,
                    std::optional<Failure>& failure) {
        failure = co_await pool->acquire(lease, addresses, net::Clock::now() + 20s, wish);
    }

    /// Runs the loop until `done`; false when that takes too long.
    template <class Done>
    bool run_until(Done done) {
        const auto limit = net::Clock::now() + 10s;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(100ms);
        return done();
    }

    ConnectionBudget budget;
    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::WorkerMetrics metrics;
    net::Acceptor acceptor{io, net::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    Addresses addresses = address_list({acceptor.local_endpoint()});
};

TEST(ConnectionBudget, GivesWhatThereIsAndFollowsItsLimit) {
    ConnectionBudget budget;
    EXPECT_TRUE(budget.take());
    budget.set_limit(2);
    EXPECT_TRUE(budget.take());
    EXPECT_FALSE(budget.take());
    EXPECT_FALSE(budget.take());
    budget.give();
    EXPECT_TRUE(budget.take());
    budget.set_limit(3);
    EXPECT_TRUE(budget.take());
    budget.set_limit(0);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(budget.take());
        budget.give();
    }
    EXPECT_FALSE(budget.take());
}

TEST_F(PoolTest, WhatAllPoolsMayHaveTogetherIsWaitedForAndOneIsAlwaysThere) {
    budget.set_limit(1);
    auto pool = make_pool(10), other = make_pool(10);
    Pool::Lease first, second, third, of_other;
    std::optional<Failure> one, two, three, others;
    asio::co_spawn(io, ask(pool, first, {}, one), asio::detached);
    asio::co_spawn(io, ask(pool, second, {}, two), asio::detached);
    ASSERT_TRUE(run_until([&] { return one && two; }));
    asio::co_spawn(io, ask(pool, third, {}, three), asio::detached);
    asio::co_spawn(io, ask(other, of_other, {}, others), asio::detached);
    ASSERT_TRUE(run_until([&] { return others.has_value(); }))
        << "the budget is used up, and it has none yet";
    EXPECT_EQ(*others, Failure::none);
    EXPECT_FALSE(three.has_value());
    EXPECT_EQ(metrics.pool_waiters.value(), 1);
    second.end(); // its turn, though nothing can be used again
    ASSERT_TRUE(run_until([&] { return three.has_value(); }));
    EXPECT_EQ(*three, Failure::none);
    first.end();
    third.end();
    of_other.end();
    EXPECT_TRUE(budget.take()) << "all is given back";
    EXPECT_FALSE(budget.take());
}

TEST_F(PoolTest, WhatAnotherPoolGivesBackGoesToWhoeverWaitsForIt) {
    budget.set_limit(2);
    auto pool = make_pool(10), other = make_pool(10);
    Pool::Lease own, theirs, of_budget[2], late[2];
    std::optional<Failure> done[4], waited[2];
    asio::co_spawn(io, ask(pool, own, {}, done[0]), asio::detached);
    asio::co_spawn(io, ask(other, theirs, {}, done[1]), asio::detached);
    ASSERT_TRUE(run_until([&] { return done[0] && done[1]; }));
    for (int i : {0, 1})
        asio::co_spawn(io, ask(other, of_budget[i], {}, done[2 + i]), asio::detached);
    ASSERT_TRUE(run_until([&] { return done[2] && done[3]; }));
    for (int i : {0, 1})
        asio::co_spawn(io, ask(pool, late[i], {}, waited[i]), asio::detached);
    ASSERT_TRUE(run_until([&] { return metrics.pool_waiters.value() == 2; }));
    const auto given_back = net::Clock::now();
    of_budget[0].end();
    ASSERT_TRUE(run_until([&] { return waited[0].has_value(); }));
    EXPECT_EQ(*waited[0], Failure::none) << "who came first";
    EXPECT_FALSE(waited[1].has_value());
    of_budget[1].end();
    ASSERT_TRUE(run_until([&] { return waited[1].has_value(); }));
    EXPECT_EQ(*waited[1], Failure::none);
    EXPECT_LT(net::Clock::now() - given_back, 5s);
}

TEST_F(PoolTest, InterruptionSendsHomeWhoWaitsInLineAndMayTryElsewhere) {
    auto pool = make_pool(1);
    Pool::Lease held, elsewhere, here;
    std::optional<Failure> first, second, third;
    asio::co_spawn(io, ask(pool, held, {}, first), asio::detached);
    ASSERT_TRUE(run_until([&] { return first.has_value(); }));
    ASSERT_EQ(*first, Failure::none);
    asio::co_spawn(io, ask(pool, elsewhere, {.interruptible = true}, second), asio::detached);
    asio::co_spawn(io, ask(pool, here, {}, third), asio::detached);
    ASSERT_TRUE(run_until([&] { return metrics.pool_waiters.value() == 2; }));
    pool->interrupt();
    ASSERT_TRUE(run_until([&] { return second.has_value(); }));
    EXPECT_EQ(*second, Failure::no_connection);
    EXPECT_FALSE(third.has_value());
    held.end();
    ASSERT_TRUE(run_until([&] { return third.has_value(); }));
    EXPECT_EQ(*third, Failure::none);
    here.end();
    pool->close_all();
    wheel.stop();
}

TEST_F(PoolTest, InterruptionEndsAConnectThatNobodyAnswers) {
    // A full backlog is what a stopped process looks like: SYNs are dropped without a word.
    acceptor.listen(0);
    std::vector<net::Socket> crowd;
    for (int i = 0; i < 4; ++i) {
        auto& socket = crowd.emplace_back(io);
        socket.async_connect(acceptor.local_endpoint(), [](net::error_code) {});
    }
    auto pool = make_pool(8);
    Pool::Lease elsewhere, here;
    std::optional<Failure> moved, stayed;
    asio::co_spawn(io, ask(pool, elsewhere, {.interruptible = true}, moved), asio::detached);
    asio::co_spawn(io, ask(pool, here, {}, stayed), asio::detached);
    ASSERT_TRUE(run_until([&] { return metrics.nodes[0].connections.value() == 2; }));
    ASSERT_FALSE(moved.has_value());
    pool->interrupt();
    ASSERT_TRUE(run_until([&] { return moved.has_value(); }));
    EXPECT_EQ(*moved, Failure::no_connection);
    EXPECT_FALSE(stayed.has_value());
    EXPECT_EQ(metrics.nodes[0].connections.value(), 1);
    pool->close_all();
    crowd.clear();
    ASSERT_TRUE(run_until([&] { return stayed.has_value(); }));
    EXPECT_NE(*stayed, Failure::none);
    wheel.stop();
}

} // namespace
} // namespace weir::upstream
