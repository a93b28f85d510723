#include "el/handshake.hpp"

#include "net/base64.hpp"

#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>

namespace weir::el {

namespace http = net::http;

namespace {

constexpr std::string_view upgrade_lines = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

boost::beast::string_view beast_view(std::string_view text) {
    return {text.data(), text.size()};
}

/// Among all lines of that name.
bool has_token(const net::Head& head, http::field id, std::string_view token) {
    return std::any_of(head.fields().begin(), head.fields().end(), [&](const net::Field& field) {
        return field.id == id && http::token_list{beast_view(field.value)}.exists(beast_view(token));
    });
}

/// The value of a line that must be there once.
std::optional<std::string_view> only_one(const net::Head& head, http::field id) {
    std::optional<std::string_view> found;
    for (const auto& field : head.fields()) {
        if (field.id != id) continue;
        if (found) return std::nullopt;
        found = field.value;
    }
    return found;
}

/// A nonce of 16 bytes in base64.
bool is_key(const std::optional<std::string_view>& key) {
    if (!key || key->size() != 24) return false;
    // Nothing may stand in the four bits behind the sixteenth byte (RFC 4648 §3.5).
    if (std::string_view("AQgw").find((*key)[21]) == std::string_view::npos) return false;
    const auto nonce = net::from_base64(*key);
    return nonce && nonce->size() == 16;
}

} // namespace

bool asks_for_websocket(const net::Head& head) {
    return head.method == "GET" && head.upgrade && has_token(head, http::field::upgrade, "websocket");
}

HandshakeFault judge_handshake(const net::Head& head) {
    if (!asks_for_websocket(head) || head.version < 11)
        return {426, "this path takes a WebSocket handshake (RFC 6455)", upgrade_lines};
    const auto version = only_one(head, http::field::sec_websocket_version);
    if (!version) return {400, "Sec-WebSocket-Version must be there, once", {}};
    if (*version != "13") // §4.2.2: the answer names what is spoken
        return {426, "Sec-WebSocket-Version must be 13",
                "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"};
    if (!is_key(only_one(head, http::field::sec_websocket_key)))
        return {400, "Sec-WebSocket-Key must be there, once, and 16 bytes in base64", {}};
    return {};
}

} // namespace weir::el
