#include "config/listen.hpp"

#include "net/origin.hpp"

#include <charconv>

namespace weir::config {

namespace {

constexpr std::string_view any_v4 = "0.0.0.0", any_v6 = "::";

bool is_v6(std::string_view host) {
    return host.find(':') != std::string_view::npos;
}

bool is_v4(std::string_view host) {
    const auto authority = net::split_authority(host);
    return authority && authority->address;
}

/// Said in full, since a string could be a host as well.
boost::system::result<ListenAddress, std::string> fault(const char* what) {
    return {boost::system::in_place_error, what};
}

} // namespace

boost::system::result<ListenAddress, std::string> parse_listen(std::string_view text) {
    if (text.starts_with("unix:") || text.find('/') != std::string_view::npos)
        return fault("is a Unix socket, and weir listens on TCP");
    constexpr const char* no_address = "not ADDRESS:PORT";
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
    return out;
}

bool covers(const ListenAddress& wide, const ListenAddress& narrow) {
    if (wide.port != narrow.port || wide.port == 0) return false;
    if (wide.host == "*" || net::same_name(wide.host, narrow.host)) return true;
    if (wide.host == any_v4) return is_v4(narrow.host);
    return wide.host == any_v6 && narrow.host != any_v4 && (is_v4(narrow.host) || is_v6(narrow.host));
}

bool is_ipv6_alone(const ListenAddress& address, const std::vector<ListenAddress>& all) {
    if (address.host != any_v6) return false;
    for (const auto& other : all) {
        if (other.host == any_v4 && other.port == address.port) return true;
    }
    return false;
}

} // namespace weir::config
