#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "net/loopback.hpp"
#include "nodes/make_endpoint.hpp"
#include "upstream/ask.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <iostream>

namespace weir::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds patience{5};

std::string text(const json::object& node, std::string_view key) {
    const auto* value = node.if_contains(key);
    if (!value || value->is_null()) return {};
    return value->is_string() ? std::string(value->as_string().c_str()) : json::serialize(*value);
}

std::string latency_text(const json::object& node) {
    const auto* value = node.if_contains("latency_ms");
    if (!value || !value->is_number()) return {};
    char out[32];
    std::snprintf(out, sizeof out, "%.1f ms", value->to_number<double>());
    return out;
}

bool add_rows(const json::object& status, bool el, std::vector<Row>& rows) {
    const auto* nodes = status.if_contains(el ? "el_nodes" : "cl_nodes");
    if (!nodes || !nodes->is_array()) return false;
    for (const auto& entry : nodes->as_array()) {
        const auto* node = entry.if_object();
        if (!node) return false;
        Row row;
        row.name = text(*node, "name");
        row.tier = !el ? "cl" : text(*node, "is_primary") == "true" ? "el primary" : "el backup";
        row.client = text(*node, "client_version");
        row.chain = text(*node, "chain_id");
        row.head = text(*node, el ? "block_number" : "slot");
        row.lag = row.head.empty() ? "" : text(*node, "lag");
        row.latency = latency_text(*node);
        row.state = state_text(text(*node, "is_healthy") == "true", text(*node, "is_held_back") == "true",
                               text(*node, "reason"), text(*node, "note"));
        rows.push_back(std::move(row));
    }
    return true;
}

/// The page at the URL; on failure `reply.explanation` says why.
upstream::Reply fetch(const net::Url& url, const std::string& token) {
    net::IoContext io;
    net::DeadlineWheel wheel(io);
    upstream::Reply reply;
    net::asio::ip::basic_resolver<net::tcp, net::Executor> resolver(io);
    net::error_code ec;
    std::vector<net::tcp::endpoint> endpoints;
    if (auto own = net::loopback_endpoints(url.host, url.port, net::has_ipv6_loopback())) {
        endpoints = std::move(*own);
    } else {
        for (const auto& entry : resolver.resolve(url.host, std::to_string(url.port), ec))
            endpoints.push_back(entry.endpoint());
    }
    const auto addresses = upstream::address_list(endpoints);
    config::NodeConfig as_node;
    if (!token.empty()) as_node.headers.emplace_back("Authorization", "Bearer " + token);
    const auto endpoint = nodes::make_endpoint(url, as_node);
    if (!endpoint) {
        reply.failure = upstream::Failure::connect_failed;
        reply.explanation = endpoint.error();
        return reply;
    }
    metrics::NodeMetrics unused;
    metrics::Gauge waiters;
    auto pool =
        std::make_shared<upstream::Pool>(io, wheel, *endpoint, upstream::Pool::Settings{}, unused, waiters);
    const auto once = [&]() -> net::Task<> {
        upstream::Question question;
        question.target = "/status";
        reply = co_await upstream::ask(*pool, addresses, std::move(question), net::Clock::now() + patience);
        pool->close_all();
        wheel.stop();
    };
    net::asio::co_spawn(io, once(), net::asio::detached);
    io.run();
    return reply;
}

} // namespace

int status(const Options& options) {
    const auto url = net::parse_url(options.status_url);
    if (!url) {
        std::cerr << "--url: " << url.error() << '\n';
        return 1;
    }
    const auto reply = fetch(*url, options.token);
    if (reply.failure != upstream::Failure::none) {
        std::cerr << "weir at " << url->display() << " does not answer: " << reply.explanation << '\n';
        return 1;
    }
    boost::system::error_code ec;
    const auto parsed = json::parse(reply.body, ec);
    std::vector<Row> rows;
    const auto* document = ec ? nullptr : parsed.if_object();
    if (document && reply.status != 200) {
        std::cerr << "weir at " << url->display() << " says " << reply.status << ": "
                  << text(*document, "message") << '\n';
        if (reply.status == 401) std::cerr << "give the token with --token or WEIR_TOKEN\n";
        if (reply.status == 404) std::cerr << "with [admin] listen in its configuration /status is there\n";
        return 1;
    }
    if (!document || !add_rows(*document, true, rows) || !add_rows(*document, false, rows)) {
        std::cerr << "what answers at " << url->display() << " is not weir\n";
        return 1;
    }
    std::cout << render(rows);
    return 0;
}

} // namespace weir::cli
