// Beast's WebSocket over net::Stream: what it needs to know of the stream.
#pragma once

#include "net/close_watch.hpp"
#include "net/stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>

namespace weir::net {

namespace websocket = boost::beast::websocket;

/// Without permessage-deflate: nodes are near, and it costs 349 KiB per pair of ends.
using PlainWebSocket = websocket::stream<Stream, false>;

/// What a read of a ClientStream calls: shows the bytes to the watch first.
template <class Buffers, class Handler>
struct WatchedRead {
    CloseWatch* watch;
    Buffers buffers;
    Handler handler;

    void operator()(error_code ec, std::size_t size) {
        std::size_t left = size;
        for (auto at = asio::buffer_sequence_begin(buffers);
             left != 0 && at != asio::buffer_sequence_end(buffers); ++at) {
            const asio::const_buffer piece(*at);
            const auto taken = std::min(left, piece.size());
            watch->read({static_cast<const char*>(piece.data()), taken});
            left -= taken;
        }
        std::move(handler)(ec, size);
    }
};

/// The stream that a client's HTTP connection owns, with an eye on its close frame.
class ClientStream {
  public:
    using executor_type = Executor;

    explicit ClientStream(Stream& stream)
        : stream_(stream) {}
    executor_type get_executor() { return stream_.get_executor(); }
    void close() { stream_.close(); }
    void allow_compression() { watch_.allow_compression(); }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        stream_.async_read_some(buffers, WatchedRead<Buffers, std::decay_t<Handler>>{
                                             &watch_, buffers, std::forward<Handler>(handler)});
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (const auto answer = close_answer(buffers)) {
            stream_.async_write_some(*answer, std::forward<Handler>(handler));
        } else {
            stream_.async_write_some(buffers, std::forward<Handler>(handler));
        }
    }

  private:
    /// The frame that goes out in the place of Beast's answer to the client's close frame.
    template <class Buffers>
    std::optional<asio::const_buffer> close_answer(const Buffers& buffers) {
        const auto& code = watch_.answer();
        if (!code || asio::buffer_size(buffers) != frame_.size()) return std::nullopt;
        std::array<unsigned char, 4> own{};
        asio::buffer_copy(asio::buffer(own), buffers);
        if (own[0] != 0x88 || own[1] != 2) return std::nullopt;
        const auto said = static_cast<unsigned>(own[2]) << 8 | own[3];
        if (said == bad_text || said == too_big)
            return std::nullopt; // about a message before the close frame
        frame_ = {own[0], own[1], static_cast<unsigned char>(*code >> 8), static_cast<unsigned char>(*code)};
        return asio::buffer(frame_);
    }

    static constexpr unsigned bad_text = 1007, too_big = 1009;

    Stream& stream_;
    CloseWatch watch_;
    std::array<unsigned char, 4> frame_{};
};

using ClientWebSocket = websocket::stream<ClientStream, true>;

/// Called by Beast when a WebSocket has ended. Whoever owns the stream closes it, within a time of its own:
/// Beast's way of waiting for a silent peer has no end.
template <class Handler>
void async_teardown(boost::beast::role_type, Stream& stream, Handler&& handler) {
    asio::post(stream.get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}

template <class Handler>
void async_teardown(boost::beast::role_type, ClientStream& stream, Handler&& handler) {
    asio::post(stream.get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}

/// Called by Beast's own timeouts.
inline void beast_close_socket(Stream& stream) {
    stream.close();
}
inline void beast_close_socket(ClientStream& stream) {
    stream.close();
}

} // namespace weir::net

/// What is bound to the handler (executor, allocator, cancellation) is that of the read.
template <template <class, class> class Associator, class Buffers, class Handler, class Default>
struct boost::asio::associator<Associator, weir::net::WatchedRead<Buffers, Handler>, Default>
    : Associator<Handler, Default> {
    using type = typename Associator<Handler, Default>::type;
    static type get(const weir::net::WatchedRead<Buffers, Handler>& read) noexcept {
        return Associator<Handler, Default>::get(read.handler);
    }
    static type get(const weir::net::WatchedRead<Buffers, Handler>& read, const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(read.handler, otherwise);
    }
};
