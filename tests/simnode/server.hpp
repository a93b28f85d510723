// One listening port and the connections it has. It can go away and come back, as a node does.
#pragma once

#include "answer.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_set>

namespace simnode {

namespace asio = boost::asio;
// The executor is named: the type-erased default costs an allocation per operation.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TlsStream = asio::ssl::stream<Socket>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

inline Socket& tcp_of(Socket& socket) {
    return socket;
}
template <class Layered>
Socket& tcp_of(Layered& stream) {
    return stream.next_layer();
}

/// Closes so that the peer gets a reset and not an end.
void reset_socket(Socket& socket);

/// Whatever holds one accepted socket.
class Peer {
  public:
    virtual ~Peer() = default;
    virtual void abort() = 0;
};

/// Takes over sockets whose request asks for a WebSocket. `received`: all that was read from it.
class WebSocketHost {
  public:
    virtual ~WebSocketHost() = default;
    virtual void take(Socket socket, std::string received) = 0;
    virtual void take(TlsStream stream, std::string received) = 0;
};

class Server {
  public:
    struct Setup {
        asio::ip::address host;
        std::uint16_t port;
        asio::ssl::context* tls; // null: plain
        std::int64_t keepalive_ms;
    };
    Server(asio::io_context& io, Setup setup, Service& service, Stats::Layer& stats);

    std::uint16_t port() const { return setup_.port; }
    std::int64_t keepalive_ms() const { return setup_.keepalive_ms; }
    Service& service() { return service_; }
    WebSocketHost* websockets = nullptr;

    /// Closes the listening socket and every connection, or opens the same port again.
    void refuse(bool refusing);
    void abort_all();

    void opened(Peer* peer);
    void closed(Peer* peer);

  private:
    void listen();
    void accept();

    Setup setup_;
    Service& service_;
    Stats::Layer& stats_;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    Timer retry_;
    std::unordered_set<Peer*> peers_;
};

} // namespace simnode
