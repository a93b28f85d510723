#include "upstream/link_message.hpp"

#include "chain/answer_id.hpp"
#include "chain/byte_order_mark.hpp"
#include "chain/json_members.hpp"

namespace weir::upstream {

namespace {

constexpr std::string_view no_result = R"({"code":-32603,"message":"the node's answer has no result"})";

void append_quoted(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
            out.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
            continue;
        }
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
}

} // namespace

LinkMessage read_link_message(std::string_view text) {
    std::string_view id, method, params, result, error;
    const bool whole =
        chain::each_member(chain::without_mark(text), [&](std::string_view key, std::string_view value) {
            if (key == "id") id = value;
            if (key == "method") method = chain::text_of(value);
            if (key == "params") params = value;
            if (key == "result") result = value;
            if (key == "error" && value != "null") error = value; // some servers send both
            return true;
        });
    LinkMessage message;
    if (!whole) return message;
    message.kind = LinkMessage::Kind::other;
    if (method.empty()) {
        if (id.empty() || id == "null") return message; // an error that a node could not tell the call of
        const auto own = chain::own_id(id);
        message.kind = LinkMessage::Kind::stranger;
        if (!own) return message;
        message.id = *own;
        message.kind =
            error.empty() && !result.empty() ? LinkMessage::Kind::result : LinkMessage::Kind::error;
        message.json = !error.empty() ? error : !result.empty() ? result : no_result;
        return message;
    }
    if (!method.ends_with("_subscription")) return message;
    chain::each_member(params, [&](std::string_view key, std::string_view value) {
        if (key == "subscription") message.subscription = value;
        if (key == "result") message.json = value;
        return true;
    });
    if (!message.subscription.empty() && !message.json.empty()) message.kind = LinkMessage::Kind::event;
    return message;
}

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at != end) {
        const unsigned char lead = *at++;
        if (lead < 0x80) continue;
        if (lead < 0xc2 || lead > 0xf4) return false;
        // The second byte's range keeps out overlong forms, surrogates and what lies past U+10FFFF.
        const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (at == end || *at < low || *at > high) return false;
        ++at;
        for (int more = lead < 0xe0 ? 0 : lead < 0xf0 ? 1 : 2; more > 0; --more) {
            if (at == end || (*at & 0xc0) != 0x80) return false;
            ++at;
        }
    }
    return true;
}

std::string_view why_unsendable(std::string_view text, std::size_t most_bytes) {
    if (text.size() > most_bytes) return R"({"code":-32600,"message":"the request is too large"})";
    if (!is_utf8(text)) return R"({"code":-32700,"message":"the request is not UTF-8"})";
    return {};
}

std::string call_text(std::uint64_t id, std::string_view method, std::string_view params) {
    std::string text = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)";
    append_quoted(text, method);
    text.append(R"(,"params":)").append(params).push_back('}');
    return text;
}

bool is_subscription_id(std::string_view json) {
    return !json.empty() && (json.front() == '"' || (json.front() >= '0' && json.front() <= '9'));
}

} // namespace weir::upstream
