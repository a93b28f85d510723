#include "wire.hpp"

#include <boost/beast/http/status.hpp>
#include <zlib.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace simnode {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

/// Two periods long, so that any piece can be copied from it in one go.
template <bool Letters>
const std::string& pattern() {
    static const std::string text = [] {
        std::string out(2 * piece_size, '\0');
        std::uint32_t state = 1;
        for (std::size_t i = 0; i < piece_size; ++i) {
            state = state * 1664525U + 1013904223U;
            out[i] = static_cast<char>(Letters ? 'a' + (state >> 24) % 26 : state >> 24);
            out[i + piece_size] = out[i];
        }
        return out;
    }();
    return text;
}

bool has_no_body(unsigned status) {
    return status == 204 || status == 304;
}

} // namespace

void append_filler(std::string& out, BodyStream::Filler filler, std::uint64_t from, std::uint64_t to) {
    auto& text = filler == BodyStream::Filler::letters ? pattern<true>() : pattern<false>();
    while (from < to) {
        auto size = std::min<std::uint64_t>(to - from, piece_size);
        out.append(text, from % piece_size, size);
        from += size;
    }
}

std::string head_of(const Answer& answer, const Request& request) {
    namespace http = boost::beast::http;
    auto reason = http::obsolete_reason(http::int_to_status(answer.status));
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
    head.append(reason.data(), reason.size());
    head += "\r\n";
    if (!has_no_body(answer.status)) {
        if (!answer.content_type.empty()) (head += "Content-Type: ") += answer.content_type, head += "\r\n";
        if (answer.subscribe || (answer.stream && answer.stream->chunked))
            head += "Transfer-Encoding: chunked\r\n";
        else
            head += "Content-Length: " +
                    std::to_string(answer.stream ? answer.stream->size() : answer.body.size()) + "\r\n";
    }
    for (auto& [name, value] : answer.headers)
        head += name + ": " + value + "\r\n";
    if (answer.close || !request.keep_alive) head += "Connection: close\r\n";
    return head += "\r\n";
}

void compress(Answer& answer, const Request& request) {
    if (answer.stream || answer.body.empty() || !has_token(request.header("accept-encoding"), "gzip")) return;
    z_stream deflater{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&deflater, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib");
    auto size = static_cast<uLong>(answer.body.size());
    std::string out(deflateBound(&deflater, size), '\0');
    deflater.next_in = reinterpret_cast<Bytef*>(answer.body.data());
    deflater.avail_in = static_cast<uInt>(size);
    deflater.next_out = reinterpret_cast<Bytef*>(out.data());
    deflater.avail_out = static_cast<uInt>(out.size());
    deflate(&deflater, Z_FINISH);
    out.resize(deflater.total_out);
    deflateEnd(&deflater);
    answer.body = std::move(out);
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.headers.emplace_back("Vary", "Accept-Encoding");
}

bool StreamReader::read(std::string& out) {
    if (ended_) return false;
    auto size = stream_.size();
    std::string piece;
    auto& into = stream_.chunked ? piece : out;
    auto before = into.size();
    auto filler_size = stream_.to - stream_.from;
    if (read_ < stream_.prefix.size()) {
        into += stream_.prefix;
    } else if (auto filled = read_ - stream_.prefix.size(); filled < filler_size) {
        auto from = stream_.from + filled;
        append_filler(into, stream_.filler, from, std::min(stream_.to, from + piece_size));
    } else if (read_ < size) {
        into += stream_.suffix;
    }
    read_ += into.size() - before;
    ended_ = read_ == size;
    if (stream_.chunked) {
        if (!piece.empty()) out += chunk(piece);
        if (ended_) out += "0\r\n\r\n";
    }
    return true;
}

std::string chunk(std::string_view content) {
    char digits[16];
    auto end = std::to_chars(digits, digits + sizeof digits, content.size(), 16).ptr;
    std::string out(digits, end);
    out += "\r\n";
    out += content;
    return out += "\r\n";
}

} // namespace simnode
