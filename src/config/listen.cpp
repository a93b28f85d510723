#include "config/listen.hpp"

#include "net/loopback.hpp"
#include "net/origin.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace weir::config {

namespace {

constexpr std::string_view any_v4 = "0.0.0.0", any_v6 = "::";

/// As far as that can be known without a name server.
std::vector<net::asio::ip::address> addresses_of(const std::string& host) {
    std::vector<net::asio::ip::address> addresses;
    if (const auto loopback = net::loopback_endpoints(host, 0, true)) {
        for (const auto& endpoint : *loopback)
            addresses.push_back(endpoint.address());
        return addresses;
    }
    net::error_code ec;
    const auto literal = net::asio::ip::make_address(host, ec);
    if (!ec) addresses.push_back(literal);
    return addresses;
}

/// Said in full, since a string could be a host as well.
boost::system::result<ListenAddress, std::string> fault(const char* what) {
    return {boost::system::in_place_error, what};
}

/// What ends in a number is an IPv4 address, or nothing: no name does (RFC 3696 §2).
bool is_no_address(const std::string& host) {
    const auto last = host.substr(host.rfind('.') + 1); // all of it, if there is no dot
    const bool number =
        host.find(':') == std::string::npos && last.find_first_not_of("0123456789") == std::string::npos;
    in_addr address{};
    return number && inet_aton(host.c_str(), &address) == 0;
}

} // namespace

boost::system::result<ListenAddress, std::string> parse_listen(std::string_view text) {
    constexpr const char* no_address = "not ADDRESS:PORT";
    if (text.starts_with("http://") || text.starts_with("https://")) return fault(no_address);
    if (text.starts_with("unix:") || text.find('/') != std::string_view::npos)
        return fault("is a Unix socket, and weir listens on TCP");
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return fault(no_address);
    const auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    ListenAddress out;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return fault(no_address);
    if (host.empty() || host == "*") {
        out.host = "*";
        return out;
    }
    // An IPv6 address without brackets: where does it end?
    const auto authority = net::split_authority(host);
    if (!authority || !authority->port.empty() || host.ends_with(':') ||
        host.find('*') != std::string_view::npos)
        return fault(no_address);
    out.host = authority->host;
    if (is_no_address(out.host)) return fault(no_address);
    net::error_code ec;
    const auto v6 = net::asio::ip::make_address_v6(out.host, ec);
    if (!ec && v6.is_v4_mapped()) return fault("is an IPv4 address inside an IPv6 one, name the IPv4 one");
    return out;
}

bool covers(const ListenAddress& wide, const ListenAddress& narrow) {
    if (wide.port != narrow.port || wide.port == 0) return false;
    if (wide.host == "*" || net::same_name(wide.host, narrow.host)) return true;
    const auto opened = addresses_of(wide.host), wanted = addresses_of(narrow.host);
    return std::any_of(wanted.begin(), wanted.end(), [&](const auto& address) {
        if (wide.host == any_v4) return address.is_v4();
        if (wide.host == any_v6) return narrow.host != any_v4;
        return std::find(opened.begin(), opened.end(), address) != opened.end();
    });
}

bool collide(const ListenAddress& one, const ListenAddress& other) {
    if (covers(one, other) || covers(other, one)) return true;
    const auto both = [](const ListenAddress& v4, const ListenAddress& v6) {
        return v4.host == any_v4 && v6.host == any_v6 && v4.port == v6.port && v4.port != 0;
    };
    return both(one, other) || both(other, one);
}

bool is_ipv6_alone(const ListenAddress& address, const std::vector<ListenAddress>& all) {
    if (address.host != any_v6) return false;
    for (const auto& other : all) {
        if (other.host == any_v4 && other.port == address.port) return true;
    }
    return false;
}

} // namespace weir::config
