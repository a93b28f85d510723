// What a node says while nobody asked is nobody's answer: over plain sockets and over TLS.
#include "http_peer.hpp"
#include "upstream/ask.hpp"

namespace weir::upstream {
namespace {

class IdleTest : public testing::TestWithParam<bool> {
  protected:
    IdleTest() {
        Endpoint endpoint;
        endpoint.url.host = "localhost";
        endpoint.host_header = "localhost";
        if (GetParam()) {
            certificate.emplace();
            peer.tls = certificate->server();
            endpoint.tls = certificate->client();
        }
        Pool::Settings settings;
        settings.idle_timeout = 60s;
        pool = std::make_shared<Pool>(io, wheel, endpoint, settings, counters, metrics.pool_waiters);
    }
    ~IdleTest() override {
        pool->close_all();
        peer.acceptor.close();
        wheel.stop();
        io.restart();
        io.run_for(20ms);
    }

    template <class Done>
    bool run_until(Done done) {
        const auto limit = net::Clock::now() + 10s;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(100ms);
        return done();
    }

    struct Exchange {
        Pool::Lease lease;
        std::string answer;
        std::optional<Failure> failure;
    };
    static net::Task<> run(Pool& pool, Addresses addresses, Exchange& exchange, bool head) {
        const auto at = net::Clock::now() + 10s;
        auto failure = co_await pool.acquire(exchange.lease, addresses, at, {});
        if (failure == Failure::none) failure = co_await talk(*exchange.lease, exchange.answer, head);
        exchange.failure = failure;
    }
    static net::Task<Failure> talk(Connection& connection, std::string& answer, bool head) {
        const std::string request = (head ? "HEAD" : "GET") + std::string(" / HTTP/1.1\r\nHost: n\r\n\r\n");
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(request)};
        if (const auto failed = co_await connection.send(buffers); failed != Failure::none) co_return failed;
        if (const auto failed = co_await connection.read_head(head); failed != Failure::none)
            co_return failed;
        for (;;) {
            std::string_view piece;
            const auto failed = co_await connection.read_piece(piece);
            if (failed != Failure::none || piece.empty()) co_return failed;
            answer.append(piece);
        }
    }
    /// The whole exchange; the connection is still on loan.
    Exchange talk(bool head = false) {
        Exchange exchange;
        asio::co_spawn(io, run(*pool, peer.addresses(), exchange, head), asio::detached);
        EXPECT_TRUE(run_until([&] { return exchange.failure.has_value(); }));
        return exchange;
    }
    std::string ask() {
        auto exchange = talk();
        return exchange.failure == Failure::none ? exchange.answer : "failed";
    }
    std::int64_t open() const { return counters.connections.value(); }
    std::uint64_t unasked() const { return counters.unasked_answers.value(); }
    bool take_now(net::Clock::time_point at = net::Clock::now()) {
        Pool::Lease lease;
        return pool->take(lease, at);
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    metrics::WorkerMetrics metrics;
    metrics::NodeMetrics& counters = metrics.nodes[0];
    HttpPeer peer{io};
    std::optional<Certificate> certificate;
    std::shared_ptr<Pool> pool;
};

INSTANTIATE_TEST_SUITE_P(Idle, IdleTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "OverTls" : "Plain"; });

TEST_P(IdleTest, ASilentConnectionServesAgainAndAgain) {
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask(), "own");
    EXPECT_EQ(peer.connections, 1);
    EXPECT_EQ(peer.requests, 5);
    EXPECT_EQ(unasked(), 0);
}

