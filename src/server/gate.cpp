#include "server/gate.hpp"

#include "net/base64.hpp"
#include "net/origin.hpp"
#include "net/secret.hpp"

#include <algorithm>

namespace weir::server {

using metrics::Refused;
namespace http = net::http;

namespace {

constexpr Refusal foreign_host{Refused::host, 403, "this Host is not one of [server] hosts"};
constexpr Refusal foreign_origin{Refused::origin, 403, "this Origin is not one of [server] origins"};
constexpr Refusal foreign_site{
    Refused::origin, 403,
    "pages of another site get nothing that they do not ask for with an Origin, which "
    "[server] origins must list"};

/// What browsers say of themselves.
struct Browser {
    std::size_t origins = 0;
    std::string_view origin;
    std::string_view site, mode; ///< Sec-Fetch-Site, Sec-Fetch-Mode
};

Browser browser_of(const net::Head& head) {
    Browser browser;
    for (const auto& field : head.fields()) {
        if (field.id == http::field::origin) {
            ++browser.origins;
            browser.origin = field.value;
        } else if (field.id == http::field::sec_fetch_site) {
            browser.site = field.value;
        } else if (field.id == http::field::sec_fetch_mode) {
            browser.mode = field.value;
        }
    }
    return browser;
}

bool holds(const std::vector<std::string>& list, std::string_view entry) {
    return std::find(list.begin(), list.end(), entry) != list.end();
}

bool is_own_host(const net::Authority& authority, const Door& door, const config::Server& rules) {
    if (authority.address) return true; // no name, so nobody else's
    if (rules.hosts.empty())
        return net::is_loopback_name(authority.host) || net::same_name(authority.host, door.name);
    return std::any_of(rules.hosts.begin(), rules.hosts.end(), [&](const std::string& name) {
        return name == "*" || net::same_name(name, authority.host);
    });
}

std::optional<Refusal> judge_host(const net::Head& head, const Door& door, const config::Server& rules) {
    if (head.authority.empty()) return std::nullopt; // HTTP/1.0: no browser
    const auto authority = net::split_authority(head.authority);
    if (!authority || !is_own_host(*authority, door, rules)) return foreign_host;
    return std::nullopt;
}

/// A navigation shows its reader something and nothing to the page that led there; whatever else another site
/// fetches without an Origin (images, scripts) it cannot read, but nodes would work for it.
bool is_foreign_fetch(const Browser& browser) {
    return (browser.site == "cross-site" || browser.site == "same-site") && browser.mode != "navigate";
}

void judge_origin(const net::Head& head, const Browser& browser, const Door& door,
                  const config::Server& rules, Admission& out) {
    const bool any = holds(rules.origins, "*");
    if (!any && !rules.origins.empty()) out.policy_lines = "Vary: Origin\r\n";
    if (browser.origins == 0) {
        if (!any && is_foreign_fetch(browser)) out.refusal = foreign_site;
        return;
    }
    const auto origin = browser.origins == 1 ? net::normal_origin(browser.origin) : std::nullopt;
    const auto authority = net::split_authority(head.authority);
    if (origin && authority && *origin == net::origin_of(*authority, door.tls)) return;
    if (!any && !(origin && holds(rules.origins, *origin))) {
        out.refusal = foreign_origin;
        return;
    }
    out.foreign_page = true;
    out.policy_lines.append("Access-Control-Allow-Origin: ")
        .append(any ? std::string_view("*") : browser.origin);
    out.policy_lines.append("\r\nAccess-Control-Expose-Headers: *\r\n");
}

} // namespace

Admission admit(const net::Head& head, const Door& door, const config::Server& rules, bool own_page) {
    Admission out;
    const auto browser = browser_of(head);
    if (door.loopback || browser.origins > 0 || own_page) out.refusal = judge_host(head, door, rules);
    if (!out.refusal) judge_origin(head, browser, door, rules, out);
    return out;
}

bool is_preflight(const net::Head& head) {
    return head.method == "OPTIONS" && head.find(http::field::origin) &&
           head.find(http::field::access_control_request_method);
}

std::string preflight_lines(const net::Head& head, std::string_view methods) {
    std::string lines = "Access-Control-Allow-Methods: ";
    lines.append(methods).append("\r\n");
    if (const auto wanted = head.find(http::field::access_control_request_headers)) {
        lines.append("Access-Control-Allow-Headers: ").append(*wanted).append("\r\n");
    }
    // go-ethereum's.
    lines.append("Access-Control-Max-Age: 600\r\n");
    lines.append("Vary: Access-Control-Request-Method, Access-Control-Request-Headers\r\n");
    return lines;
}

bool is_never_forwarded(std::string_view method) {
    return net::same_name(method, "TRACE") || net::same_name(method, "TRACK");
}

bool carries_token(const net::Head& head, std::string_view token) {
    const auto value = head.find(http::field::authorization);
    if (!value) return false;
    const auto space = value->find(' ');
    if (space == std::string_view::npos) return false;
    const auto scheme = value->substr(0, space);
    auto given = value->substr(space + 1);
    while (given.starts_with(' '))
        given.remove_prefix(1);
    if (net::same_name(scheme, "Bearer")) return net::same_secret(given, token);
    if (!net::same_name(scheme, "Basic")) return false;
    const auto pair = net::from_base64(given);
    const auto colon = pair ? pair->find(':') : std::string::npos;
    return colon != std::string::npos && net::same_secret(std::string_view(*pair).substr(colon + 1), token);
}

bool is_forwarded(const net::Head& head) {
    return std::any_of(head.fields().begin(), head.fields().end(), [](const net::Field& field) {
        return field.id == http::field::forwarded || field.id == http::field::via ||
               net::same_field_name(field.name, "X-Forwarded-For") ||
               net::same_field_name(field.name, "X-Real-IP");
    });
}

} // namespace weir::server
