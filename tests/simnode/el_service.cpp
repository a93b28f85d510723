#include "el_service.hpp"

#include "wire.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace simnode {
namespace {

constexpr std::string_view quick_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";

std::string_view content_type_of(std::string_view body) {
    if (body.starts_with('{') || body.starts_with('[')) return "application/json";
    return body.starts_with('<') ? "text/html" : "text/plain";
}

bool names_content_type(const Headers& headers) {
    for (auto& [name, value] : headers)
        if (same_name(name, "content-type")) return true;
    return false;
}

/// What of one call's effects concerns the message as a whole.
void add_to_message(Effects& message, const Effects& call) {
    message.hang |= call.hang;
    message.reset_before_answer |= call.reset_before_answer;
    message.executes_then_resets |= call.executes_then_resets;
    message.gzip |= call.gzip;
    message.delay_ms = std::max(message.delay_ms, call.delay_ms);
    if (call.drip) message.drip = call.drip;
    if (call.reset_after) message.reset_after = call.reset_after;
    if (call.truncate) message.truncate = call.truncate;
    if (call.late) message.late = call.late;
    if (call.verbatim) message.verbatim = call.verbatim;
    if (call.extra) message.extra = call.extra;
    if (call.status) message.status = call.status;
    if (call.not_json) message.not_json = call.not_json;
    if (call.error) message.error = call.error;
    message.marked |= call.marked;
}

/// Such a fault strikes before anything is done.
bool nothing_done(const Effects& effects) {
    return effects.hang || effects.reset_before_answer || effects.status;
}

bool valid_json(std::string_view text) {
    boost::json::error_code error;
    boost::json::parse({text.data(), text.size()}, error);
    return !error;
}

} // namespace

std::optional<Answer> replacement(const Effects& effects) {
    Answer answer;
    if (effects.status) {
        answer.status = effects.status->status;
        answer.body = effects.status->body;
        answer.headers = effects.status->headers;
    } else if (effects.not_json) {
        answer.body = *effects.not_json;
    } else {
        return std::nullopt;
    }
    answer.content_type = names_content_type(answer.headers) ? "" : content_type_of(answer.body);
    return answer;
}

bool ElService::quick(const Request& request, std::string& out) {
    if (request.method != "POST" || !faults_.none(Layer::el_http)) return false;
    auto call = parse_simple_call(request.body);
    if (!call) return false;
    std::uint64_t value;
    if (call->method == "eth_blockNumber") {
        value = node_.chain().head();
        ++stats_.block_numbers;
    } else if (call->method == "eth_chainId") {
        value = node_.chain_id();
        ++stats_.chain_ids;
    } else {
        return false;
    }
    ++stats_.el.requests;
    constexpr std::string_view before = "{\"jsonrpc\":\"2.0\",\"id\":", between = ",\"result\":\"",
                               after = "\"}";
    auto number = quantity(value);
    auto size = before.size() + call->id.size() + between.size() + number.size() + after.size();
    ((out += quick_head) += std::to_string(size)) += "\r\n\r\n";
    ((((out += before) += call->id) += between) += number) += after;
    return true;
}

Answer ElService::answer(const Request& request) {
    Answer answer;
    ++stats_.el.requests;
    if (request.method != "POST") {
        answer.status = request.method == "OPTIONS" ? 204 : 405;
        answer.headers.emplace_back("Allow", "POST, OPTIONS");
        return answer;
    }
    auto reply = this->reply(request.body, Layer::el_http, &request, nullptr);
    if (auto other = replacement(reply.effects))
        answer = std::move(*other);
    else
        answer.body = std::move(reply.text), answer.stream = std::move(reply.stream);
    if (reply.effects.error && reply.effects.error->status) answer.status = *reply.effects.error->status;
    if (reply.effects.marked && !answer.stream) answer.body.insert(0, byte_order_mark);
    answer.travel_as(reply.effects);
    return answer;
}

