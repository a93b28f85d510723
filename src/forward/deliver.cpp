#include "forward/deliver.hpp"

#include "chain/answer_id.hpp"
#include "forward/answer_head.hpp"
#include "upstream/secrets.hpp"

#include <array>
#include <charconv>

namespace weir::forward {

using net::Framing;
using net::Task;
using upstream::Failure;
namespace asio = net::asio;

namespace {

/// Status line, the node's lines, then how the body is framed towards this client.
void build_head(std::string& out, const Outcome& outcome, net::ServerConnection& client, Framing framing,
                std::uint64_t length, bool has_body) {
    const auto& node = outcome.lease;
    const auto& answer = node->head();
    const auto status = outcome.status();
    out.assign("HTTP/1.1 ")
        .append(std::to_string(status))
        .append(" ")
        .append(status == answer.status ? answer.reason : net::reason_phrase(status))
        .append("\r\n");
    append_end_to_end_fields(out, answer, node.endpoint());
    if (framing == Framing::length) {
        out.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
    } else if (framing == Framing::chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    } else if (!has_body && status != 204) { // that has none (RFC 9110 §8.6)
        // Answers to HEAD and 304s say how long the body would have been.
        if (const auto would_be = answer.find(net::http::field::content_length)) {
            out.append("Content-Length: ").append(*would_be).append("\r\n");
        } else if (answer.status != 304 && client.head().method != "HEAD") {
            out.append("Content-Length: 0\r\n");
        }
    }
    out.append(client.policy_lines()).append(client.connection_header()).append("\r\n");
}

/// "1f4\r\n"; returns the view into `buffer`.
std::string_view chunk_size(std::array<char, 20>& buffer, std::size_t size) {
    auto [end, error] = std::to_chars(buffer.data(), buffer.data() + 16, size, 16);
    *end++ = '\r';
    *end++ = '\n';
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

class BodyWriter {
  public:
    BodyWriter(net::ServerConnection& client, Framing framing)
        : client_(client)
        , framing_(framing) {}

    /// `head`: sent together with the first piece. `last`: the body ends with this piece.
    Task<bool> write(std::string_view head, std::string_view piece, bool last) {
        std::array<char, 20> size_line;
        std::array<asio::const_buffer, 5> buffers;
        std::size_t n = 0;
        const auto add = [&](std::string_view text) {
            if (!text.empty()) buffers[n++] = asio::buffer(text.data(), text.size());
        };
        add(head);
        if (framing_ == Framing::chunked) {
            if (!piece.empty()) {
                add(chunk_size(size_line, piece.size()));
                add(piece);
                add("\r\n");
            }
            if (last) add("0\r\n\r\n");
        } else {
            add(piece);
        }
        if (n == 0) co_return true;
        co_return co_await client_.send(std::span<const asio::const_buffer>(buffers.data(), n));
    }

  private:
    net::ServerConnection& client_;
    Framing framing_;
};

/// An event stream may be silent for long: without a look at the client's side, one whose client has left
/// would stay for ever. Its end, or a reset, cuts the node's connection off, which ends the relay.
class AbandonmentWatch {
    static constexpr std::chrono::seconds between_looks{1};

  public:
    AbandonmentWatch(net::ServerConnection& client, upstream::Connection& node)
        : state_(std::make_shared<State>(client, node)) {
        wait(state_);
    }
    AbandonmentWatch(const AbandonmentWatch&) = delete;
    AbandonmentWatch& operator=(const AbandonmentWatch&) = delete;
    ~AbandonmentWatch() {
        state_->client->stream().cancel();
        state_->timer.cancel();
        state_->client = nullptr;
    }

  private:
    struct State {
        State(net::ServerConnection& client_in, upstream::Connection& node_in)
            : client(&client_in)
            , node(&node_in)
            , timer(client_in.stream().get_executor()) {}
        net::ServerConnection* client;
        upstream::Connection* node;
        net::Timer timer;
    };
    static void wait(const std::shared_ptr<State>& state) {
        state->client->stream().socket().async_wait(net::Socket::wait_read, [state](net::error_code ec) {
            if (!ec) look(state);
        });
    }
    /// Unread bytes are a next, pipelined request or the goodbye of TLS, and hide the end that may follow
    /// them.
    static void look(const std::shared_ptr<State>& state) {
        if (!state->client) return;
        if (state->client->stream().peer_has_ended()) {
            state->node->close();
            return;
        }
        state->timer.expires_after(between_looks);
        state->timer.async_wait([state](net::error_code ec) {
            if (!ec) look(state);
        });
    }
    std::shared_ptr<State> state_;
};

} // namespace

void append_end_to_end_fields(std::string& out, const net::Head& head, const upstream::Endpoint& endpoint) {
    constexpr std::string_view policy = "Access-Control-";
    for (const auto& field : head.fields()) {
        if (field.id == net::http::field::content_length || head.is_hop_by_hop(field)) continue;
        if (net::same_field_name(field.name.substr(0, policy.size()), policy)) continue;
        if (!endpoint.secrets.empty() && upstream::holds_any(field.value, endpoint.secrets)) continue;
        out.append(field.name).append(": ").append(field.value).append("\r\n");
    }
}

namespace {

/// The client must not take what has come for an answer.
void break_off(net::ServerConnection& client, upstream::Connection& node, Framing framing) {
    client.last_request();
    node.close();
    // Where only the connection's end ends the body, a plain end would say that it is whole.
    if (framing == Framing::until_close) {
        client.stream().reset_on_close();
        client.stream().close();
    }
}

} // namespace

Task<Delivery> deliver_answer(net::ServerConnection& client, Outcome& outcome,
                              net::milliseconds between_pieces) {
    auto& node = *outcome.lease;
    const auto& answer = node.head();
    const bool has_body = answer.framing != Framing::none;
    Framing framing = Framing::none;
    std::uint64_t length = 0;
    if (has_body && outcome.complete) {
        framing = Framing::length;
        length = outcome.body().size();
    } else if (answer.framing == Framing::length) {
        framing = Framing::length;
        length = answer.content_length - outcome.no_part_of_it;
    } else if (has_body) {
        // Chunked or until the node closes: chunked to HTTP/1.1, until we close to HTTP/1.0.
        framing = client.head().version >= 11 ? Framing::chunked : Framing::until_close;
        if (framing == Framing::until_close) client.last_request();
    }
    std::string& head = node.request_head; // the request is answered: its scratch is free
    build_head(head, outcome, client, framing, length, has_body);
    BodyWriter writer(client, framing);
    if (!co_await writer.write(head, outcome.body(), outcome.complete)) {
        node.close();
        co_return Delivery::client_gone;
    }
    chain::AnswerTail end;
    if (!outcome.awaited_id.empty()) end.add(outcome.body());
    std::optional<AbandonmentWatch> watch;
    if (!outcome.complete && between_pieces.count() == 0) watch.emplace(client, node);
    while (!outcome.complete) {
        if (between_pieces.count() != 0) {
            node.set_deadline(net::Clock::now() + between_pieces);
        } else {
            node.clear_deadline();
        }
        std::string_view piece;
        const auto failure = co_await node.read_piece(piece);
        node.clear_deadline(); // the client's pace is not the node's fault
        if (failure != Failure::none) {
            break_off(client, node, framing);
            co_return Delivery::cut_off;
        }
        outcome.complete = node.body_done();
        if (!outcome.awaited_id.empty()) {
            end.add(piece);
            if (outcome.complete && end.names_another(outcome.awaited_id)) {
                break_off(client, node, framing);
                co_return Delivery::foreign;
            }
        }
        if (!co_await writer.write({}, piece, outcome.complete)) {
            node.close();
            co_return Delivery::client_gone;
        }
    }
    node.clear_deadline();
    co_return Delivery::complete;
}

Task<Delivery> deliver_whole(net::ServerConnection& client, unsigned status, std::string_view header_lines,
                             std::string_view body) {
    std::string head = "HTTP/1.1 " + std::to_string(status) + ' ';
    head.append(net::reason_phrase(status)).append("\r\n").append(header_lines);
    // Without a body its length would be a lie about what GET gives (RFC 9110 §8.6).
    if (client.head().method != "HEAD" && status != 204 && status != 304)
        head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    head.append(client.policy_lines()).append(client.connection_header()).append("\r\n");
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head),
                                                    asio::buffer(body.data(), body.size())};
    const bool sent = co_await client.send(buffers);
    co_return sent ? Delivery::complete : Delivery::client_gone;
}

} // namespace weir::forward
