// What a client says in its close frame, and what it is answered (RFC 6455 §5.5.1, §7.4). Beast answers 1002
// to everything that it finds wrong, and echoes codes that nobody may send. This looks on as the client's
// bytes come, however they are cut up, and knows the right code when Beast writes its own. It has none once a
// frame is not as §5 wants it: then Beast's code is about that frame, and what follows does not count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weir::net {

/// The code with which a close frame's payload, unmasked, is answered.
std::uint16_t answer_to_close(std::string_view payload);

class CloseWatch {
  public:
    /// Messages may have the bit of permessage-deflate (RFC 7692 §6).
    void allow_compression() { compression_ = true; }
    /// The next bytes that the client sent.
    void read(std::string_view bytes);
    /// The close frame has come: what it is answered with.
    const std::optional<std::uint16_t>& answer() const { return answer_; }

  private:
    static constexpr std::size_t longest_head = 14, longest_payload = 125;

    std::size_t head_size() const;
    bool is_well_formed() const;
    void begin_payload();

    std::array<unsigned char, longest_head> head_{};
    std::array<char, longest_payload> payload_{}; ///< of a close frame
    std::size_t head_read_ = 0, payload_read_ = 0;
    std::uint64_t left_ = 0; ///< of the payload
    bool compression_ = false;
    bool malformed_ = false;
    bool in_message_ = false; ///< between the first and the last frame of one
    bool in_payload_ = false;
    bool closes_ = false;
    std::optional<std::uint16_t> answer_;
};

} // namespace weir::net
