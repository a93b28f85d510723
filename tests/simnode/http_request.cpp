#include "http_request.hpp"

#include <algorithm>
#include <charconv>

namespace simnode {
namespace {

constexpr std::size_t max_head = 256 * 1024; // tests send large headers on purpose

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) {
    auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool read_number(std::string_view text, int base, std::uint64_t& into) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

} // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool has_token(std::string_view field, std::string_view token) {
    while (!field.empty()) {
        auto comma = std::min(field.find(','), field.size());
        auto one = trimmed(field.substr(0, comma));
        if (same_name(trimmed(one.substr(0, one.find(';'))), token)) return true;
        field.remove_prefix(std::min(comma + 1, field.size()));
    }
    return false;
}

std::string_view Request::header(std::string_view name) const {
    for (auto& [field, value] : headers)
        if (same_name(field, name)) return value;
    return {};
}

std::string_view Request::query(std::string_view name) const {
    auto rest = target.substr(std::min(target.find('?'), target.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        auto end = std::min(rest.find('&'), rest.size());
        auto pair = rest.substr(0, end);
        if (pair.substr(0, pair.find('=')) == name)
            return pair.substr(std::min(name.size() + 1, pair.size()));
        rest.remove_prefix(end);
    }
    return {};
}

void RequestParser::reset() {
    state_ = State::head;
    head_size_ = position_ = 0;
    left_ = 0;
    head_at_ = nullptr;
    chunked_ = continue_ = false;
    chunks_.clear();
}

bool RequestParser::take_continue() {
    return std::exchange(continue_, false);
}

bool RequestParser::parse_head(std::string_view head) {
    request_.headers.clear();
    auto line_end = head.find("\r\n");
    auto line = head.substr(0, line_end);
    auto first = line.find(' '), last = line.rfind(' ');
    if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/1.")) return false;
    request_.method = line.substr(0, first);
    request_.target = line.substr(first + 1, last - first - 1);
    request_.keep_alive = line.back() != '0';

    for (head.remove_prefix(line_end + 2); head != "\r\n"; head.remove_prefix(line_end + 2)) {
        line_end = head.find("\r\n");
        line = head.substr(0, line_end);
        auto colon = line.find(':');
        if (colon == line.npos || colon == 0) return false;
        auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
        request_.headers.emplace_back(name, value);
        // The length tells most names apart before any character is compared.
        if (name.size() == 14 && same_name(name, "content-length")) {
            if (!read_number(value, 10, left_)) return false;
        } else if (name.size() == 17 && same_name(name, "transfer-encoding")) {
            chunked_ = has_token(value, "chunked");
        } else if (name.size() == 10 && same_name(name, "connection")) {
            if (has_token(value, "close")) request_.keep_alive = false;
            if (has_token(value, "keep-alive")) request_.keep_alive = true;
        } else if (name.size() == 6 && same_name(name, "expect")) {
            continue_ = same_name(value, "100-continue");
        }
    }
    return true;
}

RequestParser::Status RequestParser::parse(std::string_view buffer) {
    if (state_ == State::head) {
        auto end = buffer.find("\r\n\r\n", position_ < 3 ? 0 : position_ - 3);
        if (end == buffer.npos) {
            position_ = buffer.size();
            return buffer.size() > max_head ? Status::bad : Status::incomplete;
        }
        head_size_ = position_ = end + 4;
        if (!parse_head(buffer.substr(0, head_size_))) return Status::bad;
        head_at_ = buffer.data();
        state_ = chunked_ ? State::chunk_size : State::sized_body;
        if (!chunked_ && left_ <= buffer.size() - head_size_) continue_ = false;
    }
    if (chunked_) return parse_chunks(buffer);
    if (buffer.size() - head_size_ < left_) return Status::incomplete;
    position_ = head_size_ + left_;
    return finish(buffer);
}

RequestParser::Status RequestParser::parse_chunks(std::string_view buffer) {
    for (;;) {
        if (state_ == State::chunk_data) {
            if (buffer.size() - position_ < left_ + 2) return Status::incomplete;
            chunks_ += buffer.substr(position_, left_);
            position_ += left_ + 2;
            state_ = State::chunk_size;
        }
        auto end = buffer.find("\r\n", position_);
        if (end == buffer.npos) return Status::incomplete;
        auto line = buffer.substr(position_, end - position_);
        position_ = end + 2;
        if (state_ == State::trailers) {
            if (line.empty()) return finish(buffer);
            continue;
        }
        if (!read_number(trimmed(line.substr(0, line.find(';'))), 16, left_)) return Status::bad;
        state_ = left_ == 0 ? State::trailers : State::chunk_data;
    }
}

RequestParser::Status RequestParser::finish(std::string_view buffer) {
    // The buffer may have moved while the body came in; the views of the head must follow it.
    if (head_at_ != buffer.data()) {
        auto chunked = chunked_;
        auto length = left_;
        parse_head(buffer.substr(0, head_size_));
        chunked_ = chunked, left_ = length;
        continue_ = false;
    }
    request_.body = chunked_ ? std::string_view(chunks_) : buffer.substr(head_size_, left_);
    return Status::complete;
}

} // namespace simnode
