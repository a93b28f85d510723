#include "net/loopback.hpp"

#include "net/origin.hpp"

namespace weir::net {

std::optional<std::vector<tcp::endpoint>> loopback_endpoints(std::string_view host, std::uint16_t port,
                                                             bool ipv6) {
    if (host.ends_with('.')) host.remove_suffix(1); // the root, said aloud
    if (!is_loopback_name(host)) return std::nullopt;
    std::vector<tcp::endpoint> endpoints{{asio::ip::address_v4::loopback(), port}};
    if (ipv6) endpoints.emplace_back(asio::ip::address_v6::loopback(), port);
    return endpoints;
}

bool has_ipv6_loopback() {
    IoContext io;
    Acceptor probe(io);
    error_code ec;
    probe.open(tcp::v6(), ec);
    if (!ec) probe.bind({asio::ip::address_v6::loopback(), 0}, ec);
    return !ec;
}

} // namespace weir::net
