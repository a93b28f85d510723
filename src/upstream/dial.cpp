#include "upstream/dial.hpp"

#include <openssl/ssl.h>

namespace weir::upstream {

using net::Clock;
using net::error_code;
using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

bool verifies(asio::ssl::context& context) {
    return (SSL_CTX_get_verify_mode(context.native_handle()) & SSL_VERIFY_PEER) != 0;
}

} // namespace

Task<Failure> dial(const Dialing& dialing, const Endpoint& endpoint, const Addresses& addresses,
                   Clock::time_point at) {
    auto& [stream, deadline, given_up, explanation] = dialing;
    if (!addresses || addresses->empty()) {
        explanation = "host name not resolved";
        co_return Failure::connect_failed;
    }
    error_code last;
    bool all_refused = true;
    std::size_t left = addresses->size();
    for (const auto& address : *addresses) {
        // Each address its share, so that a dead IPv6 route does not eat the time of the IPv4 one.
        const auto now = Clock::now();
        if (now >= at) break;
        deadline.set(now + (at - now) / static_cast<long>(left--));
        error_code ignored;
        stream.socket().close(ignored);
        stream.socket().open(address.protocol(), last);
        if (!last) {
            auto [ec] = co_await stream.socket().async_connect(address, use_task);
            last = deadline.expired() ? error_code(asio::error::timed_out) : ec;
        }
        if (given_up) last = asio::error::operation_aborted;
        if (!last || given_up) break;
        if (last != asio::error::connection_refused) all_refused = false;
    }
    if (last || !stream.is_open()) {
        deadline.clear();
        explanation = last == asio::error::timed_out ? "connect timed out" : last.message();
        if (last == boost::system::errc::too_many_files_open ||
            last == boost::system::errc::too_many_files_open_in_system)
            co_return Failure::no_connection; // ours, not the node's
        co_return all_refused ? Failure::refused : Failure::connect_failed;
    }
    error_code ignored;
    stream.socket().set_option(net::tcp::no_delay(true), ignored);
    stream.socket().set_option(asio::socket_base::keep_alive(true), ignored);
    stream.socket().non_blocking(true, ignored);
    if (endpoint.tls) {
        deadline.set(at);
        const auto ec =
            co_await stream.tls_connect(*endpoint.tls, endpoint.url.host, verifies(*endpoint.tls));
        if (ec || given_up || deadline.expired()) {
            explanation = "TLS: " + (deadline.expired() ? std::string("handshake timed out") : ec.message());
            stream.close();
            co_return Failure::connect_failed;
        }
    }
    deadline.clear();
    co_return Failure::none;
}

} // namespace weir::upstream
