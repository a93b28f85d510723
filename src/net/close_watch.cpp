#include "net/close_watch.hpp"

#include <algorithm>

namespace weir::net {

namespace {

constexpr std::uint16_t normal = 1000, protocol_error = 1002, bad_payload = 1007;

/// RFC 6455 §7.4.1, §7.4.2 and IANA's registry: what may be sent.
bool may_be_sent(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = first < 0xC2   ? 0
                                   : first < 0xE0 ? 2
                                   : first < 0xF0 ? 3
                                   : first < 0xF5 ? 4
                                                  : 0;
        if (length == 0 || text.size() - i < length) return false;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) return false;
        for (std::size_t k = 2; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
        }
        i += length;
    }
    return true;
}

} // namespace

std::uint16_t answer_to_close(std::string_view payload) {
    if (payload.empty()) return normal;
    if (payload.size() == 1) return protocol_error;
    const auto code = static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
                      static_cast<unsigned char>(payload[1]);
    if (!may_be_sent(code)) return protocol_error;
    return is_utf8(payload.substr(2)) ? static_cast<std::uint16_t>(code) : bad_payload;
}

/// As far as it is known from what has come.
std::size_t CloseWatch::head_size() const {
    if (head_read_ < 2) return 2;
    const unsigned length = head_[1] & 0x7FU;
    return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U) + ((head_[1] & 0x80U) != 0 ? 4U : 0U);
}

/// RFC 6455 §5.1, §5.2, §5.4, §5.5: of the head that is there and of the length that it announces.
bool CloseWatch::is_well_formed() const {
    const unsigned opcode = head_[0] & 0x0FU, reserved = head_[0] & 0x70U, length = head_[1] & 0x7FU;
    const bool last = (head_[0] & 0x80U) != 0, masked = (head_[1] & 0x80U) != 0;
    const bool control = opcode >= 8, first = opcode == 1 || opcode == 2;
    if (!masked || (reserved != 0 && !(reserved == 0x40 && compression_ && first))) return false;
    if (control) return opcode <= 10 && last && length <= longest_payload;
    if (first ? in_message_ : opcode != 0 || !in_message_) return false;
    return length == 126 ? left_ >= 126 : length != 127 || left_ > 0xFFFF;
}

void CloseWatch::begin_payload() {
    left_ = head_[1] & 0x7FU;
    if (left_ >= 126) {
        const std::size_t bytes = left_ == 126 ? 2 : 8;
        left_ = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            left_ = left_ << 8 | head_[2 + i];
    }
    malformed_ = !is_well_formed();
    const unsigned opcode = head_[0] & 0x0FU;
    closes_ = opcode == 8;
    if (opcode < 8) in_message_ = (head_[0] & 0x80U) == 0;
    in_payload_ = true;
    payload_read_ = 0;
}

void CloseWatch::read(std::string_view bytes) {
    while (!answer_ && !malformed_ && (!bytes.empty() || (in_payload_ && left_ == 0))) {
        if (!in_payload_) {
            head_[head_read_++] = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
            if (head_read_ == head_size()) begin_payload();
            continue;
        }
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        if (closes_) {
            const auto* mask = &head_[head_read_ - 4];
            for (std::size_t i = 0; i < size; ++i, ++payload_read_)
                payload_[payload_read_] =
                    static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ mask[payload_read_ % 4]);
        }
        bytes.remove_prefix(size);
        left_ -= size;
        if (left_ != 0) return;
        if (closes_) answer_ = answer_to_close({payload_.data(), payload_read_});
        in_payload_ = false;
        head_read_ = 0;
    }
}

} // namespace weir::net
