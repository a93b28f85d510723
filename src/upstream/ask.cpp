#include "upstream/ask.hpp"

#include "chain/answer_id.hpp"
#include "chain/byte_order_mark.hpp"
#include "net/growth.hpp"
#include "upstream/link_message.hpp"
#include "upstream/request_head.hpp"

#include <array>

namespace weir::upstream {

namespace {

std::string words(Failure failure) {
    switch (failure) {
    case Failure::refused:
        return "connection refused";
    case Failure::connect_failed:
        return "cannot connect";
    case Failure::reset:
        return "connection reset";
    case Failure::timed_out:
        return "timed out";
    case Failure::bad_answer:
        return "answer is not HTTP";
    case Failure::no_connection:
        return "no free connection";
    case Failure::none:
        break;
    }
    return "";
}

net::Task<Failure> exchange(Connection& connection, const Endpoint& endpoint, const Question& question,
                            Reply& reply) {
    const BodyFraming framing{question.body.empty() ? BodyFraming::Kind::none : BodyFraming::Kind::length,
                              question.body.size()};
    build_request_head(connection.request_head, endpoint, question.method, question.target, nullptr, framing);
    if (!question.body.empty()) {
        connection.request_head.resize(connection.request_head.size() - 2);
        connection.request_head.append("Content-Type: application/json\r\n\r\n");
    }
    const std::array<net::asio::const_buffer, 2> buffers{net::asio::buffer(connection.request_head),
                                                         net::asio::buffer(question.body)};
    if (const auto failure = co_await connection.send(buffers); failure != Failure::none) co_return failure;
    if (const auto failure = co_await connection.read_head(false); failure != Failure::none)
        co_return failure;
    reply.status = connection.head().status;
    reply.body.clear();
    for (;;) {
        std::string_view piece;
        if (const auto failure = co_await connection.read_piece(piece); failure != Failure::none)
            co_return failure;
        if (piece.empty()) {
            reply.body.erase(0, chain::mark_before(reply.body));
            co_return Failure::none;
        }
        if (!net::append_within(reply.body, piece, question.max_answer)) co_return Failure::bad_answer;
    }
}

} // namespace

Question rpc_question(std::string_view method, std::string_view params, std::uint64_t id) {
    thread_local std::uint64_t last_id = 0; // what one thread awaits must not be mixed up
    Question question;
    question.method = "POST";
    question.id = id != 0 ? id : ++last_id;
    question.body = call_text(question.id, method, params);
    return question;
}

net::Task<Reply> ask(Pool& pool, Addresses addresses, Question question, net::Clock::time_point at) {
    Reply reply;
    for (bool fresh = false;; fresh = true) {
        Pool::Lease lease;
        reply.failure = co_await pool.acquire(lease, addresses, at, {.fresh = fresh});
        if (reply.failure != Failure::none) {
            reply.explanation = words(reply.failure);
            if (reply.failure == Failure::connect_failed) reply.explanation += ": " + pool.explain();
            co_return reply;
        }
        const bool reused = lease.reused();
        reply.new_connection = !reused;
        reply.address = lease->address();
        lease->set_deadline(at);
        reply.failure = co_await exchange(*lease, pool.endpoint(), question, reply);
        if (reply.failure == Failure::none && question.id != 0 &&
            chain::names_another(reply.body, std::to_string(question.id))) {
            reply.failure = Failure::bad_answer;
            reply.explanation = "answered another call";
        }
        if (reply.failure == Failure::reset && reused && !lease->first_byte_seen()) continue;
        if (reply.failure == Failure::none) {
            lease->clear_deadline();
        } else {
            // Behind the node's other addresses, if it has any, there may be somebody who answers.
            if (reply.address) addresses->failed(*reply.address);
            lease->close();
            if (reply.explanation.empty()) reply.explanation = lease->explain();
            if (reply.explanation.empty()) reply.explanation = words(reply.failure);
        }
        co_return reply;
    }
}

} // namespace weir::upstream
