#include "el/answer_text.hpp"

#include "chain/byte_order_mark.hpp"
#include "net/inflate.hpp"

namespace weir::el {

void read_answer(const forward::Received& received, std::size_t limit, AnswerText& out) {
    out.text = chain::without_mark(received.body, received.complete);
    out.complete = received.complete;
    out.readable = true;
    const auto coding = received.head.find(net::http::field::content_encoding);
    if (!coding || coding->empty() || net::same_field_name(*coding, "identity")) return;
    bool ended = false;
    auto inflated = net::inflate_prefix(received.body, limit, ended);
    if (!inflated) {
        // An empty beginning says nothing yet; anything else is a coding nobody asked for.
        out.readable = received.body.empty() && !received.complete;
        out.text = {};
        return;
    }
    out.inflated = std::move(*inflated);
    out.complete = received.complete && ended;
    out.text = chain::without_mark(out.inflated, out.complete);
}

std::string_view readable_encodings(const net::Head& client) {
    const auto accepted = client.find(net::http::field::accept_encoding);
    if (!accepted) return {};
    const auto at = accepted->find("gzip");
    if (at == std::string_view::npos) return {};
    // "gzip;q=0" is a refusal (RFC 9110 §12.5.3).
    const auto rest = accepted->substr(at + 4, 8);
    return rest.starts_with(";q=0") && !rest.starts_with(";q=0.") ? std::string_view{}
                                                                  : std::string_view("gzip");
}

} // namespace weir::el
