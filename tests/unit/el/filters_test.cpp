// The eth_newFilter family: what a filter keeps, until when, and that every worker finds it.
#include "chain/values.hpp"
#include "el/batch_part.hpp"
#include "filter_workers.hpp"

#include <gtest/gtest.h>

#include <array>

namespace weir::el {
namespace {

using net::Clock;
using std::chrono::milliseconds;

std::string result(const std::string& value) {
    return R"({"jsonrpc":"2.0","id":1,"result":)" + value + "}";
}
std::string error(int code, const std::string& message) {
    return R"({"jsonrpc":"2.0","id":1,"error":{"code":)" + std::to_string(code) + R"(,"message":")" +
           message + R"("}})";
}
const std::string unknown = error(-32000, "filter not found");

std::string header(unsigned number) {
    return R"({"hash":"0xh)" + std::to_string(number) + R"(","number":")" + chain::to_quantity(number) +
           R"("})";
}
std::string log_at(unsigned number, const std::string& more = "") {
    return R"({"blockNumber":")" + chain::to_quantity(number) + '"' + more + "}";
}

TEST(Filters, WhatCameIsFetchedOnceAndInOrder) {
    Workers workers;
    const auto id = workers.make(0, "eth_newBlockFilter");
    EXPECT_EQ(workers.changes(id), result("[]"));
    workers.tell(workers.feed, {header(7), header(8)});
    workers.tell(workers.feed, {header(9)});
    EXPECT_EQ(workers.changes(id), result(R"(["0xh7","0xh8","0xh9"])"));
    EXPECT_EQ(workers.changes(id), result("[]"));
    EXPECT_EQ(workers.seen_heads.layer(), 9U) << "the client was told of it";
}

TEST(Filters, TheClientsIdComesBackAsItWasSent) {
    Workers workers;
    const auto id = workers.make(0, "eth_newBlockFilter");
    for (const auto* sent : {"\"a\\u0062\"", "-1.50", "12345678901234567890", "null"}) {
        EXPECT_EQ(workers.call(0, "eth_getFilterChanges", "[" + id + "]", sent),
                  R"({"jsonrpc":"2.0","id":)" + std::string(sent) + R"(,"result":[]})");
    }
}

TEST(Filters, LogsAreKeptAsTheyAreWithinTheirRange) {
    Workers workers;
    const auto id = workers.make(0, "eth_newFilter", R"([{"fromBlock":"0x5","toBlock":"0x6"}])");
    const auto removed = log_at(6, R"(,"removed":true)");
    workers.tell(workers.feed, {log_at(4), log_at(5), log_at(6), removed, log_at(7)});
    EXPECT_EQ(workers.changes(id), result("[" + log_at(5) + "," + log_at(6) + "," + removed + "]"));
}

TEST(Filters, FeedsAreSharedWithSubscriptions) {
    Workers workers;
    const auto key_of = [&](const char* method, const char* params) {
        workers.begin(0, method, params);
        const auto key = workers.hub.asked.back().key;
        workers.take_join();
        return key;
    };
    const auto of_subscription = [](const char* params) {
        return chain::read_subscription("eth_subscribe", params).key;
    };
    EXPECT_EQ(key_of("eth_newBlockFilter", "[]"), of_subscription(R"(["newHeads"])"));
    EXPECT_EQ(key_of("eth_newPendingTransactionFilter", "[]"),
              of_subscription(R"(["newPendingTransactions"])"));
    EXPECT_EQ(key_of("eth_newPendingTransactionFilter", "[true]"),
              of_subscription(R"(["newPendingTransactions",true])"));
    EXPECT_EQ(key_of("eth_newFilter", R"([{"fromBlock":"0x1","topics":[null]}])"),
              of_subscription(R"(["logs",{"topics":[null]}])"));
}

TEST(Filters, PendingTransactionsAreKeptAsTheyCome) {
    Workers workers;
    const auto id = workers.make(0, "eth_newPendingTransactionFilter", "[true]");
    workers.tell(workers.feed, {R"({"hash":"0x1"})"});
    EXPECT_EQ(workers.changes(id), result(R"([{"hash":"0x1"}])"));
}

