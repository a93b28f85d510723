// One batch of a client and the answers of nodes to it, all by hand.
#pragma once

#include "el/batch_part.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace weir::el {

namespace json = boost::json;
using routing::Action;
using routing::FailureKind;

struct Exchange {
    explicit Exchange(std::string text, config::Global with = {}, Ids ids = Ids::clients)
        : body(std::move(text))
        , limits(std::move(with)) {
        layer.head = 100;
        node.head = 100;
        auto fixed = std::make_shared<nodes::Node>();
        fixed->http.host_header = "node";
        node.node = fixed;
        EXPECT_EQ(chain::scan_requests(body, 1000, requests), chain::ScanError::none) << body;
        batch = std::make_unique<BatchCall>(client, body, requests, limits, ids);
        batch->use(layer, context, history);
        part = std::make_unique<BatchPart>(*batch);
    }
    routing::Verdict judge(std::string_view answer, unsigned status = 200, bool complete = true,
                           std::string_view fields = "") {
        send();
        return judge_sent(answer, status, complete, fields);
    }
    /// What was sent before.
    routing::Verdict judge_sent(std::string_view answer, unsigned status = 200, bool complete = true,
                                std::string_view fields = "") {
        net::Head head;
        net::MessageParser<false> parser(head);
        EXPECT_EQ(
            parser.parse_head("HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(fields) + "\r\n"),
            net::Refusal::none);
        return part->judge({.node = node,
                            .head = head,
                            .body = answer,
                            .complete = complete,
                            .best_other_head = best_other,
                            .node_head = node.head.value_or(0)});
    }
    routing::Verdict fail(FailureKind kind, bool sent) {
        if (sent) send();
        return part->failed(kind, sent);
    }
    /// Over a connection that was never opened: what the batch would say is in its head, and nobody reads it.
    void send() {
        const auto once = [&]() -> net::Task<> { co_await part->send(node, connection); };
        net::asio::co_spawn(io, once(), net::asio::detached);
        io.run();
        io.restart();
    }
    std::size_t sent_bytes() const {
        const auto at = connection.request_head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(connection.request_head.substr(at + 16));
    }
    json::value answer() const { return json::parse(batch->answer("no node", {})); }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    upstream::Connection connection{io, wheel};
    std::string body;
    config::Global limits;
    nodes::LayerView layer;
    nodes::SeenHeads seen;
    std::unique_ptr<metrics::WorkerMetrics> metrics = std::make_unique<metrics::WorkerMetrics>();
    struct Unheard final : forward::EvidenceSink {
        void witness(std::uint32_t, nodes::Evidence) override {}
        void in_trouble(std::uint32_t, std::string) override {}
    } evidence;
    forward::Context context{io, wheel, *metrics, evidence, seen, 1, std::size_t{1} << 30};
    CallHistory history;
    nodes::NodeStatus node;
    net::Head client;
    chain::Requests requests;
    std::uint64_t best_other = 100;
    std::unique_ptr<BatchCall> batch;
    std::unique_ptr<BatchPart> part; ///< all of it
};

inline std::string result(const std::string& id, const std::string& value = "\"0x1\"") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + value + "}";
}
inline std::string error(const std::string& id, const std::string& message, int code = -32000) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":)" + std::to_string(code) +
           R"(,"message":")" + message + R"("}})";
}
inline std::string call(const std::string& id, const std::string& method, const std::string& params = "[]") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}
inline const std::string two_reads =
    "[" + call("1", "eth_call") + "," + call("\"b\"", "eth_getBalance") + "]";
inline const std::string raw_params = R"(["0x02c0"])";

} // namespace weir::el
