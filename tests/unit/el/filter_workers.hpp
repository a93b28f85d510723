// Filters on some workers of one thread. The hub is played by hand; there are no sockets and no nodes.
#pragma once

#include "el/filters.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace weir::el {

struct Evidence final : forward::EvidenceSink {
    void witness(std::uint32_t, nodes::Evidence) override {}
    void in_trouble(std::uint32_t, std::string) override {}
};

/// Keeps what it is asked; the test answers.
struct FakeHub final : feeds::HubPort {
    struct Asked {
        std::size_t worker;
        std::uint64_t ticket;
        std::string key;
    };
    void join(std::size_t worker, chain::SubscriptionRequest request, std::uint64_t ticket) override {
        asked.push_back({worker, ticket, request.key});
    }
    void leave(std::size_t, feeds::FeedId feed) override { left.push_back(feed); }

    std::deque<Asked> asked;
    std::vector<feeds::FeedId> left;
};

/// Some workers on one thread, with everything that their filters need.
struct Workers final : FilterPort {
    explicit Workers(std::size_t count = 1, config::Global with = {},
                     std::size_t max_filter_bytes = 1 << 20) {
        auto config = std::make_shared<config::Config>();
        config->global = std::move(with);
        nodes::Snapshot snapshot;
        snapshot.config = config;
        for (std::size_t i = 0; i < count; ++i) {
            one.push_back(std::make_unique<One>(*this, i, max_filter_bytes));
            one.back()->context.adopt(std::make_shared<const nodes::Snapshot>(snapshot));
        }
    }
    ~Workers() {
        for (auto& worker : one)
            worker->filters.stop();
        wheel.stop();
        io.run();
    }

    struct One {
        One(Workers& all, std::size_t index, std::size_t max_filter_bytes)
            : context(all.io, all.wheel, *metrics, all.evidence, all.seen_heads, 1, 1 << 20)
            , board(all.hub, index)
            , ids(index)
            , kept(max_filter_bytes, metrics->filter_bytes.cell())
            , filters(context, board, ids, all, index, all.holdings, kept) {}
        std::unique_ptr<metrics::WorkerMetrics> metrics = std::make_unique<metrics::WorkerMetrics>();
        forward::Context context;
        feeds::Board board;
        RandomIds ids;
        net::ByteBudget kept;
        Filters filters;
    };

    bool post(std::size_t worker, std::function<void(Filters&)> action) override {
        if (worker >= one.size()) return false;
        if (reachable)
            net::asio::post(io, [this, worker, action = std::move(action)] { action(one[worker]->filters); });
        return true;
    }

    /// A call whose answer comes when the loop has run far enough.
    struct Pending {
        std::string body;
        chain::Requests requests;
        FilterAnswer answer;
        Holdings::Address client{};
        bool done = false;
    };
    std::shared_ptr<Pending> begin(std::size_t worker, const std::string& method, const std::string& params,
                                   const std::string& id = "1",
                                   net::milliseconds patience = net::milliseconds(60'000)) {
        auto pending = std::make_shared<Pending>();
        pending->client = client;
        const auto with_id = id.empty() ? "" : R"("id":)" + id + ",";
        pending->body =
            R"({"jsonrpc":"2.0",)" + with_id + R"("method":")" + method + R"(","params":)" + params + "}";
        EXPECT_EQ(chain::scan_requests(pending->body, 1, pending->requests), chain::ScanError::none)
            << pending->body;
        const auto run = [](Filters& filters, std::shared_ptr<Pending> own,
                            net::Clock::time_point deadline) -> net::Task<> {
            own->answer = co_await filters.answer(own->requests.calls.front(), own->client, deadline);
            own->done = true;
        };
        auto task = run(one[worker]->filters, pending, net::Clock::now() + patience);
        net::asio::co_spawn(io, std::move(task), net::asio::detached);
        turn();
        return pending;
    }
    /// What can happen now happens.
    void turn() {
        io.poll();
        io.restart();
    }
    void run_until(const std::function<bool()>& reached) {
        while (!reached() && io.run_one() != 0) {}
        io.restart();
    }
    feeds::FeedId take_join() {
        const auto asked = hub.asked.front();
        hub.asked.pop_front();
        one[asked.worker]->board.joined(asked.ticket, {++feed, {}});
        turn();
        return feed;
    }
    std::string call(std::size_t worker, const std::string& method, const std::string& params,
                     const std::string& id = "1") {
        const auto pending = begin(worker, method, params, id);
        if (!pending->done && !hub.asked.empty()) take_join();
        EXPECT_TRUE(pending->done) << method;
        return pending->answer.text;
    }
    /// A new filter's id, in quotes.
    std::string make(std::size_t worker, const std::string& method, const std::string& params = "[]") {
        const auto answer = call(worker, method, params);
        const std::string before = R"({"jsonrpc":"2.0","id":1,"result":)";
        EXPECT_TRUE(answer.starts_with(before)) << answer;
        return answer.substr(before.size(), 36);
    }
    std::string changes(const std::string& id, std::size_t worker = 0) {
        return call(worker, "eth_getFilterChanges", "[" + id + "]");
    }
    void tell(feeds::FeedId to, const std::vector<std::string>& events, std::size_t worker = 0) {
        std::vector<feeds::Delivery> deliveries{{to, {}}};
        for (const auto& event : events)
            deliveries.front().events.push_back(std::make_shared<const std::string>(event));
        one[worker]->board.deliver(deliveries);
        while (one[worker]->board.unfinished())
            one[worker]->board.go_on();
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    Evidence evidence;
    nodes::SeenHeads seen_heads;
    FakeHub hub;
    Holdings holdings;
    Holdings::Address client = net::asio::ip::make_address("192.0.2.1"); ///< of the next call
    feeds::FeedId feed = 0;
    bool reachable = true;
    std::vector<std::unique_ptr<One>> one;
};

} // namespace weir::el
