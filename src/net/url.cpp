#include "net/url.hpp"

#include "net/origin.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace weir::net {

namespace {

std::uint16_t default_port(Url::Scheme scheme) {
    return scheme == Url::Scheme::http || scheme == Url::Scheme::ws ? 80 : 443;
}

std::string_view name_of(Url::Scheme scheme) {
    switch (scheme) {
    case Url::Scheme::http:
        return "http";
    case Url::Scheme::https:
        return "https";
    case Url::Scheme::ws:
        return "ws";
    case Url::Scheme::wss:
        return "wss";
    }
    return "";
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

/// The ways in which programs write the path of a Unix socket as a URL. weir speaks TCP only.
bool is_unix_socket(std::string_view text) {
    const auto colon = std::min(text.find(':'), text.size());
    const auto scheme = lower_case(text.substr(0, colon));
    if (scheme == "unix" || scheme == "ipc" || scheme == "file" || scheme.ends_with("+unix")) return true;
    if (!text.substr(colon).starts_with("://"))
        return text.starts_with('/') || text.starts_with("\\\\.\\pipe") || text.ends_with(".ipc");
    auto authority = text.substr(colon + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    authority.remove_prefix(authority.rfind('@') + 1); // the user's name and password
    const auto host = lower_case(authority);
    return host == "unix:" || host.find("%2f") != std::string::npos;
}

} // namespace

std::string Url::display() const {
    return std::string(name_of(scheme)) + "://" + bracketed(host) + ':' + std::to_string(port);
}

std::string Url::host_header() const {
    return port == default_port(scheme) ? bracketed(host) : bracketed(host) + ':' + std::to_string(port);
}

boost::system::result<Url, std::string> parse_url(std::string_view text) {
    if (is_unix_socket(text)) return std::string("a Unix socket, and weir reaches nodes by TCP only");
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return std::string("not a valid absolute URL");
    const auto& view = *parsed;
    Url url;
    const std::string scheme(view.scheme());
    if (scheme == "http")
        url.scheme = Url::Scheme::http;
    else if (scheme == "https")
        url.scheme = Url::Scheme::https;
    else if (scheme == "ws")
        url.scheme = Url::Scheme::ws;
    else if (scheme == "wss")
        url.scheme = Url::Scheme::wss;
    else
        return std::string("scheme must be http, https, ws or wss");
    url.host = std::string(view.host_address());
    if (url.host.empty()) return std::string("no host");
    if (view.host_type() == boost::urls::host_type::name &&
        (url.host.find(':') != std::string::npos || !split_authority(url.host)))
        return std::string("not a host name");
    url.port = default_port(url.scheme);
    if (view.has_port()) {
        // Boost's port_number() wraps around beyond 65535.
        const std::string_view digits(view.port().data(), view.port().size());
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc{} || end != digits.data() + digits.size() || url.port == 0)
            return std::string("port must be from 1 to 65535");
    }
    if (view.has_fragment()) return std::string("a fragment (#…) has no meaning here");
    if (view.has_userinfo()) url.basic_auth = std::string(view.userinfo());
    url.path = std::string(view.encoded_path());
    // Boost 1.81 takes `http://host:12ab` apart as port 12 and path `ab`; RFC 3986 §3.3 knows no such path.
    if (!url.path.empty() && url.path.front() != '/') return std::string("port must be from 1 to 65535");
    while (!url.path.empty() && url.path.back() == '/')
        url.path.pop_back();
    if (view.has_query()) url.query = std::string(view.encoded_query());
    return url;
}

} // namespace weir::net
