#include "upstream/upgrade.hpp"

#include "net/http_head.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/websocket/error.hpp>

namespace weir::upstream {

namespace asio = net::asio;
namespace websocket = net::websocket;

std::string words_of(net::error_code ec, const websocket::close_reason& closed) {
    if (ec == websocket::error::closed) {
        return closed.code == websocket::close_code::none
                   ? "closed by the node"
                   : "closed by the node, code " + std::to_string(closed.code);
    }
    if (ec == websocket::error::message_too_big) return "a message is larger than the limit";
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated) return "connection closed";
    if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe) return "connection reset";
    return ec.message();
}

void add_upgrade_headers(websocket::request_type& request, const Endpoint& endpoint) {
    request.set(net::http::field::user_agent, "weir");
    for (const auto& [name, value] : endpoint.headers) {
        if (net::same_field_name(name, "Host")) {
            request.set(name, value);
        } else {
            request.insert(name, value);
        }
    }
}

} // namespace weir::upstream
