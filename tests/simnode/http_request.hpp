// Reads HTTP/1.1 requests out of a buffer (RFC 9112), without copying what need not be copied: Beast's
// parser allocates per field and would halve the rate at which simnode can answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simnode {

/// Views into the connection's buffer, valid while the request is being handled.
struct Request {
    std::string_view method, target, body;
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    bool keep_alive = true;

    /// The first field of that name, whatever its case; empty when there is none.
    std::string_view header(std::string_view name) const;
    std::string_view path() const { return target.substr(0, target.find('?')); }
    /// The value of a query parameter as it stands in the target, not decoded.
    std::string_view query(std::string_view name) const;
};

bool same_name(std::string_view a, std::string_view b);
/// Whether a comma-separated field holds a token, whatever its case.
bool has_token(std::string_view field, std::string_view token);

class RequestParser {
  public:
    enum class Status { incomplete, complete, bad };

    /// `buffer` begins with this request and only grows between calls.
    Status parse(std::string_view buffer);
    const Request& request() const { return request_; }
    /// The bytes of the buffer that the complete request took.
    std::size_t consumed() const { return position_; }
    /// True once, when the client waits for leave to send the body (RFC 9110 §10.1.1).
    bool take_continue();
    void reset();

  private:
    enum class State { head, sized_body, chunk_size, chunk_data, trailers };

    bool parse_head(std::string_view head);
    Status parse_chunks(std::string_view buffer);
    Status finish(std::string_view buffer);

    State state_ = State::head;
    Request request_;
    std::size_t head_size_ = 0;
    std::size_t position_ = 0; // up to where the buffer was understood
    std::uint64_t left_ = 0;   // of the body or the chunk
    const char* head_at_ = nullptr;
    bool chunked_ = false;
    bool continue_ = false;
    std::string chunks_;
};

} // namespace simnode
