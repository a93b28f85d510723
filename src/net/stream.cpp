#include "net/stream.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <memory>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <vector>

namespace weir::net {

std::uint64_t acknowledged_bytes_of(int descriptor); // tcp_info.cpp
bool peer_has_ended(int descriptor);                 // likewise
bool is_unacknowledged(int descriptor);              // likewise

std::uint64_t Stream::acknowledged_bytes() {
    return acknowledged_bytes_of(socket_.native_handle());
}

asio::ip::address Stream::peer_address() const {
    error_code ec;
    const auto endpoint = socket_.remote_endpoint(ec);
    return ec ? asio::ip::address() : endpoint.address();
}

bool Stream::peer_has_ended() {
    return net::peer_has_ended(socket_.native_handle());
}

void Stream::notice_dead_peers() {
    error_code ignored;
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    // A flow that a firewall has forgotten ends after 19 s of silence, not after two hours (RFC 9293 §3.8.4).
    using Option = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    using Count = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
    socket_.set_option(Option(10), ignored);
    socket_.set_option(Interval(3), ignored);
    socket_.set_option(Count(3), ignored);
}

bool Stream::is_unacknowledged() {
    return net::is_unacknowledged(socket_.native_handle());
}

Task<error_code> Stream::tls_connect(asio::ssl::context& context, const std::string& host, bool verify) {
    tls_ = std::make_unique<Tls>(transport_, context);
    error_code literal;
    asio::ip::make_address(host, literal);
    // SNI carries names only (RFC 6066 §3).
    if (literal && SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str()) != 1) {
        co_return asio::error::invalid_argument;
    }
    error_code ec;
    if (verify) {
        asio::ssl::host_name_verification check(host);
        tls_->set_verify_mode(asio::ssl::verify_peer, ec);
        tls_->set_verify_callback(check, ec);
    } else {
        tls_->set_verify_mode(asio::ssl::verify_none, ec);
    }
    if (ec) co_return ec;
    auto [handshake] = co_await tls_->async_handshake(asio::ssl::stream_base::client, use_task);
    co_return handshake;
}

Task<error_code> Stream::tls_accept(asio::ssl::context& context) {
    tls_ = std::make_unique<Tls>(transport_, context);
    auto [handshake] = co_await tls_->async_handshake(asio::ssl::stream_base::server, use_task);
    co_return handshake;
}

bool Stream::has_unread() {
    char byte = 0;
    // Zero is the end of the stream, an error its end too; only "nothing yet" is silence.
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

bool Stream::holds_part_of_a_record() {
    return SSL_has_pending(tls_->native_handle()) != 0;
}

namespace {

/// What is left of a scatter list after its first `done` bytes.
std::vector<asio::const_buffer> rest_of(std::span<const asio::const_buffer> buffers, std::size_t done) {
    std::vector<asio::const_buffer> rest;
    for (const auto& buffer : buffers) {
        if (done >= buffer.size()) {
            done -= buffer.size();
            continue;
        }
        rest.push_back(buffer + done);
        done = 0;
    }
    return rest;
}

} // namespace

std::size_t Stream::write_now(std::span<const asio::const_buffer> buffers, error_code& ec) {
    ec = {};
    if (tls_) return 0;
    const auto done = socket_.write_some(buffers, ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) ec = {};
    return done;
}

Task<error_code> Stream::write_rest(std::span<const asio::const_buffer> buffers, std::size_t done,
                                    Deadline* stall, milliseconds patience) {
    const std::size_t total = asio::buffer_size(buffers);
    while (done < total) {
        if (stall) stall->set(patience);
        const auto rest = rest_of(buffers, done);
        auto [write_error, n] = co_await async_write_some(rest, use_task);
        if (write_error) co_return write_error;
        done += n;
    }
    co_return error_code{};
}

void Stream::try_write(std::string_view text) {
    if (tls_) return; // a TLS record may need more than one step
    error_code ignored;
    socket_.write_some(asio::buffer(text.data(), text.size()), ignored);
}

Task<> Stream::finish(milliseconds patience) {
    if (!socket_.is_open()) co_return;
    Timer timer(socket_.get_executor());
    timer.expires_after(patience);
    // Fired already, its handler may run after the end of this, when there may be no stream any more.
    const auto over = std::make_shared<bool>(false);
    timer.async_wait([this, over](error_code ec) {
        if (!ec && !*over) close();
    });
    if (tls_) co_await tls_->async_shutdown(use_task);
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    std::array<char, 4096> dropped;
    for (;;) {
        auto [ec, n] = co_await socket_.async_read_some(asio::buffer(dropped), use_task);
        if (ec) break;
    }
    *over = true;
    timer.cancel();
    close();
}

void Stream::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Stream::reset_on_close() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
}

} // namespace weir::net