TEST(Filters, LogsOfTheWholeRangeAreAskedOfNodes) {
    Workers workers;
    const auto id = workers.make(0, "eth_newFilter", R"([{"toBlock":"0x6","fromBlock":"0x5"}])");
    const auto asked = workers.begin(0, "eth_getFilterLogs", "[" + id + "]", "\"x\"");
    EXPECT_TRUE(asked->answer.ask_nodes);
    EXPECT_EQ(
        asked->answer.text,
        R"({"jsonrpc":"2.0","id":"x","method":"eth_getLogs","params":[{"fromBlock":"0x5","toBlock":"0x6"}]})");
    const auto blocks = workers.make(0, "eth_newBlockFilter");
    EXPECT_EQ(workers.call(0, "eth_getFilterLogs", "[" + blocks + "]"), unknown);
}

TEST(Filters, InABatchTheirLogsAreAskedWithTheOtherCalls) {
    const std::string body = R"([{"jsonrpc":"2.0","id":1,"method":"eth_getFilterLogs","params":["0x1"]},)"
                             R"({"jsonrpc":"2.0","id":2,"method":"eth_getFilterChanges","params":["0x1"]}])";
    chain::Requests requests;
    ASSERT_EQ(chain::scan_requests(body, 10, requests), chain::ScanError::none);
    const net::Head client;
    const config::Global limits;
    BatchCall batch(client, body, requests, limits, Ids::clients);
    batch.ask_instead(0, R"({"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{}]})");
    batch.give(1, result("[]"));
    EXPECT_TRUE(batch.any_pending());
    EXPECT_FALSE(BatchPart(batch).fresh_connection()) << "eth_getLogs may be repeated";
    EXPECT_EQ(batch.answer("no node", {}), "[" + error(-32603, "no node") + "," + result("[]") + "]");
}

TEST(Filters, OnceUninstalledTheyAreUnknown) {
    Workers workers;
    const auto id = workers.make(0, "eth_newBlockFilter");
    EXPECT_EQ(workers.call(0, "eth_uninstallFilter", "[" + id + "]"), result("true"));
    EXPECT_EQ(workers.hub.left, std::vector<feeds::FeedId>{workers.feed});
    EXPECT_EQ(workers.call(0, "eth_uninstallFilter", "[" + id + "]"), result("false"));
    EXPECT_EQ(workers.changes(id), unknown);
    EXPECT_EQ(workers.holdings.all(), 0U);
    EXPECT_EQ(workers.one[0]->metrics->filters.value(), 0);
    EXPECT_EQ(workers.one[0]->metrics->filters_dropped.value(), 0U);
}

TEST(Filters, IdsThatAreNoneAreUnknownOrAMistake) {
    Workers workers(2);
    RandomIds elsewhere(9);
    for (const auto& id :
         {std::string(), std::string("0x1"), elsewhere.next(), RandomIds(1).next(), std::string(34, 'z')}) {
        EXPECT_EQ(workers.changes('"' + id + '"'), unknown) << id;
        EXPECT_EQ(workers.call(0, "eth_getFilterLogs", "[\"" + id + "\"]"), unknown) << id;
        EXPECT_EQ(workers.call(0, "eth_uninstallFilter", "[\"" + id + "\"]"), result("false")) << id;
    }
    for (const auto* params : {"[]", "[7]", "{}", "[null]"}) {
        EXPECT_EQ(workers.call(0, "eth_getFilterChanges", params),
                  error(-32602, "invalid argument 0: the filter's id is missing"));
    }
}

TEST(Filters, ParametersThatMakeNoFilterAreAMistake) {
    Workers workers;
    for (const auto& [method, params, message] : std::vector<std::array<std::string, 3>>{
             {"eth_newFilter", "[]", "missing value for required argument 0"},
             {"eth_newFilter", "[null]", "missing value for required argument 0"},
             {"eth_newFilter", "{}", "invalid params: not a list"},
             {"eth_newFilter", "[{},{}]", "too many arguments, want at most 1"},
             {"eth_newFilter", "[7]", "invalid argument 0: not a filter object"},
             {"eth_newFilter", R"([{"fromBlock":"0x2","toBlock":"0x1"}])",
              "invalid argument 0: invalid block range params"},
             {"eth_newBlockFilter", "[1]", "too many arguments, want at most 0"},
             {"eth_newPendingTransactionFilter", "[1]", "invalid argument 0: neither true nor false"},
         }) {
        EXPECT_EQ(workers.call(0, method, params), error(-32602, message)) << method << params;
    }
    EXPECT_TRUE(workers.hub.asked.empty());
    EXPECT_EQ(workers.holdings.all(), 0U);
}

