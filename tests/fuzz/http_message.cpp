// A message's head and body from the wire: no bytes crash the parser, and what it makes of them does not
// depend on the pieces in which they come. Its first byte says whether it is a request or an answer, and how
// long the pieces are.
#include "fuzz.hpp"
#include "net/http_head.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace weir;
using net::Refusal;

struct Body {
    std::string bytes;
    std::string left;
    bool done = false, malformed = false;
    bool operator==(const Body&) const = default;
};

/// As a connection does: what was not consumed stays at the front of the buffer.
template <bool IsRequest>
Body decode(std::string_view head_text, std::string_view wire, std::size_t piece) {
    net::Head head;
    net::MessageParser<IsRequest> parser(head);
    CLAIM(parser.parse_head(head_text) == Refusal::none);
    Body body;
    std::string buffer;
    for (std::size_t from = 0; from < wire.size() && !body.malformed; from += piece) {
        buffer.append(wire.substr(from, piece));
        while (!buffer.empty() && !parser.done()) {
            const auto got = parser.decode(buffer.data(), buffer.size());
            CLAIM(got.consumed <= buffer.size() && got.data.size() <= got.consumed);
            body.bytes.append(got.data);
            buffer.erase(0, got.consumed);
            body.malformed = got.malformed;
            if (got.malformed || got.consumed == 0) break;
        }
    }
    body.left = buffer;
    body.done = parser.done();
    return body;
}

template <bool IsRequest>
void one_message(std::string_view text, std::size_t piece) {
    std::size_t skipped = 0;
    const auto end = net::find_head_end(text, skipped);
    for (std::size_t n = 0; n < std::min<std::size_t>(text.size(), 256); ++n) {
        std::size_t skipped_then = 0;
        const auto then = net::find_head_end(text.substr(0, n), skipped_then);
        // A beginning that cannot become well-formed does not; a head is found only when it is whole.
        CLAIM(then.has_value() || !end.has_value());
        if (then && *then != 0) CLAIM(end == then);
    }
    if (!end || *end == 0) return;
    CLAIM(skipped < *end && *end <= text.size());
    const auto head_text = text.substr(skipped, *end - skipped);
    net::Head head;
    net::MessageParser<IsRequest> parser(head);
    const auto refusal = parser.parse_head(head_text);
    if (refusal != Refusal::none) {
        CLAIM(net::status_of(refusal) >= 400 && !net::words_of(refusal).empty());
        return;
    }
    unsigned lengths = 0, codings = 0;
    for (const auto& field : head.fields()) {
        CLAIM(field.name.find_first_of(std::string_view(" \t\r\n\0:", 6)) == std::string_view::npos);
        CLAIM(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
        lengths += field.id == net::http::field::content_length;
        codings += field.id == net::http::field::transfer_encoding;
        (void)head.is_hop_by_hop(field);
    }
    CLAIM(lengths + codings <= 1); // never two ways to tell where the body ends
    if constexpr (IsRequest) CLAIM(head.framing != net::Framing::until_close);
    const auto wire = text.substr(*end);
    const auto whole = decode<IsRequest>(head_text, wire, std::max<std::size_t>(1, wire.size()));
    const auto pieces = decode<IsRequest>(head_text, wire, piece);
    CLAIM(whole.malformed == pieces.malformed);
    if (!whole.malformed) CLAIM(whole == pieces);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    const std::size_t piece = 1 + data[0] / 2 % 16;
    if (data[0] % 2 == 0) {
        one_message<true>(text, piece);
    } else {
        one_message<false>(text, piece);
    }
    return 0;
}
