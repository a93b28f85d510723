#include "upstream/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace weir::upstream {

namespace http = net::http;

namespace {

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_target(std::string& out, const net::Url& url, std::string_view target) {
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    out.append(url.path);
    if (path.empty() && url.path.empty()) out.push_back('/');
    out.append(path);
    // A provider's key may stand in the node's own query; the client's follows it.
    if (!url.query.empty()) out.append("?").append(url.query);
    if (question != std::string_view::npos) {
        out.push_back(url.query.empty() ? '?' : '&');
        out.append(target.substr(question + 1));
    }
}

/// RFC 9110 §7.6.2. What is no number goes on as it came; zero never comes here.
std::string one_less(std::string_view value) {
    const bool number = !value.empty() &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return std::string(value);
    std::uint64_t hops = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), hops);
    if (error != std::errc{}) hops = std::numeric_limits<std::uint64_t>::max();
    return std::to_string(hops - std::min<std::uint64_t>(hops, 1));
}

} // namespace

void build_request_head(std::string& out, const Endpoint& endpoint, std::string_view method,
                        std::string_view target, const net::Head* client, BodyFraming body,
                        std::optional<std::string_view> accept_encoding) {
    out.clear();
    out.append(method).push_back(' ');
    append_target(out, endpoint.url, target);
    out.append(" HTTP/1.1\r\n");
    append_line(out, "Host", endpoint.host_header);
    const auto configured = [&](std::string_view name) {
        return std::any_of(endpoint.headers.begin(), endpoint.headers.end(),
                           [&](const auto& header) { return net::same_field_name(header.first, name); });
    };
    if (client) {
        for (const auto& field : client->fields()) {
            switch (field.id) {
            case http::field::host:
            case http::field::content_length:
            case http::field::expect: // weir has read, or invited, the body itself
            case http::field::origin: // judged by weir, which answers for it; the node's list is of other
                                      // pages
                continue;
            case http::field::max_forwards:
                if (method != "OPTIONS") break;
                append_line(out, field.name, one_less(field.value));
                continue;
            case http::field::accept_encoding:
                if (accept_encoding) continue;
                break;
            default:
                break;
            }
            if (client->is_hop_by_hop(field) || (!endpoint.headers.empty() && configured(field.name)))
                continue;
            append_line(out, field.name, field.value);
        }
    }
    if (accept_encoding && !accept_encoding->empty()) append_line(out, "Accept-Encoding", *accept_encoding);
    for (const auto& [name, value] : endpoint.headers)
        append_line(out, name, value);
    if (body.kind == BodyFraming::Kind::length) {
        append_line(out, "Content-Length", std::to_string(body.length));
    } else if (body.kind == BodyFraming::Kind::chunked) {
        append_line(out, "Transfer-Encoding", "chunked");
    }
    out.append("\r\n");
}

} // namespace weir::upstream