TEST(Filters, EveryWorkerFindsThem) {
    Workers workers(3);
    const auto id = workers.make(2, "eth_newBlockFilter");
    workers.tell(workers.feed, {header(1)}, 2);
    EXPECT_EQ(workers.changes(id, 0), result(R"(["0xh1"])"));
    workers.tell(workers.feed, {header(2)}, 2);
    EXPECT_EQ(workers.changes(id, 1), result(R"(["0xh2"])"));
    EXPECT_EQ(workers.call(0, "eth_uninstallFilter", "[" + id + "]"), result("true"));
    EXPECT_EQ(workers.changes(id, 2), unknown);
}

TEST(Filters, PollsAtTheSameTimeGetDisjointParts) {
    Workers workers(2);
    const auto id = workers.make(0, "eth_newBlockFilter");
    workers.tell(workers.feed, {header(1)});
    const auto first = workers.begin(1, "eth_getFilterChanges", "[" + id + "]");
    const auto second = workers.begin(1, "eth_getFilterChanges", "[" + id + "]");
    EXPECT_EQ(first->answer.text, result(R"(["0xh1"])"));
    EXPECT_EQ(second->answer.text, result("[]"));
}

TEST(Filters, AWorkerThatDoesNotAnswerCostsItsTimeAndNoMore) {
    Workers workers(2);
    const auto id = workers.make(1, "eth_newBlockFilter");
    workers.tell(workers.feed, {header(1)}, 1);
    workers.reachable = false;
    const auto poll = workers.begin(0, "eth_getFilterChanges", "[" + id + "]", "1", milliseconds(5));
    workers.run_until([&] { return poll->done; });
    EXPECT_EQ(poll->answer.text, error(-32603, "no fit execution node"));
    workers.reachable = true;
    EXPECT_EQ(workers.changes(id), result(R"(["0xh1"])")) << "what was kept is for the next poll";
}

TEST(Filters, WhatKeepsMoreThanItMayIsUnknownFromThenOn) {
    config::Global limits;
    limits.filter_max_bytes = 20;
    Workers workers(1, limits);
    const auto id = workers.make(0, "eth_newPendingTransactionFilter"),
               other = workers.make(0, "eth_newPendingTransactionFilter");
    workers.tell(1, {"\"12345678\"", "\"12345678\""});
    workers.tell(2, {"\"12345678\""});
    EXPECT_EQ(workers.changes(id), result(R"(["12345678","12345678"])"));
    workers.tell(1, {"\"12345678\"", "\"12345678\"", "\"1\"", "\"2\""});
    EXPECT_EQ(workers.changes(id), unknown);
    EXPECT_EQ(workers.changes(other), result(R"(["12345678"])"));
    EXPECT_EQ(workers.one[0]->metrics->filters_dropped.value(), 1U);
    EXPECT_EQ(workers.one[0]->metrics->filters.value(), 1);
    EXPECT_EQ(workers.holdings.all(), 1U);
}

TEST(Filters, WhatAllKeepTogetherIsBoundedApartFromRequestBodies) {
    Workers workers(1, {}, 400);
    const auto& metrics = *workers.one[0]->metrics;
    const auto id = workers.make(0, "eth_newPendingTransactionFilter"),
               other = workers.make(0, "eth_newPendingTransactionFilter");
    const auto empty = metrics.filter_bytes.value();
    EXPECT_GT(empty, 0) << "what they are for";
    const std::string event = '"' + std::string(98, 'x') + '"';
    workers.tell(1, {event});
    EXPECT_EQ(metrics.filter_bytes.value(), empty + 100);
    EXPECT_EQ(workers.one[0]->context.body_budget.used(), 0U);
    workers.tell(1, {event});
    workers.tell(2, {event, event});
    EXPECT_EQ(workers.changes(other), unknown) << "it would have needed more";
    EXPECT_EQ(workers.changes(id), result("[" + event + "," + event + "]"));
    EXPECT_EQ(metrics.filter_bytes.value(), empty / 2);
    workers.tell(1, {event, event});
    EXPECT_EQ(workers.changes(id), result("[" + event + "," + event + "]")) << "there is room again";
    workers.call(0, "eth_uninstallFilter", "[" + id + "]");
    EXPECT_EQ(metrics.filter_bytes.value(), 0);
}

