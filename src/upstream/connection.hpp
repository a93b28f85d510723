// One HTTP/1.1 connection to a node, as its client: opens it, sends one request at a time, reads the
// answer's head and then its body piece by piece. One deadline covers whatever it is doing: when it
// fires the connection is closed, and every operation on it, pending or later, fails.
//
// An HTTP/1.1 answer is known by nothing but its place in line: what a node says while nobody asked would be
// taken for the next request's answer. So the read that brings the next answer is started when the connection
// comes to rest, before it is asked for anything: what ends that read in between was not asked for. It costs
// nothing: a read tries the kernel first in any case, and in vain when it is started behind the request.
//
//   in use --- rest(): the answer is whole, nothing follows it ---> watched --- send(), read_head() ---> in
//   use
//                                                                      | bytes, or the end
//                                                                      v
//                                                                    ended
#pragma once

#include "net/deadline.hpp"
#include "net/http_head.hpp"
#include "net/op_memory.hpp"
#include "net/stream.hpp"
#include "upstream/dial.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::upstream {

struct Waiter;

class Connection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
      public boost::intrusive_ref_counter<Connection, boost::thread_unsafe_counter> {
  public:
    Connection(net::IoContext& io, net::DeadlineWheel& wheel);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Tries the addresses until `at`. On failure explain() tells more.
    net::Task<Failure> open(const Endpoint& endpoint, const Addresses& addresses,
                            const std::shared_ptr<net::TlsSessions>& sessions, net::Clock::time_point at);

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
    /// The answer is whole, and more than it has come.
    bool overfull() const { return body_done() && in_.size() > held_; }
    /// How long the node keeps it open while idle, if it said so (Keep-Alive: timeout=N).
    std::optional<net::milliseconds> announced_idle_timeout() const;
    /// The exchange is over: puts back what it used and watches the node from here on. False when the node
    /// has something to say already; then, and only then, the connection is of no more use.
    bool rest();
    /// At rest, and nothing has come. `ask_kernel`: the event loop is behind with its news.
    bool silent(bool ask_kernel) { return watch_ == Watch::on && !(ask_kernel && stream_.has_unread()); }
    /// Cuts it off; pending operations fail.
    void close() { stream_.close(); }

    /// Why it was not opened, or, as far as TLS is to blame, why it ended before the first answer.
    const std::string& explain() const { return explanation_; }
    bool is_tls() const { return stream_.is_tls(); }
    bool tls_resumed() { return stream_.tls_resumed(); }
    /// Whom it was opened to.
    const AddressPtr& address() const { return address_; }
    /// No further request is sent on it: its node is elsewhere now, or it has lived long enough.
    bool is_withdrawn() const { return address_ && (address_->withdrawn() || address_->shunned()); }
    bool is_old(net::Clock::time_point now) const { return now >= retires_at_; }
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
    /// The node's machine does not confirm what was sent: nothing will come on this connection any more.
    bool is_dead() { return asked_ && !first_byte_seen_ && stream_.is_unacknowledged(); }

    std::string request_head;     ///< scratch that keeps its memory from one request to the next
    Waiter* opened_for = nullptr; ///< while it is being opened; set by its pool
    std::string request_body;     ///< the same, for who has to put one together; large ones go at reset()

  private:
    friend class Pool;
    class Heard; ///< the end of the read that watches
    enum class Watch : std::uint8_t { off, on, over };
    using Reader = net::asio::async_result<net::asio::use_awaitable_t<net::Executor>, void()>::handler_type;

    /// Out of its pool for good: closed, and nothing of the pool's any more.
    void part();
    net::Task<net::error_code> fill();
    net::Task<> until_heard();
    void heard(net::error_code ec, std::size_t size);
    Failure failure_of(net::error_code ec);

    net::Stream stream_;
    net::Deadline deadline_;
    boost::beast::flat_buffer in_;
    net::Head head_;
    std::optional<net::MessageParser<false>> parser_;
    std::string explanation_;
    AddressPtr address_;
    net::Clock::time_point retires_at_ = net::Clock::time_point::max(); ///< set by its pool
    std::size_t held_ = 0; ///< bytes of in_ that the last piece came from
    bool first_byte_seen_ = false;
    Watch watch_ = Watch::off;
    net::error_code watch_error_;
    net::OpMemory watch_memory_;
    std::optional<Reader> reader_; ///< waits for the read that watches
    bool asked_ = false;           ///< the request is on its way
    bool idle_ = false;            ///< in its pool
    bool reused_ = false;
    bool interruptible_ = false;
    bool interrupted_ = false;
    bool proven_ = false; ///< it has brought an answer
    class Pool* pool_ = nullptr;
    net::Clock::time_point rests_since_{};
    std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
};

/// Shared by who uses it and by the read that watches it: what is closed lives until that has ended.
using ConnectionPtr = boost::intrusive_ptr<Connection>;

} // namespace weir::upstream
