// A node that takes only so many connections is used over those that it has taken.
#include "http_peer.hpp"
#include "upstream/ask.hpp"

namespace weir::upstream {
namespace {

class FullNodeTest : public testing::Test {
  protected:
    net::Task<> ask_once(std::optional<Failure>& failure) {
        failure = (co_await upstream::ask(*pool, peer.addresses(), rpc_question("eth_chainId", "[]"),
                                          net::Clock::now() + 10s))
                      .failure;
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
    peer.answer = [](const std::string& request) {
        const auto id = request.substr(request.find("\"id\":") + 5);
        return std::vector{http_answer(R"({"jsonrpc":"2.0","id":)" + id.substr(0, id.find_first_of(",}")) +
                                       R"(,"result":"0x1"})")};
    };
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

TEST_F(FullNodeTest, WhoIsSentHomeLeavesNoConnectBehind) {
    std::optional<Failure> first, second;
    Pool::Lease held, waiting;
    spawn(acquire(held, {}, first));
    ASSERT_TRUE(run_until([&] { return first.has_value(); }));
    // Nobody answers there: its connect takes until the end of its time.
    const auto nowhere = std::make_shared<const std::vector<net::tcp::endpoint>>(
        1, net::tcp::endpoint(asio::ip::make_address_v4("192.0.2.1"), 9));
    Place place;
    const auto wait = [&]() -> net::Task<> {
        second = co_await pool->acquire(waiting, nowhere, net::Clock::now() + 10s, {.place = &place});
    };
    auto task = wait();
    spawn(std::move(task));
    io.run_for(20ms);
    if (second) GTEST_SKIP() << "this machine has no route there, and says so at once";
    place.give_up();
    ASSERT_TRUE(run_until([&] { return second.has_value(); }));
    EXPECT_EQ(*second, Failure::no_connection);
    EXPECT_EQ(metrics.nodes[0].connections.value(), 1);
    held->close();
    held.end();
}

} // namespace
} // namespace weir::upstream
