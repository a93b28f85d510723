#include "cl/call.hpp"

#include <array>
#include <charconv>

namespace weir::cl {

using chain::BeaconCall;
using net::Task;
using routing::Verdict;
using upstream::BodyFraming;
using upstream::Failure;
using BodyResult = net::ServerConnection::BodyResult;
namespace asio = net::asio;

namespace {

constexpr std::size_t hold_bytes = 64 * 1024;

Task<Failure> send_chunk(upstream::Connection& connection, std::string_view piece) {
    std::array<char, 20> line{};
    auto [end, error] = std::to_chars(line.data(), line.data() + 16, piece.size(), 16);
    *end++ = '\r';
    *end++ = '\n';
    const std::array<asio::const_buffer, 3> buffers{
        asio::buffer(line.data(), static_cast<std::size_t>(end - line.data())),
        asio::buffer(piece.data(), piece.size()), asio::buffer("\r\n", 2)};
    co_return co_await connection.send(buffers);
}

} // namespace

bool is_event_stream(const net::Head& answer) {
    const auto type = answer.find(net::http::field::content_type);
    return type && type->starts_with("text/event-stream");
}

bool is_json(const net::Head& answer) {
    const auto type = answer.find(net::http::field::content_type);
    return type && type->starts_with("application/json");
}

Call::Call(net::ServerConnection& client, std::string_view target, BeaconCall kind,
           forward::CallKind path_kind, const HeldBody& body, const config::Global& limits)
    : client_(client)
    , target_(target)
    , kind_(kind)
    , path_kind_(path_kind)
    , body_(body)
    , limits_(limits) {}

bool Call::fresh_connection() const {
    return kind_.kind == BeaconCall::Kind::other || !body_.whole;
}

bool Call::may_be_hedged() const {
    return kind_.kind != BeaconCall::Kind::publish && !fresh_connection();
}

/// Some nodes send a stream's head with its first event.
bool Call::open_ended() const {
    return target_.substr(0, target_.find('?')).ends_with("/v1/events");
}

Task<Failure> Call::send(const nodes::NodeStatus& node, upstream::Connection& connection) {
    upstream::build_request_head(connection.request_head, node.node->http, client_.head().method, target_,
                                 &client_.head(), body_.framing);
    if (body_.framing.kind == BodyFraming::Kind::chunked) {
        const std::array<asio::const_buffer, 1> head{asio::buffer(connection.request_head)};
        if (const auto failure = co_await connection.send(head); failure != Failure::none) co_return failure;
        if (!body_.bytes.empty()) {
            const auto failure = co_await send_chunk(connection, body_.bytes);
            if (failure != Failure::none) co_return failure;
        }
    } else {
        const std::array<asio::const_buffer, 2> buffers{asio::buffer(connection.request_head),
                                                        asio::buffer(body_.bytes.data(), body_.bytes.size())};
        if (const auto failure = co_await connection.send(buffers); failure != Failure::none)
            co_return failure;
    }
    if (body_.whole) co_return Failure::none;
    co_return co_await stream_rest(connection);
}

Task<Failure> Call::stream_rest(upstream::Connection& connection) {
    for (;;) {
        connection.clear_deadline(); // the client's pace is not the node's fault; it has its own limit
        std::string_view piece;
        streamed_ = true;
        body_result_ = co_await client_.read_body_piece(limits_.max_body_size, piece);
        if (body_result_ != BodyResult::ok) {
            connection.close(); // the node must not take a part for the whole
            co_return Failure::reset;
        }
        connection.set_deadline(net::Clock::now() + limits_.proxy_timeout);
        if (piece.empty()) break;
        Failure failure = Failure::none;
        if (body_.framing.kind == BodyFraming::Kind::chunked) {
            failure = co_await send_chunk(connection, piece);
        } else {
            const std::array<asio::const_buffer, 1> buffers{asio::buffer(piece.data(), piece.size())};
            failure = co_await connection.send(buffers);
        }
        if (failure != Failure::none) co_return failure;
        if (client_.body_done()) break;
    }
    if (body_.framing.kind != BodyFraming::Kind::chunked) co_return Failure::none;
    const std::array<asio::const_buffer, 1> last{asio::buffer("0\r\n\r\n", 5)};
    co_return co_await connection.send(last);
}

Verdict Call::judge(const forward::Received& received) {
    const Verdict verdict = routing::judge_cl({static_cast<int>(received.head.status), kind_,
                                               received.node.head.value_or(0), received.best_other_head});
    return streamed_ ? Verdict{} : verdict;
}

Verdict Call::failed(routing::FailureKind kind, bool sent) {
    const bool once = streamed_ || kind_.kind == BeaconCall::Kind::other;
    return routing::judge_failure(kind, sent, once ? chain::Safety::once : chain::Safety::read);
}

std::size_t Call::hold_limit(const net::Head& answer) const {
    return is_event_stream(answer) ? 0 : hold_bytes;
}

} // namespace weir::cl
