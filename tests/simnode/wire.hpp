// Answers in the form in which they are sent.
#pragma once

#include "answer.hpp"

namespace simnode {

/// Status line and header fields, with the blank line.
std::string head_of(const Answer& answer, const Request& request);
/// Replaces the body with its compressed form, if the request allows that.
void compress(Answer& answer, const Request& request);

/// Appends bytes `from`…`to` of the endless pattern.
void append_filler(std::string& out, BodyStream::Filler filler, std::uint64_t from, std::uint64_t to);

/// Makes a BodyStream's bytes, chunk framing included, piece by piece.
class StreamReader {
  public:
    explicit StreamReader(BodyStream stream)
        : stream_(std::move(stream)) {}
    /// Appends the next piece; false when nothing is left.
    bool read(std::string& out);
    /// Of the content, framing not counted, what was read so far.
    std::uint64_t content_read() const { return read_; }
    std::uint64_t content_size() const { return stream_.size(); }
    Stats::Stream* record() const { return stream_.record.get(); }

  private:
    BodyStream stream_;
    std::uint64_t read_ = 0;
    bool ended_ = false;
};

/// One piece of a chunked body (RFC 9112 §7.1).
std::string chunk(std::string_view content);

} // namespace simnode
