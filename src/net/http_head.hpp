// The head of an HTTP/1.1 message: its lines kept as they came, so that they can be sent on as they
// came, and what weir must know of them. Parsing is Beast's basic_parser; on top of it weir refuses
// what two parsers could read in two ways (request smuggling): see Refusal. RFC 9110, RFC 9112.
#pragma once

#include "net/chunked.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::net {

namespace http = boost::beast::http;

struct Field {
    http::field id;
    std::string_view name;
    std::string_view value;
};

enum class Framing : std::uint8_t { none, length, chunked, until_close };

class Head {
  public:
    std::string_view method; ///< requests
    std::string_view target; ///< requests: origin form, whatever form the client used
    /// Requests: whom the client means. The absolute form's, which replaces Host (RFC 9112 §3.2.2), or
    /// Host's.
    std::string_view authority;
    unsigned status = 0;     ///< answers
    std::string_view reason; ///< answers
    int version = 11;
    bool keep_alive = true;
    bool expect_continue = false;
    bool upgrade = false;
    Framing framing = Framing::none;
    std::uint64_t content_length = 0; ///< with Framing::length

    const std::vector<Field>& fields() const { return fields_; }
    /// The first field of that name.
    std::optional<std::string_view> find(http::field id) const;

    /// True for a field that belongs to one connection and is never sent on (RFC 9110 §7.6.1): the listed
    /// ones, and those that the message's own Connection header names.
    bool is_hop_by_hop(const Field& field) const;

  private:
    template <bool>
    friend class MessageParser;

    void reset(std::string_view text);

    std::string text_; ///< owns what all views point into
    std::vector<Field> fields_;
    std::string_view connection_; ///< values of Connection; joined when repeated
    std::string joined_;
};

/// Why a head is refused. The client's are answered with status().
enum class Refusal : std::uint8_t {
    none,
    malformed,       ///< 400: a bad first line, bare LF, NUL, obs-fold, bad length, both framings …
    ambiguous,       ///< 400: repeated Content-Length or Transfer-Encoding, more than one Host
    no_host,         ///< 400: HTTP/1.1 without Host (RFC 9112 §3.2)
    bad_host,        ///< 400: it names no host, or the absolute form does not (RFC 9110 §7.2)
    too_large,       ///< 431
    transfer_coding, ///< 501: a transfer coding other than chunked
    version,         ///< 505
};
unsigned status_of(Refusal refusal);
std::string_view words_of(Refusal refusal);

/// Of a request whose first line is there, the rest or not.
Refusal refusal_of_first_line(std::string_view head);

/// Field names do not tell case apart (RFC 9110 §5.1).
bool same_field_name(std::string_view a, std::string_view b);

/// Where a head ends in `text`: its length with the empty line, 0 when it is not whole yet; nothing when
/// it can never become well-formed (bare LF or CR, obs-fold, NUL). Empty lines before a request are skipped
/// (RFC 9112 §2.2) and counted in `skipped`.
std::optional<std::size_t> find_head_end(std::string_view text, std::size_t& skipped);

/// One message: its head first, then its body, decoded piece by piece. Made anew for each message.
template <bool IsRequest>
class MessageParser : private http::basic_parser<IsRequest> {
    using Base = http::basic_parser<IsRequest>;

  public:
    /// `head` must outlive the parser. `bodyless`: an answer to HEAD.
    explicit MessageParser(Head& head, bool bodyless = false);

    /// `text` is a whole head, as find_head_end() found it. Fills the Head.
    Refusal parse_head(std::string_view text);

    struct Decoded {
        std::string_view data; ///< body bytes, moved together at the beginning of the input
        std::size_t consumed = 0;
        bool malformed = false;
    };
    /// Decodes as much body as the input holds, in place.
    Decoded decode(char* input, std::size_t size);
    /// The peer closed. True when that is a proper end of the message.
    bool end_of_stream();
    bool done() const { return chunks_ ? chunks_->done() : Base::is_done(); }
    /// Bytes of a chunk that have not come; none where the whole length is known.
    std::uint64_t announced() const { return chunks_ ? chunks_->announced() : 0; }

  private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(http::verb, string_view method, string_view target, int version,
                         error_code&) override;
    void on_response_impl(int status, string_view reason, int version, error_code&) override;
    void on_field_impl(http::field id, string_view name, string_view value, error_code&) override;
    void on_header_impl(error_code&) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    Refusal judge_host() const;

    Head& head_;
    std::optional<ChunkedDecoder> chunks_; ///< the body is in chunks: Beast reads the head alone
    Refusal refusal_ = Refusal::none;
    unsigned lengths_ = 0, codings_ = 0, hosts_ = 0;
    std::string_view host_;
    char* write_ = nullptr; ///< where the next decoded byte goes
};

extern template class MessageParser<true>;
extern template class MessageParser<false>;

} // namespace weir::net
