// One HTTP/1.1 connection to a node, as its client: opens it, sends one request at a time, reads the
// answer's head and then its body piece by piece. One deadline covers whatever it is doing: when it
// fires the connection is closed, and every operation on it, pending or later, fails.
#pragma once

#include "net/deadline.hpp"
#include "net/http_head.hpp"
#include "net/stream.hpp"
#include "upstream/dial.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::upstream {

class Connection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    Connection(net::IoContext& io, net::DeadlineWheel& wheel);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Tries each address in turn until `at`. On failure explain() tells more.
    net::Task<Failure> open(const Endpoint& endpoint, const Addresses& addresses, net::Clock::time_point at);

    void set_deadline(net::Clock::time_point at) { deadline_.set(at); }
    void clear_deadline() { deadline_.clear(); }

    net::Task<Failure> send(std::span<const net::asio::const_buffer> buffers);
    /// The final answer's head; interim ones (1xx) are read over. `bodyless`: the request was a HEAD.
    net::Task<Failure> read_head(bool bodyless);
    const net::Head& head() const { return head_; }
    /// The next piece of the body; empty at its end. Valid until the next call.
    net::Task<Failure> read_piece(std::string_view& piece);
    /// Bytes of the body that came with the head, without waiting; may be empty before the end.
    Failure take_piece(std::string_view& piece);
    bool body_done() const { return parser_ && parser_->done(); }

    /// True when another request may follow on this connection.
    bool reusable() const;
    /// How long the node keeps it open while idle, if it said so (Keep-Alive: timeout=N).
    std::optional<net::milliseconds> announced_idle_timeout() const;
    /// Puts back what one exchange used.
    void reset();
    /// Cuts it off; pending operations fail.
    void close() { stream_.close(); }

    const std::string& explain() const { return explanation_; }
    bool first_byte_seen() const { return first_byte_seen_; }
    std::uint64_t bytes_in() const { return bytes_in_; }
    std::uint64_t bytes_out() const { return bytes_out_; }

    /// A hung node is found out by its health check, perhaps long before a request's time is up: what may be
    /// tried elsewhere and has seen no byte of an answer is then cut off. Set by who sends, for one exchange.
    void allow_interruption(bool allowed) { interruptible_ = allowed; }
    void interrupt() {
        if (!interruptible_ || first_byte_seen_) return;
        interrupted_ = true;
        close();
    }
    bool interrupted() const { return interrupted_; }

    std::string request_head; ///< scratch that keeps its memory from one request to the next
    std::string request_body; ///< the same, for who has to put one together; large ones go at reset()

  private:
    friend class Pool;
    net::Task<net::error_code> fill();
    Failure failure_of(net::error_code ec) const;

    net::Stream stream_;
    net::Deadline deadline_;
    boost::beast::flat_buffer in_;
    net::Head head_;
    std::optional<net::MessageParser<false>> parser_;
    std::string explanation_;
    std::size_t held_ = 0; ///< bytes of in_ that the last piece came from
    bool first_byte_seen_ = false;
    bool idle_ = false; ///< in its pool
    bool reused_ = false;
    bool interruptible_ = false;
    bool interrupted_ = false;
    class Pool* pool_ = nullptr;
    std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
};

} // namespace weir::upstream
