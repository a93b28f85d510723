// What waits to be sent to one WebSocket client, in order: answers of its calls and events of its
// subscriptions. One writer, since a WebSocket takes one message at a time; bounded in bytes. An event's text
// is shared by all who get it and never copied.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "net/websocket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir::el {

using SharedText = std::shared_ptr<const std::string>;

class Outbox {
  public:
    /// Who sends. Kept alive by every operation under way.
    class Owner {
      public:
        virtual std::shared_ptr<Owner> keep() = 0;
        /// More waits than may: the client does not read, or not fast enough.
        virtual void overflowed() = 0;
        /// An operation has ended, with this error if with one.
        virtual void wrote(net::error_code ec) = 0;

      protected:
        ~Owner() = default;
    };

    Outbox(Owner& owner, net::ClientWebSocket& socket, metrics::WorkerMetrics& metrics)
        : owner_(owner)
        , socket_(socket)
        , metrics_(metrics) {}
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox() { drop_waiting(); }

    /// The most bytes that may wait behind the message under way. One message is always taken when none
    /// waits: whoever asked for it must get it, however long it is.
    void set_limit(std::size_t bytes) { limit_ = bytes; }

    void push(std::string answer);
    /// prefix, result and "}}" make the message.
    void push(SharedText prefix, SharedText result);
    /// Sends a close frame behind what waits (RFC 6455 §7.4); nothing is taken any more.
    void close(net::websocket::close_reason reason);
    void drop_waiting();

    /// A message is on its way to the client's kernel.
    bool writing() const { return writing_; }
    /// An operation is under way that uses the socket.
    bool busy() const { return writing_ || closing_; }
    std::size_t waiting_bytes() const { return waiting_bytes_; }
    /// Those that the client's kernel has been given so far.
    std::uint64_t written_messages() const { return written_messages_; }

  private:
    struct Message {
        SharedText prefix, result;
        std::string answer;
        std::size_t size() const { return result ? prefix->size() + result->size() + 2 : answer.size(); }
    };
    void push(Message message);
    void pump();
    void write();

    Owner& owner_;
    net::ClientWebSocket& socket_;
    metrics::WorkerMetrics& metrics_;
    std::size_t limit_ = 0;
    std::vector<Message> waiting_; ///< those before next_ are gone
    std::size_t next_ = 0;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t written_messages_ = 0;
    Message current_;
    net::websocket::close_reason reason_;
    bool writing_ = false;
    bool closed_ = false;  ///< close() was called
    bool closing_ = false; ///< the close frame is on its way, or its answer
    bool close_sent_ = false;
};

} // namespace weir::el
