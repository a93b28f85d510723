// A node's end of a WebSocket on loopback, as a test wants it to behave, and the loop that both ends run on.
#pragma once

#include "net/tls.hpp"
#include "net/websocket.hpp"
#include "upstream/ws_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::upstream {

namespace asio = net::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;

class Peer {
  public:
    enum class Manner { upgrades, accepts_no_tcp_bytes, answers };

    explicit Peer(net::IoContext& context)
        : io(context)
        , acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(io, serve(), asio::detached);
    }

    net::IoContext& io;
    net::Acceptor acceptor;
    Manner manner = Manner::upgrades;
    std::string plain_answer; ///< with Manner::answers, in place of the upgrade
    net::TlsContext tls;
    http::request<http::string_body> request; ///< the last upgrade's
    std::vector<std::string> messages;
    std::function<void(const std::string&)> on_message;
    net::error_code end;                   ///< why its reading ended
    std::optional<net::error_code> closed; ///< what its close frame came to
    bool silent = false;                   ///< it neither reads nor answers from now on
    int connections = 0;
    std::size_t fragmented = 0; ///< bytes sent by say_without_end()
    bool ended_by_other = false;

    Addresses addresses() const { return address_list({acceptor.local_endpoint()}); }
    Endpoint endpoint(const std::string& path = "") const {
        Endpoint to;
        to.url = *net::parse_url((tls ? "wss" : "ws") + std::string("://localhost:") +
                                 std::to_string(acceptor.local_endpoint().port()) + path);
        to.host_header = to.url.host_header();
        return to;
    }
    void say(std::string text) {
        out.push_back(std::move(text));
        if (!std::exchange(writing, true)) asio::co_spawn(io, write(ws), asio::detached);
    }
    void answer(const std::string& message, const std::string& member) {
        const auto id = message.find("\"id\":") + 5;
        say(R"({"jsonrpc":"2.0","id":)" + message.substr(id, message.find(',', id) - id) + ',' + member +
            '}');
    }
    void event(const std::string& subscription, const std::string& result) {
        say(R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":)" + subscription +
            R"(,"result":)" + result + "}}");
    }
    /// One message in fragments, of which none is the last.
    void say_without_end() { asio::co_spawn(io, fragments(ws), asio::detached); }
    void close_frame(std::uint16_t code) {
        ws->async_close(net::websocket::close_code(code), [this](net::error_code ec) { closed = ec; });
    }
    void reset() {
        ws->next_layer().reset_on_close();
        ws->next_layer().close();
    }

  private:
    using Ws = std::shared_ptr<net::PlainWebSocket>;

    net::Task<> serve() {
        for (;;) {
            auto [ec, socket] = co_await acceptor.async_accept(net::use_task);
            if (ec) co_return;
            ++connections;
            ws = std::make_shared<net::PlainWebSocket>(std::move(socket));
            asio::co_spawn(io, session(ws), asio::detached);
        }
    }
    net::Task<> session(Ws stream) {
        if (manner == Manner::accepts_no_tcp_bytes) co_return;
        if (tls) {
            const auto refused = co_await stream->next_layer().tls_accept(*tls);
            if (refused) co_return;
        }
        boost::beast::flat_buffer in;
        request = {};
        const auto [bad, size] = co_await http::async_read(stream->next_layer(), in, request, net::use_task);
        if (bad) co_return;
        if (manner == Manner::answers) {
            const auto text = asio::buffer(plain_answer);
            co_await asio::async_write(stream->next_layer(), text, net::use_task);
            stream->next_layer().close();
            co_return;
        }
        const auto [refused] = co_await stream->async_accept(request, net::use_task);
        if (refused) co_return;
        while (!silent) {
            const auto [ec, n] = co_await stream->async_read(in, net::use_task);
            if (ec) {
                end = ec;
                co_return;
            }
            messages.emplace_back(static_cast<const char*>(in.data().data()), in.size());
            in.consume(in.size());
            if (on_message) on_message(messages.back());
        }
    }
    net::Task<> write(Ws stream) {
        while (!out.empty()) {
            const auto text = asio::buffer(out.front());
            const auto [ec, n] = co_await stream->async_write(text, net::use_task);
            out.pop_front();
            if (ec) out.clear();
        }
        writing = false;
    }

    net::Task<> fragments(Ws stream) {
        const std::string piece(64 * 1024, 'x');
        for (;;) {
            const auto text = asio::buffer(piece);
            const auto [ec, n] = co_await stream->async_write_some(false, text, net::use_task);
            if (ec) break;
            fragmented += n;
        }
        ended_by_other = true;
    }

    Ws ws;
    std::deque<std::string> out;
    bool writing = false;
};

class WsLinkTest : public testing::Test {
  protected:
    ~WsLinkTest() override {
        if (link) link->close();
        link.reset();
        peer.acceptor.close();
        wheel.stop();
        io.restart();
        io.run_for(50ms);
    }

    /// Runs the loop until `done`; false when that takes too long.
    template <class Done>
    bool run_until(Done done) {
        const auto limit = net::Clock::now() + 10s;
        while (!done() && net::Clock::now() < limit)
            io.run_one_for(100ms);
        return done();
    }
    /// Lets everything that is under way come to rest.
    void settle(net::milliseconds time = 30ms) {
        const auto limit = net::Clock::now() + time;
        while (net::Clock::now() < limit)
            io.run_one_for(5ms);
    }

    static net::Task<> open_and_run(std::shared_ptr<WsLink> link, Endpoint endpoint, Addresses addresses,
                                    std::optional<std::string>& opened, std::optional<std::string>& ended) {
        opened = co_await link->open(std::move(endpoint), std::move(addresses));
        if (opened->empty()) ended = co_await link->run();
    }
    void start(const Endpoint& endpoint) {
        link = std::make_shared<WsLink>(io, wheel, limits, metrics);
        asio::co_spawn(io, open_and_run(link, endpoint, peer.addresses(), opened, ended), asio::detached);
    }
    /// What open() said.
    std::string try_open(const Endpoint& endpoint) {
        start(endpoint);
        EXPECT_TRUE(run_until([&] { return opened.has_value(); }));
        return opened.value_or("never ended");
    }
    void must_open() { ASSERT_EQ(try_open(peer.endpoint()), ""); }

    /// "result 1", "error {…}", "lost", "timed out", "event …", in order. Outlives the test's body.
    struct Heard {
        std::shared_ptr<std::vector<std::string>> list = std::make_shared<std::vector<std::string>>();
        std::vector<std::string>& told = *list;
    };
    static WsLink::OnAnswer into(Heard& heard) {
        return [list = heard.list](const LinkAnswer& answer) {
            static constexpr const char* names[] = {"result ", "error ", "lost", "timed out"};
            list->push_back(names[static_cast<int>(answer.kind)] + std::string(answer.json));
        };
    }
    static WsLink::OnEvent events_into(Heard& heard) {
        return
            [list = heard.list](std::string_view event) { list->push_back("event " + std::string(event)); };
    }

    net::IoContext io;
    net::DeadlineWheel wheel{io};
    LinkLimits limits;
    std::unique_ptr<metrics::ControlMetrics> counters = std::make_unique<metrics::ControlMetrics>();
    metrics::ControlMetrics& metrics = *counters;
    Peer peer{io};
    std::shared_ptr<WsLink> link;
    std::optional<std::string> opened, ended;
};

} // namespace weir::upstream