TEST_P(IdleTest, WhatComesWhileIdleEndsTheConnectionAtOnceAndIsNobodysAnswer) {
    const std::string late[] = {
        http_answer("another's"),                            // a second answer
        "rest of a body whose Content-Length was too short", //
        "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "\r\n",
        std::string(1, '\0'),
        std::string(100'000, 'x'),
    };
    int connections = 0;
    for (const auto& text : late) {
        EXPECT_EQ(ask(), "own");
        EXPECT_EQ(open(), 1);
        EXPECT_EQ(peer.connections, ++connections);
        peer.say(text);
        ASSERT_TRUE(run_until([&] { return open() == 0; })) << text.substr(0, 40);
        EXPECT_EQ(unasked(), static_cast<std::uint64_t>(connections));
    }
    EXPECT_EQ(ask(), "own");
}

TEST_P(IdleTest, TheBodyOfAnAnswerThatHasNoneIsNobodysAnswer) {
    for (const std::string_view head : {"204 No Content", "304 Not Modified", "200 OK"}) {
        peer.answer = [&](const std::string&) {
            return std::vector{"HTTP/1.1 " + std::string(head) + "\r\nContent-Length: 5\r\n\r\n",
                               std::string("stray")};
        };
        const auto before = unasked();
        {
            auto exchange = talk(head.starts_with("200"));
            EXPECT_EQ(exchange.answer, "");
        }
        ASSERT_TRUE(run_until([&] { return open() == 0; })) << head;
        EXPECT_EQ(unasked(), before + 1);
    }
}

TEST_P(IdleTest, MoreThanTheAnswerInOneWriteIsNotReused) {
    peer.answer = [](const std::string&) { return std::vector{http_answer("own") + http_answer("more")}; };
    EXPECT_EQ(ask(), "own");
    ASSERT_TRUE(run_until([&] { return open() == 0; }));
    EXPECT_EQ(unasked(), 1);
    peer.answer = [](const std::string&) {
        return std::vector<std::string>{
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nown\r\n0\r\n\r\nHTTP/1.1 200"};
    };
    EXPECT_EQ(ask(), "own");
    ASSERT_TRUE(run_until([&] { return open() == 0; }));
    EXPECT_EQ(unasked(), 2);
}

TEST_P(IdleTest, WhatIsThereWhenTheConnectionIsGivenBackIsSeenThen) {
    auto exchange = talk();
    EXPECT_EQ(exchange.answer, "own");
    const int written = peer.written;
    // The connection is on loan, so nobody reads what the peer says now.
    peer.say(http_answer("another's"));
    ASSERT_TRUE(run_until([&] { return peer.written > written; }));
    exchange.lease.end();
    EXPECT_EQ(open(), 0); // without another turn of the loop
    EXPECT_FALSE(take_now());
    EXPECT_EQ(unasked(), 1);
    EXPECT_EQ(ask(), "own");
}

TEST_P(IdleTest, AnEndWhileIdleIsNoticedAtOnceAndIsNotSpeech) {
    EXPECT_EQ(ask(), "own");
    peer.hang_up();
    ASSERT_TRUE(run_until([&] { return open() == 0; }));
    EXPECT_EQ(unasked(), 0);
    EXPECT_EQ(ask(), "own");
    EXPECT_EQ(peer.connections, 2);
}

TEST_P(IdleTest, AnEventLoopThatIsBehindAsksTheKernel) {
    EXPECT_EQ(ask(), "own");
    EXPECT_TRUE(take_now());
    ASSERT_EQ(ask(), "own");
    peer.say_raw("x"); // at once: nothing has gone round the loop since
    EXPECT_FALSE(take_now(net::Clock::now() + 1s));
    EXPECT_EQ(open(), 0);
    EXPECT_EQ(unasked(), 1);
}

TEST_P(IdleTest, WhatComesBetweenTakingAndSendingIsNoAnswerEither) {
    EXPECT_EQ(ask(), "own");
    Pool::Lease lease;
    ASSERT_TRUE(pool->take(lease, net::Clock::now()));
    const int written = peer.written;
    peer.say(http_answer("another's"));
    ASSERT_TRUE(run_until([&] { return peer.written > written && !lease->silent(false); }));
    std::string answer;
    std::optional<Failure> failure;
    const auto late = [&]() -> net::Task<> { failure = co_await talk(*lease, answer, false); };
    asio::co_spawn(io, late(), asio::detached);
    ASSERT_TRUE(run_until([&] { return failure.has_value(); }));
    EXPECT_EQ(*failure, Failure::reset);
    EXPECT_EQ(answer, "");
    EXPECT_EQ(peer.requests, 1);
    EXPECT_FALSE(lease->first_byte_seen()) << "it may be asked elsewhere without a second thought";
}

TEST_P(IdleTest, AnInterimAnswerIsNotTheAnswer) {
    peer.answer = [](const std::string&) { return std::vector<std::string>{"HTTP/1.1 103 Early\r\n\r\n"}; };
    Exchange exchange;
    asio::co_spawn(io, run(*pool, peer.addresses(), exchange, false), asio::detached);
    ASSERT_TRUE(run_until([&] { return exchange.lease && exchange.lease->first_byte_seen(); }));
    EXPECT_FALSE(exchange.lease->reusable());
    exchange.lease->close();
    ASSERT_TRUE(run_until([&] { return exchange.failure.has_value(); }));
}

TEST_P(IdleTest, WeirsOwnQuestionsAreAsCareful) {
    peer.answer = [n = 0](const std::string&) mutable {
        return std::vector{http_answer(std::to_string(++n))};
    };
    for (const std::string expected : {"1", "2", "3"}) {
        std::optional<Reply> reply;
        const auto question = [&]() -> net::Task<> {
            Question nothing_special;
            reply = co_await upstream::ask(*pool, peer.addresses(), std::move(nothing_special),
                                           net::Clock::now() + 10s);
        };
        asio::co_spawn(io, question(), asio::detached);
        ASSERT_TRUE(run_until([&] { return reply.has_value(); }));
        EXPECT_EQ(reply->body, expected);
        peer.say(http_answer("late"));
        ASSERT_TRUE(run_until([&] { return open() == 0; }));
    }
}

TEST_P(IdleTest, ALoopThatIsGoneTakesItsReadersWithIt) {
    auto loop = std::make_unique<net::IoContext>();
    metrics::NodeMetrics counted;
    metrics::Gauge waiters;
    std::optional<net::DeadlineWheel> turning(std::in_place, *loop);
    auto silent =
        std::make_shared<Pool>(*loop, *turning, pool->endpoint(), Pool::Settings{}, counted, waiters);
    peer.answer = [&](const std::string&) {
        return peer.requests == 1 ? std::vector{http_answer("own")} : std::vector<std::string>();
    };
    for (int i = 1; i <= 2; ++i) {
        auto exchange = std::make_shared<Exchange>();
        const auto asking = [](std::shared_ptr<Pool> to, Addresses addresses,
                               std::shared_ptr<Exchange> kept) -> net::Task<> {
            co_await run(*to, addresses, *kept, false);
            kept->lease.end();
        };
        asio::co_spawn(*loop, asking(silent, peer.addresses(), exchange), asio::detached);
        // The second question has no answer: its reader waits when the loop goes.
        const auto limit = net::Clock::now() + 10s;
        while ((i == 1 ? !exchange->failure : peer.requests < 2) && net::Clock::now() < limit) {
            loop->run_one_for(1ms);
            io.run_one_for(1ms);
        }
        ASSERT_EQ(peer.requests, i);
    }
    EXPECT_EQ(peer.connections, 1);
    silent.reset();
    turning.reset(); // in the order in which a worker lets go of them
    loop.reset();    // a leak, or a use of what is gone, is the sanitizers' to find
}

class IdleTlsTest : public IdleTest {};
INSTANTIATE_TEST_SUITE_P(Idle, IdleTlsTest, testing::Values(true), [](const auto&) { return "OverTls"; });

TEST_P(IdleTlsTest, ARecordHalfComeIsNotSilence) {
    auto exchange = talk();
    EXPECT_EQ(exchange.answer, "own");
    peer.say_raw(std::string_view("\x17\x03\x03\x00", 4)); // the beginning of a record's head
    exchange.lease.end();
    EXPECT_EQ(open(), 0);
}

} // namespace
} // namespace weir::upstream