Reply ElService::reply(std::string_view message, Layer layer, const Request* request,
                       SessionMethods* session) {
    Reply reply;
    if (!valid_json(message)) {
        reply.effects = faults_.take(layer, "");
        reply.text = error_text("null", -32700, "parse error");
        return reply;
    }
    auto calls = elements(message);
    Source source{layer, request, session, calls.has_value()};
    if (!calls) {
        reply.text = answer_call(message, source, reply);
        return reply;
    }
    if (calls->empty()) {
        reply.text = error_text("null", -32600, "empty batch");
        return reply;
    }
    const auto of_batches = faults_.look(layer, "batch");
    if (of_batches.batch_limit && calls->size() > of_batches.batch_limit->calls) {
        const auto& limit = *of_batches.batch_limit;
        count(stats_.el.by_name, "refused_batch");
        reply.effects.error = limit.error;
        const auto first = parse_call(calls->front());
        reply.text = error_text(limit.names_first ? first.id : std::string_view("null"), limit.error.code,
                                limit.error.message);
        if (limit.in_array) reply.text = '[' + reply.text + ']';
        return reply;
    }
    if (of_batches.batch_reversed) std::reverse(calls->begin(), calls->end());
    for (auto& json : *calls) {
        auto one = answer_call(json, source, reply);
        if (!one.empty()) (reply.text += reply.text.empty() ? '[' : ',') += one;
    }
    if (reply.effects.extra) (reply.text += reply.text.empty() ? '[' : ',') += *reply.effects.extra;
    if (!reply.text.empty()) reply.text += ']';
    return reply;
}

std::string ElService::answer_call(std::string_view json, const Source& source, Reply& reply) {
    auto call = parse_call(json);
    if (!call.valid) return error_text(call.id, -32600, "invalid request");
    count(stats_.el.by_name, call.method);
    auto effects = faults_.take(source.layer, call.method);
    add_to_message(reply.effects, effects);
    if (nothing_done(effects)) return {};
    auto has_id = call.has_id;
    if (effects.id) call.id = *effects.id;
    auto out = perform(call, source, effects, reply);
    return has_id ? out : std::string();
}

std::string ElService::perform(const Call& call, const Source& source, const Effects& effects, Reply& reply) {
    if (effects.error)
        return error_text(call.id, effects.error->code, effects.error->message, effects.error->data);
    ElNode::Result result;
    try {
        if (effects.giant) {
            result.string_bytes = *effects.giant;
        } else {
            ElNode::Ask ask{call.method, call.params, effects, source.request};
            auto own = source.session ? source.session->call(call) : std::nullopt;
            if (!own) own = filters_.call(ask);
            if (own)
                result.json = std::move(*own);
            else
                result = node_.call(ask);
        }
    } catch (const RpcError& error) {
        return error_text(call.id, error.code, error.message);
    }
    if (effects.padded) pad_quantities(result.json);
    if (effects.null_result) return result_text(call.id, "null", effects.id_last);
    if (effects.empty_logs && call.method == "eth_getLogs")
        return result_text(call.id, "[]", effects.id_last);
    if (!result.string_bytes) return result_text(call.id, result.json, effects.id_last);
    if (source.request && !source.batch) {
        reply.stream.emplace();
        const std::string id = "\"id\":" + std::string(call.id);
        reply.stream->prefix = "{\"jsonrpc\":\"2.0\"," + (effects.id_last ? "" : id + ',') + "\"result\":\"";
        reply.stream->to = *result.string_bytes;
        reply.stream->suffix = effects.id_last ? "\"," + id + '}' : "\"}";
        reply.stream->filler = BodyStream::Filler::letters;
        reply.stream->record = stats_.begin_stream();
        return {};
    }
    std::string text = "\"";
    append_filler(text, BodyStream::Filler::letters, 0, *result.string_bytes);
    return result_text(call.id, text += '"', effects.id_last);
}

} // namespace simnode
