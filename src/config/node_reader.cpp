#include "config/node_reader.hpp"

#include "config/hints.hpp"
#include "net/tls.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace weir::config {

namespace {

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 127; });
}

/// RFC 9110 §5.6.2
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// Set by weir itself for each request.
bool is_reserved(std::string_view name) {
    static constexpr std::array<std::string_view, 8> reserved{
        "connection", "content-length", "expect", "host", "keep-alive", "te", "transfer-encoding", "upgrade"};
    return std::any_of(reserved.begin(), reserved.end(), [&](auto word) {
        return boost::beast::iequals({name.data(), name.size()}, {word.data(), word.size()});
    });
}

} // namespace

NodeConfig NodeReader::read(const toml::table& fields, const std::string& table, bool el) {
    NodeConfig out;
    const std::string_view url_key = el ? "http_url" : "url";
    for (const std::string_view required : {std::string_view("name"), url_key}) {
        if (!fields.contains(required)) {
            notes_.mistake(fields.source(), table + '.' + std::string(required), "missing",
                           "every node needs it");
        }
    }
    for (const auto& [name, value] : fields) {
        const std::string key = table + '.' + std::string(name.str());
        const auto is = [&](std::string_view word) { return name.str() == word; };
        if (is("name")) {
            read_name(value, key, el, out);
        } else if (is(url_key)) {
            if (auto url = read_url(value, key, false)) out.http_url = std::move(*url);
        } else if (el && is("ws_url")) {
            out.ws_url = read_url(value, key, true);
        } else if (is("headers")) {
            read_headers(value, key, out);
        } else if (is("ca_file")) {
            read_file(value, key, out.ca_file);
        } else if (is("client_cert")) {
            read_file(value, key, out.client_cert);
        } else if (is("client_key")) {
            read_file(value, key, out.client_key);
        } else if (is("insecure_skip_verify")) {
            read_value(notes_, environment_, key, value, Flag{out.insecure_skip_verify});
        } else if (is("max_connections")) {
            read_value(notes_, environment_, key, value, Count{out.max_connections, 1, 100'000});
        } else if (is_obsolete_node_key(name.str())) {
            notes_.warning(name.source(), key, "has no effect", "weir does not limit nodes this way");
        } else {
            notes_.mistake(name.source(), key, "unknown key",
                           hint_for(el ? Place::el_node : Place::cl_node, {}, name.str()));
        }
    }
    check_tls(fields, table, out);
    return out;
}

void NodeReader::read_name(const toml::node& node, const std::string& key, bool el, NodeConfig& out) {
    auto name = read_string(notes_, environment_, key, node);
    if (!name) return;
    if (name->empty() || name->size() > 100 || !printable(*name)) {
        notes_.mistake(node.source(), key, "not a usable name", "use 1 to 100 printable characters");
        return;
    }
    const auto [first, fresh] = notes_.names.try_emplace({el ? "el" : "cl", *name}, node.source().begin.line);
    if (!fresh) {
        notes_.mistake(node.source(), key,
                       "\"" + *name + "\" is taken by the node on line " + std::to_string(first->second),
                       "names are unique within a layer");
    }
    out.name = std::move(*name);
}

std::optional<net::Url> NodeReader::read_url(const toml::node& node, const std::string& key, bool websocket) {
    const auto text = read_string(notes_, environment_, key, node);
    if (!text) return std::nullopt;
    auto url = net::parse_url(*text);
    const std::string_view wanted =
        websocket ? "write ws://HOST:PORT or wss://HOST" : "write http://HOST:PORT or https://HOST";
    if (!url) {
        notes_.mistake(node.source(), key, url.error(), std::string(wanted));
        return std::nullopt;
    }
    using Scheme = net::Url::Scheme;
    const bool is_websocket = url->scheme == Scheme::ws || url->scheme == Scheme::wss;
    if (is_websocket != websocket) {
        notes_.mistake(node.source(), key, "the scheme is for another kind of URL", std::string(wanted));
        return std::nullopt;
    }
    return *url;
}

void NodeReader::read_headers(const toml::node& node, const std::string& key, NodeConfig& out) {
    const auto* table = node.as_table();
    if (!table) {
        notes_.mistake(node.source(), key, "must be a table", R"(write { Authorization = "Bearer ${KEY}" })");
        return;
    }
    for (const auto& [name, value] : *table) {
        const std::string header(name.str());
        auto shown = key;
        shown.append(1, '.').append(header);
        if (!is_token(header)) {
            notes_.mistake(name.source(), shown, "not a header name", "use letters, digits and -");
        } else if (is_reserved(header)) {
            notes_.mistake(name.source(), shown, "is set by weir itself", "remove it");
        } else if (auto text = read_string(notes_, environment_, shown, value)) {
            if (printable(*text)) {
                out.headers.emplace_back(header, std::move(*text));
            } else {
                notes_.mistake(value.source(), shown, "holds control characters",
                               "remove line ends and the like");
            }
        }
    }
}

void NodeReader::read_file(const toml::node& node, const std::string& key, std::string& out) {
    auto path = read_string(notes_, environment_, key, node);
    if (!path) return;
    if (access(path->c_str(), R_OK) != 0) {
        notes_.mistake(node.source(), key, "file cannot be read", "name a PEM file");
        return;
    }
    out = std::move(*path);
}

/// The files are used as they will be at the start: what is wrong with them shows here.
void NodeReader::check_tls(const toml::table& fields, const std::string& table, const NodeConfig& node) {
    const auto* cert = fields.get("client_cert");
    const auto* key = fields.get("client_key");
    if (!cert != !key) {
        notes_.mistake((cert ? cert : key)->source(), table + (cert ? ".client_key" : ".client_cert"),
                       "missing", "client_cert and client_key go together");
        return;
    }
    if (cert && (node.client_cert.empty() || node.client_key.empty())) return; // said already
    if (!cert && node.ca_file.empty()) return;
    const auto tls =
        net::make_client_tls({node.ca_file, !node.insecure_skip_verify, node.client_cert, node.client_key});
    if (tls) return;
    const bool about_ca = tls.error().starts_with("ca_file");
    notes_.mistake((about_ca ? fields.get("ca_file") : cert)->source(),
                   table + (about_ca ? ".ca_file" : ".client_cert"), tls.error(),
                   about_ca ? "name a PEM file of certificates"
                            : "name a PEM certificate chain and its private key, without a passphrase");
}

} // namespace weir::config
