#include "net/http_head.hpp"

#include "net/origin.hpp"
#include "net/request_line.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <cstring>

namespace weir::net {

using boost::beast::iequals;

namespace {

constexpr std::size_t bare_status_line = std::string_view("HTTP/1.1 200").size();

std::string_view std_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool only_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The first of a list of lengths, which Beast has found to be equal (RFC 9110 §8.6).
std::string_view one_length(std::string_view list) {
    const auto end = list.find_first_of(", \t");
    return list.substr(0, end);
}

} // namespace

unsigned status_of(Refusal refusal) {
    switch (refusal) {
    case Refusal::too_large:
        return 431;
    case Refusal::transfer_coding:
        return 501;
    case Refusal::version:
        return 505;
    default:
        return 400;
    }
}

std::string_view words_of(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return "";
    case Refusal::malformed:
        return "malformed HTTP request";
    case Refusal::ambiguous:
        return "repeated Content-Length, Transfer-Encoding or Host";
    case Refusal::no_host:
        return "Host header missing";
    case Refusal::bad_host:
        return "Host must be a host name or an address, with a port or without";
    case Refusal::too_large:
        return "request head too large";
    case Refusal::transfer_coding:
        return "transfer coding not supported";
    case Refusal::version:
        return "HTTP version not supported";
    }
    return "";
}

Refusal refusal_of_first_line(std::string_view head) {
    switch (judge_request_line(head)) {
    case LineFault::none:
        break;
    case LineFault::malformed:
        return Refusal::malformed;
    case LineFault::version:
        return Refusal::version;
    }
    return Refusal::none;
}

bool same_field_name(std::string_view a, std::string_view b) {
    return iequals({a.data(), a.size()}, {b.data(), b.size()});
}

std::optional<std::size_t> find_head_end(std::string_view text, std::size_t& skipped) {
    skipped = 0;
    while (text.size() >= skipped + 2 && text[skipped] == '\r' && text[skipped + 1] == '\n')
        skipped += 2;
    if (skipped > 8) return std::nullopt;
    std::size_t line = skipped;
    while (line < text.size()) {
        const char first = text[line];
        if (first == ' ' || first == '\t') return std::nullopt; // obs-fold, or a line that begins with space
        const void* found = std::memchr(text.data() + line, '\n', text.size() - line);
        const auto end =
            found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : text.size();
        if (std::memchr(text.data() + line, '\0', end - line)) return std::nullopt;
        const void* cr = std::memchr(text.data() + line, '\r', end - line);
        if (cr && cr != text.data() + end - 1) return std::nullopt; // bare CR
        if (!found) return 0;
        if (!cr) return std::nullopt; // bare LF
        if (end == line + 1) return end + 1;
        line = end + 1;
    }
    return 0;
}

void Head::reset(std::string_view text) {
    text_.assign(text);
    fields_.clear();
    connection_ = {};
    method = target = authority = reason = {};
    status = 0;
    version = 11;
    keep_alive = true;
    expect_continue = upgrade = false;
    framing = Framing::none;
    content_length = 0;
}

std::optional<std::string_view> Head::find(http::field id) const {
    for (const auto& field : fields_) {
        if (field.id == id) return field.value;
    }
    return std::nullopt;
}

bool Head::is_hop_by_hop(const Field& field) const {
    switch (field.id) {
    case http::field::connection:
    case http::field::keep_alive:
    case http::field::proxy_connection:
    case http::field::proxy_authenticate:
    case http::field::proxy_authorization:
    case http::field::te:
    case http::field::trailer:
    case http::field::transfer_encoding:
    case http::field::upgrade:
        return true;
    default:
        break;
    }
    if (connection_.empty()) return false;
    const http::token_list named{boost::beast::string_view(connection_.data(), connection_.size())};
    return std::any_of(named.begin(), named.end(),
                       [&](auto token) { return same_field_name(std_view(token), field.name); });
}

template <bool IsRequest>
MessageParser<IsRequest>::MessageParser(Head& head, bool bodyless)
    : head_(head) {
    Base::header_limit(UINT32_MAX); // find_head_end()'s caller has the limit
    Base::body_limit(boost::none);
    Base::skip(bodyless);
}

template <bool IsRequest>
Refusal MessageParser<IsRequest>::parse_head(std::string_view text) {
    head_.reset(text);
    if constexpr (IsRequest) {
        if (const auto refusal = refusal_of_first_line(text); refusal != Refusal::none) return refusal;
    } else if (text.size() > bare_status_line && text[bare_status_line] == '\r') {
        // "HTTP/1.1 200" without the space that RFC 9112 §4 wants before an empty reason: many servers leave
        // it out, everybody reads it. Beast does not.
        head_.text_.insert(bare_status_line, 1, ' ');
    }
    error_code ec;
    Base::put(boost::asio::const_buffer(head_.text_.data(), head_.text_.size()), ec);
    if (ec == http::error::bad_version) return Refusal::version;
    if (ec || !Base::is_header_done()) return Refusal::malformed;
    Base::eager(true);
    if (refusal_ != Refusal::none) return refusal_;
    if (codings_ > 1) return Refusal::ambiguous;
    if constexpr (IsRequest) {
        // Transfer-Encoding is HTTP/1.1's; with 1.0 its framing is anyone's guess (RFC 9112 §6.1).
        if (codings_ > 0 && head_.version < 11) return Refusal::ambiguous;
        if (lengths_ > 1) return Refusal::ambiguous;
        return judge_host();
    }
    // Less is no status, and no interim one whose answer could be waited for (RFC 9110 §15).
    return IsRequest || head_.status >= 100 ? Refusal::none : Refusal::malformed;
}