TEST(Filters, CriteriaCountTowardsWhatIsKept) {
    Workers workers(1, {}, 1000);
    std::string topics;
    for (int i = 0; i < 10; ++i)
        topics += (i ? ",\"0x" : "\"0x") + std::string(63, '0') + std::to_string(i) + '"';
    EXPECT_EQ(workers.call(0, "eth_newFilter", R"([{"topics":[[)" + topics + "]]}]"),
              error(-32005, "clients keep as much as max_filter_bytes allows"));
    EXPECT_TRUE(workers.hub.asked.empty());
    EXPECT_EQ(workers.holdings.all(), 0U);
    EXPECT_EQ(workers.one[0]->metrics->filter_bytes.value(), 0);
}

TEST(Filters, OneThatIsNotPolledExpires) {
    config::Global limits;
    limits.filter_timeout = milliseconds(30);
    Workers workers(1, limits);
    const auto made = Clock::now();
    const auto id = workers.make(0, "eth_newBlockFilter");
    workers.run_until([&] { return workers.holdings.all() == 0; });
    EXPECT_GE(Clock::now() - made, limits.filter_timeout);
    EXPECT_EQ(workers.changes(id), unknown);
    EXPECT_EQ(workers.one[0]->metrics->filters_dropped.value(), 1U);
    EXPECT_EQ(workers.hub.left.size(), 1U);
}

TEST(Filters, APollKeepsThemAlive) {
    config::Global limits;
    limits.filter_timeout = milliseconds(100);
    Workers workers(1, limits);
    const auto polled = workers.make(0, "eth_newBlockFilter"),
               forgotten = workers.make(0, "eth_newBlockFilter");
    const auto until = Clock::now() + 3 * limits.filter_timeout;
    auto last = Clock::now();
    while (Clock::now() < until) {
        const auto now = Clock::now();
        if (workers.changes(polled) == unknown) {
            EXPECT_GE(Clock::now() - last, limits.filter_timeout) << "only if the machine stood still";
            break;
        }
        last = now;
        workers.io.run_one();
        workers.io.restart();
    }
    EXPECT_EQ(workers.changes(forgotten), unknown);
}

TEST(Filters, AFeedThatEndsTakesItsFiltersAlong) {
    Workers workers;
    const auto id = workers.make(0, "eth_newFilter", "[{}]");
    workers.one[0]->board.end(workers.feed, feeds::FeedEnd::gap_too_large);
    EXPECT_EQ(workers.changes(id), unknown);
    EXPECT_TRUE(workers.hub.left.empty());
    EXPECT_EQ(workers.one[0]->metrics->filters_dropped.value(), 1U);
}

TEST(Filters, AreBoundedByAddress) {
    config::Global limits;
    limits.max_filters_per_address = 1;
    Workers workers(2, limits);
    workers.make(0, "eth_newBlockFilter");
    EXPECT_EQ(workers.call(1, "eth_newBlockFilter", "[]"),
              error(-32005, "more than 1 filters of one address"));
    workers.client = net::asio::ip::make_address("192.0.2.2");
    workers.make(1, "eth_newBlockFilter");
    EXPECT_EQ(workers.holdings.all(), 2U);
}

