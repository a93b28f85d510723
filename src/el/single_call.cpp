#include "el/single_call.hpp"

#include "chain/answer_id.hpp"
#include "chain/values.hpp"
#include "upstream/ask.hpp"
#include "upstream/request_head.hpp"

#include <algorithm>
#include <array>

namespace weir::el {

using net::Task;
using routing::Action;
using routing::Verdict;

namespace {

/// A result so short that its end could make it an empty one.
bool is_cut_short(const chain::Answer& answer, std::string_view text) {
    constexpr std::size_t longest_empty = 4;
    return answer.kind == chain::Answer::Kind::result && answer.result.size() <= longest_empty &&
           answer.result.data() + answer.result.size() == text.data() + text.size();
}

/// Held back until whole, or until this much has come: a node that dies within it can still be hidden.
constexpr std::size_t hold_bytes = 64 * 1024;

} // namespace

Task<upstream::Failure> send_json(const upstream::Endpoint& endpoint, const net::Head& client,
                                  std::string_view body, upstream::Connection& connection) {
    upstream::build_request_head(connection.request_head, endpoint, "POST", {}, &client,
                                 {upstream::BodyFraming::Kind::length, body.size()},
                                 readable_encodings(client));
    const std::array<net::asio::const_buffer, 2> buffers{net::asio::buffer(connection.request_head),
                                                         net::asio::buffer(body.data(), body.size())};
    co_return co_await connection.send(buffers);
}

SingleCall::SingleCall(forward::Context& context, const nodes::LayerView& layer, const net::Head& client,
                       std::string_view body, const chain::Call& call, const Question& question,
                       const CallHistory& history, std::string_view sent_id)
    : context_(context)
    , layer_(layer)
    , client_(client)
    , body_(body)
    , call_(call)
    , question_(question)
    , history_(history)
    , sent_id_(sent_id)
    , kind_(question.kind) {
    if (question.traits.safety == chain::Safety::raw_transaction) {
        hash_ = chain::raw_transaction_hash(call.params).value_or(std::string());
    }
}

Task<upstream::Failure> SingleCall::send(const nodes::NodeStatus& node, upstream::Connection& connection) {
    return send_json(node.node->http, client_, body_, connection);
}

Verdict SingleCall::judge(const forward::Received& received) {
    AnswerText answer;
    read_answer(received, hold_bytes, answer);
    awaits_id_ = false;
    if (!answer.readable) return {};
    // A notification has no answer to judge (JSON-RPC 2.0 §4.1).
    if (call_.id.empty() && received.head.status < 300) return {};
    const auto scanned = chain::scan_answer(answer.text, answer.complete);
    const bool named = !call_.id.empty();
    bool foreign = named && chain::names_another(scanned, sent_id_);
    if (named && scanned.kind == chain::Answer::Kind::result && scanned.id.empty()) {
        // Some nodes write it last.
        if (!received.last_look) return {Action::more, {}, false, false};
        foreign = answer.complete && chain::names_another(answer.text, sent_id_);
        awaits_id_ = !received.complete && answer.inflated.empty();
    }
    if (!foreign && !answer.complete && is_cut_short(scanned, answer.text))
        return {Action::more, {}, false, false};
    const auto judgement =
        judge_answer(question_, {layer_, context_.seen_heads, history_},
                     {scanned, answer.text, answer.complete, foreign, received.retry || history_.sent},
                     received, shortfall_);
    Verdict verdict = judgement.verdict;
    if (verdict.foreign) return verdict;
    told_ = judgement.told;
    if (hash_.empty() && (verdict.action == Action::answer_hash || verdict.action == Action::ask_for_hash))
        verdict.action = Action::deliver;
    const bool counts = verdict.action != Action::next || !passed_over_; // of those, the first is kept
    if (verdict.action == Action::next) {
        const bool lacked = verdict.reason == "no_method";
        lacked_by_first_ = passed_over_ ? lacked_by_first_ : lacked;
        lacked_by_all_ = lacked_by_all_ && lacked;
        passed_over_ = true;
        shortfall_.refused_by.push_back({received.node.node->id, received.node_head});
    }
    if (counts) error_class_ = verdict.error_class;
    if (verdict.error_class == chain::ErrorClass::no_method && verdict.action == Action::next)
        context_.lacks_method(received.node.node->id, question_.traits.index, net::Clock::now());
    return verdict;
}

Verdict SingleCall::failed(routing::FailureKind kind, bool sent) {
    return routing::judge_failure(kind, sent, question_.traits.safety);
}

std::size_t SingleCall::hold_limit(const net::Head&) const {
    return hold_bytes;
}

Task<bool> SingleCall::transaction_known(const nodes::NodeStatus& node, net::Clock::time_point at) {
    co_return co_await knows_transaction(context_, node, hash_, at);
}

Task<bool> knows_transaction(forward::Context& context, const nodes::NodeStatus& node, std::string_view hash,
                             net::Clock::time_point at) {
    auto question = upstream::rpc_question("eth_getTransactionByHash", R"([")" + std::string(hash) + R"("])");
    const auto reply =
        co_await upstream::ask(context.pool(*node.node), node.addresses, std::move(question), at);
    if (reply.failure != upstream::Failure::none) co_return false;
    const auto answer = chain::scan_answer(reply.body, true);
    co_return answer.kind == chain::Answer::Kind::result&& answer.result.starts_with('{');
}

} // namespace weir::el
