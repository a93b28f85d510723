#include "upstream/link_message.hpp"

#include "chain/json_members.hpp"

#include <charconv>

namespace weir::upstream {

namespace {

constexpr std::string_view no_result = R"({"code":-32603,"message":"the node's answer has no result"})";

/// Only what weir itself sends as an id is recognised.
bool read_id(std::string_view json, std::uint64_t& id) {
    const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), id);
    return error == std::errc{} && end == json.data() + json.size();
}

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
    const bool whole = chain::each_member(text, [&](std::string_view key, std::string_view value) {
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
        if (!read_id(id, message.id)) return message;
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

std::string call_text(std::uint64_t id, std::string_view method, std::string_view params) {
    std::string text = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)";
    append_quoted(text, method);
    text.append(R"(,"params":)").append(params).push_back('}');
    return text;
}

} // namespace weir::upstream