TEST(Filters, ThereAreNoMoreThanMayBeOverAllWorkers) {
    config::Global limits;
    limits.max_filters = 2;
    Workers workers(2, limits);
    const auto id = workers.make(0, "eth_newBlockFilter");
    workers.make(1, "eth_newBlockFilter");
    EXPECT_EQ(workers.call(0, "eth_newBlockFilter", "[]"), error(-32005, "more than 2 filters"));
    EXPECT_EQ(workers.one[0]->metrics->filters_refused.value(), 1U);
    workers.call(1, "eth_uninstallFilter", "[" + id + "]");
    workers.make(1, "eth_newBlockFilter");
    EXPECT_EQ(workers.holdings.all(), 2U);
}

TEST(Filters, TheErrorOfTheFeedIsTheAnswer) {
    Workers workers;
    const auto pending = workers.begin(0, "eth_newPendingTransactionFilter", "[]");
    workers.one[0]->board.joined(workers.hub.asked.front().ticket, {0, R"({"code":-32601,"message":"no"})"});
    workers.turn();
    EXPECT_EQ(pending->answer.text, error(-32601, "no"));
    EXPECT_EQ(pending->answer.status, 503U) << "no node is fit here";
    EXPECT_EQ(workers.holdings.all(), 0U);
}

TEST(Filters, AFeedThatComesTooLateIsLeft) {
    Workers workers;
    const auto pending = workers.begin(0, "eth_newBlockFilter", "[]", "1", milliseconds(5));
    workers.run_until([&] { return pending->done; });
    EXPECT_EQ(pending->answer.text, error(-32603, "no fit execution node"));
    EXPECT_EQ(pending->answer.status, 503U);
    workers.take_join();
    EXPECT_EQ(workers.hub.left.size(), 1U);
    EXPECT_EQ(workers.holdings.all(), 0U);
}

TEST(Filters, NotificationsAreNotAnsweredAndMakeNone) {
    Workers workers;
    EXPECT_EQ(workers.call(0, "eth_newBlockFilter", "[]", ""), "");
    EXPECT_TRUE(workers.hub.asked.empty());
    const auto id = workers.make(0, "eth_newBlockFilter");
    EXPECT_EQ(workers.call(0, "eth_uninstallFilter", "[" + id + "]", ""), "");
    EXPECT_EQ(workers.changes(id), unknown);
}

TEST(Filters, WhileWeirDrainsNoneIsMadeAndThoseThatThereAreAreStillPolled) {
    Workers workers(2);
    const auto id = workers.make(1, "eth_newBlockFilter");
    workers.tell(workers.feed, {header(1)}, 1);
    const auto making = workers.begin(0, "eth_newFilter", "[{}]");
    workers.reachable = false;
    const auto polling = workers.begin(0, "eth_getFilterChanges", "[" + id + "]");
    workers.reachable = true;
    for (auto& worker : workers.one)
        worker->filters.drain();
    workers.turn();
    EXPECT_EQ(making->answer.text, error(-32603, "weir is shutting down"));
    EXPECT_EQ(making->answer.status, 503U);
    EXPECT_FALSE(polling->done) << "its worker may still answer";
    EXPECT_EQ(workers.call(0, "eth_newBlockFilter", "[]"), error(-32603, "weir is shutting down"));
    EXPECT_EQ(workers.changes(id, 1), result(R"(["0xh1"])"));
    EXPECT_EQ(workers.changes(id, 0), result("[]"));
    EXPECT_EQ(workers.holdings.all(), 1U);
}

TEST(Filters, AtShutdownNobodyIsKeptWaitingAndNothingKept) {
    Workers workers(2);
    const auto id = workers.make(1, "eth_newBlockFilter");
    const auto making = workers.begin(0, "eth_newFilter", "[{}]");
    workers.reachable = false;
    const auto polling = workers.begin(0, "eth_getFilterChanges", "[" + id + "]");
    for (auto& worker : workers.one)
        worker->filters.stop();
    workers.turn();
    EXPECT_EQ(making->answer.text, error(-32603, "weir is shutting down"));
    EXPECT_EQ(polling->answer.text, error(-32603, "weir is shutting down"));
    EXPECT_EQ(workers.call(0, "eth_newBlockFilter", "[]"), error(-32603, "weir is shutting down"));
    EXPECT_EQ(workers.holdings.all(), 0U);
    EXPECT_EQ(workers.hub.left.size(), 1U);
}

} // namespace
} // namespace weir::el
