// A node that takes only so many connections is used over those that it has taken.
#include "http_peer.hpp"
#include "upstream/ask.hpp"

namespace weir::upstream {
namespace {

class FullNodeTest : public testing::Test {
  protected:
    net::Task<> ask_once(std::optional<Failure>& failure) {
        Question nothing_special;
        const auto reply = co_await upstream::ask(*pool, peer.addresses(), std::move(nothing_special),
                                                  net::Clock::now() + 10s);
        failure = reply.failure;
    }
    net::Task<> acquire(Pool::Lease& lease, Wish wish, std::optional<Failure>& failure) {
        failure = co_await pool->acquire(lease, peer.addresses(), net::Clock::now() + 10s, wish);
    }
    template <class Task>
    void spawn(Task task) {
        asio::co_spawn(io, std::move(task), asio::detached);
    }
    template <class Done>
    bool run_until(Done done) {
        const auto limit = net::Clock::now() + 10s;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(50ms);
        return done();
    }
    void TearDown() override {
        pool->close_all();
        wheel.stop();
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::WorkerMetrics metrics;
    HttpPeer peer{io};
    std::shared_ptr<Pool> pool = std::make_shared<Pool>(io, wheel, Endpoint{}, Pool::Settings{},
                                                        metrics.nodes[0], metrics.pool_waiters);
};

TEST_F(FullNodeTest, WhoIsRefusedWaitsForOneThatWorks) {
    std::optional<Failure> first, second, third, fourth;
    spawn(ask_once(first));
    ASSERT_TRUE(run_until([&] { return first.has_value(); }));
    ASSERT_EQ(*first, Failure::none);
    EXPECT_TRUE(pool->works());
    Pool::Lease held, patient, hasty;
    spawn(acquire(held, {}, second));
    ASSERT_TRUE(run_until([&] { return second.has_value(); }));
    ASSERT_TRUE(held.proven());
    const auto where = peer.addresses();
    peer.acceptor.close();
    const auto refused = [this, where](Pool::Lease& lease, Wish wish,
                                       std::optional<Failure>& failure) -> net::Task<> {
        failure = co_await pool->acquire(lease, where, net::Clock::now() + 10s, wish);
    };
    auto hasty_task = refused(hasty, {}, third);
    spawn(std::move(hasty_task));
    ASSERT_TRUE(run_until([&] { return third.has_value(); }));
    EXPECT_EQ(*third, Failure::refused);
    auto patient_task = refused(patient, {.patient = true}, fourth);
    spawn(std::move(patient_task));
    EXPECT_FALSE((io.run_for(50ms), fourth.has_value()));
    pool->close_all();
    ASSERT_TRUE(run_until([&] { return fourth.has_value(); }));
    EXPECT_EQ(*fourth, Failure::no_connection);
}

TEST_F(FullNodeTest, WhoIsSentHomeLeavesTheLine) {
    Pool::Settings one;
    one.max_connections = 1;
    pool = std::make_shared<Pool>(io, wheel, Endpoint{}, one, metrics.nodes[0], metrics.pool_waiters);
    std::optional<Failure> first, second;
    Pool::Lease held, waiting;
    spawn(acquire(held, {}, first));
    ASSERT_TRUE(run_until([&] { return first.has_value(); }));
    Place place;
    spawn(acquire(waiting, {.place = &place}, second));
    ASSERT_TRUE(run_until([&] { return place.is_taken(); }));
    place.give_up();
    ASSERT_TRUE(run_until([&] { return second.has_value(); }));
    EXPECT_EQ(*second, Failure::no_connection);
    EXPECT_FALSE(place.is_taken());
    EXPECT_EQ(metrics.pool_waiters.value(), 0);
    EXPECT_EQ(metrics.nodes[0].connections.value(), 1);
    held.end();
}

} // namespace
} // namespace weir::upstream