/// RFC 9112 §3.2: one, which names a host. It may be empty only where the target has no host either.
template <bool IsRequest>
Refusal MessageParser<IsRequest>::judge_host() const {
    if (hosts_ > 1) return Refusal::ambiguous;
    if (hosts_ == 0 && head_.version == 11) return Refusal::no_host;
    const bool hostless = head_.target == "*" || head_.method == "CONNECT";
    if (hosts_ == 1 && !(host_.empty() && hostless) && !split_authority(host_)) return Refusal::bad_host;
    if (head_.authority.data() != host_.data() && !head_.authority.empty() &&
        !split_authority(head_.authority))
        return Refusal::bad_host;
    return Refusal::none;
}

template <bool IsRequest>
void MessageParser<IsRequest>::on_request_impl(http::verb, string_view method, string_view target,
                                               int version, error_code&) {
    head_.method = std_view(method);
    head_.version = version;
    const auto read = read_request_target(head_.method, std_view(target));
    if (!read) {
        refusal_ = Refusal::malformed;
        return;
    }
    head_.target = read->origin_form;
    head_.authority = read->authority;
}

template <bool IsRequest>
void MessageParser<IsRequest>::on_response_impl(int status, string_view reason, int version, error_code&) {
    head_.status = static_cast<unsigned>(status);
    head_.reason = std_view(reason);
    head_.version = version;
}

template <bool IsRequest>
void MessageParser<IsRequest>::on_field_impl(http::field id, string_view name, string_view value,
                                             error_code&) {
    Field field{id, std_view(name), std_view(value)};
    switch (id) {
    case http::field::content_length:
        ++lengths_;
        // What a client says twice is refused. Of a node it is taken, as one, where it is the same both
        // times.
        if constexpr (!IsRequest) {
            if (lengths_ > 1) return;
            field.value = one_length(field.value);
        }
        if (!only_digits(field.value)) refusal_ = Refusal::malformed;
        break;
    case http::field::transfer_encoding:
        ++codings_;
        if (!iequals(value, "chunked")) refusal_ = Refusal::transfer_coding;
        break;
    case http::field::host:
        ++hosts_;
        host_ = field.value;
        if (head_.authority.empty()) head_.authority = field.value;
        break;
    case http::field::connection:
        if (head_.connection_.empty()) {
            head_.connection_ = field.value;
        } else {
            head_.joined_.assign(head_.connection_).append(",").append(field.value);
            head_.connection_ = head_.joined_;
        }
        break;
    case http::field::expect:
        head_.expect_continue = iequals(value, "100-continue");
        break;
    default:
        break;
    }
    head_.fields_.push_back(field);
}

template <bool IsRequest>
void MessageParser<IsRequest>::on_header_impl(error_code&) {
    head_.keep_alive = Base::keep_alive();
    head_.upgrade = Base::upgrade();
    if (Base::is_done()) {
        head_.framing = Framing::none;
    } else if (Base::chunked()) {
        head_.framing = Framing::chunked;
        chunks_.emplace(IsRequest);
    } else if (const auto length = Base::content_length()) {
        head_.framing = Framing::length;
        head_.content_length = *length;
    } else {
        head_.framing = Framing::until_close;
    }
}

template <bool IsRequest>
std::size_t MessageParser<IsRequest>::on_body_impl(string_view body, error_code&) {
    write_ += body.size(); // no gaps: it is where it belongs
    return body.size();
}

template <bool IsRequest>
typename MessageParser<IsRequest>::Decoded MessageParser<IsRequest>::decode(char* input, std::size_t size) {
    Decoded decoded;
    write_ = input;
    if (chunks_) {
        // Chunk framing leaves gaps between the pieces; the pieces close up over them.
        decoded.consumed = chunks_->decode(input, size, write_);
        decoded.malformed = chunks_->malformed();
    } else if (size > 0 && !Base::is_done()) {
        error_code ec;
        decoded.consumed = Base::put(boost::asio::const_buffer(input, size), ec);
        decoded.malformed = ec && ec != http::error::need_more;
    }
    decoded.data = {input, static_cast<std::size_t>(write_ - input)};
    return decoded;
}

template <bool IsRequest>
bool MessageParser<IsRequest>::end_of_stream() {
    if (done()) return true;
    if (chunks_) return false;
    error_code ec;
    Base::put_eof(ec);
    return !ec;
}

template class MessageParser<true>;
template class MessageParser<false>;

} // namespace weir::net
