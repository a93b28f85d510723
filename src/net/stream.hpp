// One byte stream to a client or a node: TCP, or TLS over TCP, behind one type, so that nothing above
// asks which it is. Models Beast's AsyncStream. Bound to its thread; not movable.
#pragma once

#include "net/deadline.hpp"
#include "net/io.hpp"
#include "net/race.hpp"
#include "net/tls_client.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace weir::net {

/// A read tries the kernel before it waits. Whether it found something at once shows in its buffer: the first
/// byte is set to NUL, with which neither an HTTP message nor a TLS record begins.
class FirstByte {
  public:
    void mark(asio::mutable_buffer buffer) {
        buffer_ = buffer;
        if (buffer.size() > 0) *static_cast<char*>(buffer.data()) = '\0';
    }
    bool untouched() const { return buffer_.size() > 0 && *static_cast<const char*>(buffer_.data()) == '\0'; }

  private:
    asio::mutable_buffer buffer_;
};

/// What TLS reads from and writes to: the socket, with an eye on whether a read found something at once.
class TlsTransport {
  public:
    using executor_type = Executor;
    using lowest_layer_type = Socket::lowest_layer_type;

    explicit TlsTransport(Socket& socket)
        : socket_(socket) {}
    executor_type get_executor() { return socket_.get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }
    /// The last read has found nothing, and waits.
    bool silent() const { return first_byte_.untouched(); }
    void forget_last_read() { first_byte_ = {}; }

    template <class Token>
    auto async_read_some(const asio::mutable_buffer& buffer, Token&& token) {
        first_byte_.mark(buffer); // an empty one: TLS had an answer without reading
        return socket_.async_read_some(buffer, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return socket_.async_write_some(buffers, std::forward<Token>(token));
    }

  private:
    Socket& socket_;
    FirstByte first_byte_;
};

class Stream {
  public:
    using executor_type = Executor;
    using Tls = asio::ssl::stream<TlsTransport&>;

    explicit Stream(Socket socket)
        : socket_(std::move(socket))
        , transport_(socket_) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    executor_type get_executor() { return socket_.get_executor(); }
    Socket& socket() { return socket_; }
    bool is_tls() const { return tls_ != nullptr; }

    /// To the first of these addresses that takes the connection; several are tried some time apart, see
    /// Race. close() ends it.
    Task<Connected> connect(std::span<const tcp::endpoint> order, milliseconds delay);
    /// As a client.
    Task<error_code> tls_connect(std::unique_ptr<TlsClient> client);
    /// The handshake went on from an earlier session.
    bool tls_resumed() { return tls_ && SSL_session_reused(tls_->native_handle()) == 1; }
    /// Why a connection to a node failed, in words, as far as TLS is to blame; empty: it is not.
    std::string explain_tls(error_code ec) const {
        return tls_client_ ? tls_client_->explain(ec) : std::string();
    }
    /// The node ended the connection before it brought an answer.
    void note_broken_tls() {
        if (tls_client_) tls_client_->broke();
    }
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

    /// Starts a read on a peer that has nothing to say, and whose next bytes are awaited much later. False
    /// when it is not silent after all: bytes were there, in the kernel or within TLS, decrypted or not, a
    /// record half come included. (An end of the stream shows only when the read completes.)
    template <class Handler>
    bool watch(asio::mutable_buffer buffer, Handler handler) {
        if (!tls_) {
            FirstByte first_byte;
            first_byte.mark(buffer);
            socket_.async_read_some(buffer, std::move(handler));
            return first_byte.untouched();
        }
        transport_.forget_last_read();
        tls_->async_read_some(buffer, std::move(handler));
        return transport_.silent() && !holds_part_of_a_record();
    }
    /// Asks the kernel: bytes, or an end, that the event loop has not told of yet.
    bool has_unread();

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
    /// While nothing is said, the kernel asks from time to time whether the other side is there.
    void notice_dead_peers();
    /// What was sent has been repeated by the kernel, and the other side's kernel has not confirmed it: the
    /// path, or the machine, is gone. A stopped process is not that.
    bool is_unacknowledged();
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
    bool holds_part_of_a_record();
    void forget_tls();

    Socket socket_;
    TlsTransport transport_;
    std::unique_ptr<TlsClient> tls_client_; ///< set for those to nodes
    std::unique_ptr<Tls> tls_;
    Race* race_ = nullptr; ///< while connect() tries several addresses
};

} // namespace weir::net
