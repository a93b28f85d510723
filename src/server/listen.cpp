#include "server/listen.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/basic_resolver.hpp>

namespace weir::server {

namespace asio = net::asio;
using net::error_code;
using net::tcp;

namespace {

constexpr int backlog = 4096;

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

error_code bind_one(net::Acceptor& acceptor, const tcp::endpoint& address, bool share) {
    error_code ec;
    acceptor.open(address.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec && share) acceptor.set_option(ReusePort(true), ec);
    if (!ec) acceptor.bind(address, ec);
    if (!ec) acceptor.listen(backlog, ec);
    return ec;
}

} // namespace

bool is_loopback(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

boost::system::result<Listening, std::string> listen_on(const std::string& host, std::uint16_t port,
                                                        std::size_t workers) {
    net::IoContext io;
    asio::ip::basic_resolver<tcp, net::Executor> resolver(io);
    error_code ec;
    const auto found = resolver.resolve(host, std::to_string(port), ec);
    if (ec || found.empty()) return "cannot listen on " + host + ": " + ec.message();
    Listening listening;
    listening.address = found.begin()->endpoint();
    listening.ipv6 = listening.address.address().is_v6();
    const auto named = [&] {
        return listening.address.address().to_string() + ':' + std::to_string(listening.address.port());
    };
    {
        // Sharing lets any process of this user join in unnoticed: ask once without it.
        net::Acceptor alone(io);
        ec = bind_one(alone, listening.address, false);
        if (ec) return "cannot listen on " + named() + ": " + ec.message();
        listening.address = alone.local_endpoint();
    }
    for (std::size_t i = 0; i < workers; ++i) {
        net::Acceptor acceptor(io);
        ec = bind_one(acceptor, listening.address, true);
        if (ec) return "cannot listen on " + named() + ": " + ec.message();
        listening.descriptors.push_back(acceptor.release(ec));
    }
    return listening;
}

} // namespace weir::server
