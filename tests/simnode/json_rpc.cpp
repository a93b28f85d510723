#include "json_rpc.hpp"

#include <boost/json/serialize.hpp>

namespace simnode {
namespace {

/// Walks over JSON that is known to be valid.
class Cursor {
  public:
    explicit Cursor(std::string_view text)
        : text_(text) {
        space();
    }

    bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }
    bool take(char c) {
        if (!at(c)) return false;
        ++position_;
        space();
        return true;
    }
    std::string_view value() {
        auto start = position_;
        if (at('"'))
            string();
        else if (at('{') || at('['))
            nested();
        else
            position_ = std::min(text_.find_first_of(",]} \t\r\n", position_), text_.size());
        auto out = text_.substr(start, position_ - start);
        space();
        return out;
    }

  private:
    void space() { position_ = std::min(text_.find_first_not_of(" \t\r\n", position_), text_.size()); }
    void string() {
        for (++position_; position_ < text_.size() && text_[position_] != '"'; ++position_)
            if (text_[position_] == '\\') ++position_;
        position_ = std::min(position_ + 1, text_.size());
    }
    void nested() {
        int depth = 0;
        do {
            if (at('"')) {
                string();
                continue;
            }
            if (at('{') || at('[')) ++depth;
            if (at('}') || at(']')) --depth;
            ++position_;
        } while (depth > 0 && position_ < text_.size());
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

/// The value of a member whose name stands exactly once, as a plain string or number.
std::string_view simple_member(std::string_view json, std::string_view quoted_name) {
    auto name = json.find(quoted_name);
    if (name == json.npos) return {};
    auto rest = json.substr(name + quoted_name.size());
    auto colon = rest.find_first_not_of(" \t");
    if (colon == rest.npos || rest[colon] != ':') return {};
    auto value = rest.find_first_not_of(" \t", colon + 1);
    if (value == rest.npos) return {};
    rest.remove_prefix(value);
    auto end = rest[0] == '"' ? rest.find('"', 1) : rest.find_first_of(",} \t\r\n");
    if (end == rest.npos) return {};
    return rest.substr(0, rest[0] == '"' ? end + 1 : end);
}

} // namespace

Call parse_call(std::string_view json) {
    Call call;
    Cursor cursor(json);
    if (!cursor.take('{')) return call;
    while (!cursor.at('}')) {
        auto name = cursor.value();
        if (!cursor.take(':')) return call;
        auto value = cursor.value();
        if (name == "\"id\"") call.id = value, call.has_id = true;
        if (name == "\"params\"") call.params = value;
        if (name == "\"method\"" && value.front() == '"') {
            call.method = value.substr(1, value.size() - 2);
            call.valid = true;
        }
        if (!cursor.take(',')) break;
    }
    return call;
}

std::optional<std::vector<std::string_view>> elements(std::string_view json) {
    Cursor cursor(json);
    if (!cursor.take('[')) return std::nullopt;
    std::vector<std::string_view> out;
    while (!cursor.at(']')) {
        out.push_back(cursor.value());
        if (!cursor.take(',')) break;
    }
    return out;
}

std::optional<Call> parse_simple_call(std::string_view json) {
    constexpr std::size_t longest = 256;
    if (json.size() > longest || !json.starts_with('{') || !json.ends_with('}')) return std::nullopt;
    // One brace pair, no escape: whatever looks like a member is one.
    if (json.find('{', 1) != json.npos || json.find('\\') != json.npos) return std::nullopt;
    auto method = simple_member(json, "\"method\""), id = simple_member(json, "\"id\"");
    if (method.size() < 2 || id.empty() || method.front() != '"' || id.front() == '[') return std::nullopt;
    auto params = json.find("\"params\"");
    if (params != json.npos && json.find("[]", params) == json.npos) return std::nullopt;
    Call call;
    call.id = id;
    call.method = method.substr(1, method.size() - 2);
    call.has_id = call.valid = true;
    return call;
}

void pad_quantities(std::string& json) {
    constexpr std::string_view before = "\"0x";
    constexpr std::size_t longest = 15; // of nonces, blooms and hashes every digit counts
    for (auto at = json.find(before); at != json.npos; at = json.find(before, at + 1)) {
        const auto begin = at + before.size(), end = json.find_first_not_of("0123456789abcdef", begin);
        if (end != json.npos && json[end] == '"' && end > begin && end - begin <= longest)
            json.insert(begin, "0");
    }
}

std::string result_text(std::string_view id, std::string_view result, bool id_last) {
    if (id_last) {
        std::string out = "{\"jsonrpc\":\"2.0\",\"result\":";
        ((out += result) += ",\"id\":") += id;
        return out += '}';
    }
    std::string out = "{\"jsonrpc\":\"2.0\",\"id\":";
    ((out += id) += ",\"result\":") += result;
    return out += '}';
}

std::string error_text(std::string_view id, std::int64_t code, std::string_view message,
                       const std::optional<std::string>& data) {
    std::string out = "{\"jsonrpc\":\"2.0\",\"id\":";
    ((out += id) += ",\"error\":{\"code\":") += std::to_string(code);
    (out += ",\"message\":") += quoted(message);
    if (data) (out += ",\"data\":") += *data;
    return out += "}}";
}

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(text));
}

} // namespace simnode
