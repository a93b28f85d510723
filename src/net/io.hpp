// The names of Asio that weir uses, bound to one concrete executor: a type-erased any_io_executor
// costs an allocation and an indirect call per operation.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>

namespace weir::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

using Clock = std::chrono::steady_clock;
using IoContext = asio::io_context;
using Executor = IoContext::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

template <class T = void>
using Task = asio::awaitable<T, Executor>;

/// co_await OP(…, use_task) gives a tuple whose first member is the error_code; nothing throws.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use_task{};

} // namespace weir::net
