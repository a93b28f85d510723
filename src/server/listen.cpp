#include "server/listen.hpp"

#include "log/log.hpp"
#include "net/loopback.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace weir::server {

namespace asio = net::asio;
using net::error_code;
using net::tcp;

namespace {

constexpr int backlog = 4096;

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// What one address of the configuration stands for.
struct Wanted {
    std::vector<tcp::endpoint> endpoints;
    bool without_ipv6 = false; ///< it is enough if the IPv4 one can be had
};

error_code bind_one(net::Acceptor& acceptor, const tcp::endpoint& address, bool share) {
    error_code ec;
    acceptor.open(address.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec && address.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), ec);
    if (!ec && share) acceptor.set_option(ReusePort(true), ec);
    if (!ec) acceptor.bind(address, ec);
    if (!ec) acceptor.listen(backlog, ec);
    return ec;
}

boost::system::result<Wanted, std::string> sockets_for(net::IoContext& io, const config::ListenAddress& where,
                                                       bool ipv6_alone) {
    const tcp::endpoint any_v4(asio::ip::address_v4::any(), where.port);
    const tcp::endpoint any_v6(asio::ip::address_v6::any(), where.port);
    if (where.host == "*") return Wanted{{any_v4, any_v6}, true};
    if (auto loopback = net::loopback_endpoints(where.host, where.port, true))
        return Wanted{std::move(*loopback), true};
    error_code ec;
    const auto literal = asio::ip::make_address(where.host, ec);
    if (!ec) {
        const tcp::endpoint one(literal, where.port);
        return one == any_v6 && !ipv6_alone ? Wanted{{any_v4, any_v6}} : Wanted{{one}};
    }
    asio::ip::basic_resolver<tcp, net::Executor> resolver(io);
    const auto found = resolver.resolve(where.host, std::to_string(where.port), ec);
    if (ec || found.empty()) return "cannot listen on " + where.host + ": " + ec.message();
    return Wanted{{found.begin()->endpoint()}};
}

boost::system::result<Listening, error_code> open_all(net::IoContext& io, const tcp::endpoint& address,
                                                      std::size_t workers) {
    Listening listening;
    listening.ipv6 = address.address().is_v6();
    {
        // Sharing lets any process of this user join in unnoticed: ask once without it.
        net::Acceptor alone(io);
        if (const auto ec = bind_one(alone, address, false)) return ec;
        listening.address = alone.local_endpoint();
    }
    for (std::size_t i = 0; i < workers; ++i) {
        net::Acceptor acceptor(io);
        if (const auto ec = bind_one(acceptor, listening.address, true)) return ec;
        error_code ignored;
        listening.descriptors.push_back(acceptor.release(ignored));
    }
    return listening;
}

bool means_no_ipv6(error_code ec) {
    return ec == asio::error::address_family_not_supported ||
           ec == boost::system::errc::address_not_available;
}

} // namespace

std::string text_of(const tcp::endpoint& address) {
    const auto host = address.address().to_string();
    return (address.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(address.port());
}

bool is_loopback(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

boost::system::result<std::vector<Listening>, std::string> listen_on(const config::ListenAddress& where,
                                                                     std::size_t workers, bool ipv6_alone) {
    net::IoContext io;
    auto wanted = sockets_for(io, where, ipv6_alone);
    if (!wanted) return wanted.error();
    std::vector<Listening> out;
    for (auto& address : wanted->endpoints) {
        if (!out.empty()) address.port(out.front().address.port()); // where any will do it is the same
        auto opened = open_all(io, address, workers);
        if (opened) {
            out.push_back(std::move(*opened));
        } else if (wanted->without_ipv6 && address.address().is_v6() && means_no_ipv6(opened.error())) {
            log::warn("this machine has no IPv6 to listen on", {{"address", text_of(address)}});
        } else {
            return "cannot listen on " + text_of(address) + ": " + opened.error().message();
        }
    }
    return out;
}

} // namespace weir::server
