// One byte stream to a client or a node: TCP, or TLS over TCP, behind one type, so that nothing above
// asks which it is. Models Beast's AsyncStream. Bound to its thread; not movable.
#pragma once

#include "net/deadline.hpp"
#include "net/io.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace weir::net {

class Stream {
  public:
    using executor_type = Executor;
    using Tls = asio::ssl::stream<Socket&>;

    explicit Stream(Socket socket)
        : socket_(std::move(socket)) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    executor_type get_executor() { return socket_.get_executor(); }
    Socket& socket() { return socket_; }
    bool is_tls() const { return tls_ != nullptr; }

    /// As a client: SNI and, unless `verify` is off, the certificate's name are `host`.
    Task<error_code> tls_connect(asio::ssl::context& context, const std::string& host, bool verify);
    Task<error_code> tls_accept(asio::ssl::context& context);

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
        return socket_.async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
        return socket_.async_write_some(buffers, std::forward<Token>(token));
    }

    /// Writes what the kernel takes at once, and says how much that was: nearly always all of it, which saves
    /// a trip through the event loop. Over TLS nothing, since a record may need more than one step.
    std::size_t write_now(std::span<const asio::const_buffer> buffers, error_code& ec);
    /// Writes what follows the first `done` bytes. While it waits, `stall` (when given) is set anew to
    /// `patience` with every byte taken; its action must end the operation.
    Task<error_code> write_rest(std::span<const asio::const_buffer> buffers, std::size_t done,
                                Deadline* stall = nullptr, milliseconds patience = {});

    /// How many bytes the peer has acknowledged so far (Linux's TCP_INFO); 0 when that cannot be known. Tells
    /// a slow reader from a dead one.
    std::uint64_t acknowledged_bytes();
    /// The peer has closed its side or reset the connection, even where unread bytes come before that.
    bool peer_has_ended();
    /// 0.0.0.0 when the socket does not know any more.
    asio::ip::address peer_address() const;

    /// Non-blocking; what the kernel does not take at once is dropped. For a last word before closing.
    void try_write(std::string_view text);

    /// Says goodbye to the peer (FIN) and lets it finish: reads and drops what still comes for at most
    /// `patience`. Closing with unread bytes would reset the connection and could destroy the answer
    /// on its way (RFC 9112 §9.6).
    Task<> finish(milliseconds patience);

    /// Ends pending operations with an error; later ones fail at once.
    void close();
    void cancel() {
        error_code ignored;
        socket_.cancel(ignored);
    }
    bool is_open() const { return socket_.is_open(); }
    /// The next close() sends RST: the peer must not take a cut-off message for a whole one.
    void reset_on_close();

  private:
    Socket socket_;
    std::unique_ptr<Tls> tls_;
};

} // namespace weir::net
