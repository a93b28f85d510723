#include "server.hpp"

#include "connection.hpp"

namespace simnode {

void reset_socket(Socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

Server::Server(asio::io_context& io, Setup setup, Service& service, Stats::Layer& stats)
    : setup_(setup)
    , service_(service)
    , stats_(stats)
    , acceptor_(io)
    , retry_(io) {
    listen();
}

void Server::listen() {
    using asio::ip::tcp;
    tcp::endpoint endpoint(setup_.host, setup_.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(4096); // thousands of connections at once are tested
    setup_.port = acceptor_.local_endpoint().port();
    accept();
}

void Server::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
        if (!acceptor_.is_open()) return;
        if (error) { // out of descriptors, most likely: do not spin
            retry_.expires_after(std::chrono::milliseconds(50));
            retry_.async_wait([this](boost::system::error_code cancelled) {
                if (!cancelled && acceptor_.is_open()) accept();
            });
            return;
        }
        boost::system::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        ++stats_.connections_accepted;
        if (setup_.tls)
            start_connection(*this, TlsStream(std::move(socket), *setup_.tls));
        else
            start_connection(*this, std::move(socket));
        accept();
    });
}

void Server::refuse(bool refusing) {
    if (refusing == !acceptor_.is_open()) return;
    if (!refusing) return listen();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    abort_all();
}

void Server::abort_all() {
    auto peers = peers_; // each one leaves the set as it goes
    for (auto* peer : peers)
        peer->abort();
}

void Server::opened(Peer* peer) {
    peers_.insert(peer);
    ++stats_.connections_open;
}

void Server::closed(Peer* peer) {
    if (peers_.erase(peer) > 0) --stats_.connections_open;
}

} // namespace simnode
