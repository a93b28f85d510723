#include "el/outbox.hpp"

#include <array>
#include <utility>

namespace weir::el {

namespace asio = net::asio;

namespace {

constexpr std::string_view notification_end = "}}";
constexpr std::size_t kept_messages = 64; // room in the queue that an idle session keeps

} // namespace

void Outbox::push(std::string answer) {
    Message message;
    message.answer = std::move(answer);
    push(std::move(message));
}

void Outbox::push(SharedText prefix, SharedText result) {
    Message message;
    message.prefix = std::move(prefix);
    message.result = std::move(result);
    push(std::move(message));
}

void Outbox::push(Message message) {
    if (closed_) return;
    const auto size = message.size();
    if (next_ < waiting_.size() && waiting_bytes_ + size > limit_) {
        owner_.overflowed();
        return;
    }
    waiting_bytes_ += size;
    metrics_.ws_queued_bytes.add(static_cast<std::int64_t>(size));
    waiting_.push_back(std::move(message));
    pump();
}

void Outbox::close(net::websocket::close_reason reason) {
    if (std::exchange(closed_, true)) return;
    reason_ = reason;
    pump();
}

void Outbox::drop_waiting() {
    metrics_.ws_queued_bytes.sub(static_cast<std::int64_t>(waiting_bytes_));
    waiting_bytes_ = 0;
    std::vector<Message>().swap(waiting_);
    next_ = 0;
}

void Outbox::pump() {
    if (writing_) return;
    if (next_ < waiting_.size()) {
        write();
        return;
    }
    waiting_.clear();
    if (waiting_.capacity() > kept_messages) std::vector<Message>().swap(waiting_);
    next_ = 0;
    if (!closed_ || std::exchange(close_sent_, true)) return;
    closing_ = true;
    socket_.async_close(reason_, [this, keep = owner_.keep()](net::error_code ec) {
        closing_ = false;
        owner_.wrote(ec);
    });
}

void Outbox::write() {
    current_ = std::move(waiting_[next_++]);
    if (next_ > kept_messages && next_ > waiting_.size() / 2) {
        // A client that is always a little behind never lets the queue run empty.
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(next_));
        next_ = 0;
    }
    const auto size = current_.size();
    waiting_bytes_ -= size;
    metrics_.ws_queued_bytes.sub(static_cast<std::int64_t>(size));
    writing_ = true;
    const auto written = [this, keep = owner_.keep()](net::error_code ec, std::size_t bytes) {
        writing_ = false;
        current_ = {};
        metrics_.bytes_to_clients.add(bytes);
        if (!ec) {
            metrics_.ws_messages_out.add();
            ++written_messages_;
            pump();
        }
        owner_.wrote(ec);
    };
    if (current_.result) {
        const std::array<asio::const_buffer, 3> buffers{
            asio::buffer(*current_.prefix), asio::buffer(*current_.result), asio::buffer(notification_end)};
        socket_.async_write(buffers, written);
    } else {
        socket_.async_write(asio::buffer(current_.answer), written);
    }
}

} // namespace weir::el
