// The hash by which a raw transaction is known: the keccak half of chain/values.hpp.
#include "chain/values.hpp"

#include <cryptopp/keccak.h>

#include <array>

namespace weir::chain {

namespace {

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = nibble(digits[i]), low = nibble(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

/// The length of the RLP list item that begins `bytes`, header included, and of the header alone.
struct ListSize {
    std::size_t total = 0, header = 0;
};
std::optional<ListSize> list_size(std::string_view bytes) {
    if (bytes.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first < 0xc0) return std::nullopt;
    std::size_t length = first - 0xc0U;
    std::size_t header = 1;
    if (first > 0xf7) {
        const std::size_t width = first - 0xf7U;
        if (width > 4 || bytes.size() < 1 + width) return std::nullopt;
        length = 0;
        for (std::size_t i = 1; i <= width; ++i)
            length = length << 8 | static_cast<unsigned char>(bytes[i]);
        header += width;
    }
    if (bytes.size() < header + length) return std::nullopt;
    return ListSize{header + length, header};
}

/// EIP-4844 "network form": 0x03 || rlp([payload, blobs, …]); its hash is that of 0x03 || payload. In the
/// form without blobs the payload's first item, the chain id, is no list.
std::optional<std::string> without_blobs(const std::string& bytes) {
    const std::string_view text = bytes;
    const auto outer = list_size(text.substr(1));
    if (!outer) return std::nullopt;
    const auto inside = text.substr(1 + outer->header);
    const auto payload = list_size(inside);
    if (!payload) return bytes;
    return std::string(1, '\x03').append(inside.substr(0, payload->total));
}

} // namespace

std::string keccak256_hex(std::string_view bytes) {
    CryptoPP::Keccak_256 hash;
    std::array<unsigned char, CryptoPP::Keccak_256::DIGESTSIZE> digest{};
    hash.Update(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    hash.Final(digest.data());
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "0x";
    for (const unsigned char byte : digest) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

std::optional<std::string> raw_transaction_hash(std::string_view params) {
    const auto open = params.find_first_not_of(" \t\r\n[");
    if (open == std::string_view::npos || params[open] != '"') return std::nullopt;
    const auto close = params.find('"', open + 1);
    if (close == std::string_view::npos) return std::nullopt;
    const auto text = params.substr(open + 1, close - open - 1);
    if (!text.starts_with("0x")) return std::nullopt;
    auto bytes = from_hex(text.substr(2));
    if (!bytes) return std::nullopt;
    if (bytes->front() == '\x03') bytes = without_blobs(*bytes);
    if (!bytes) return std::nullopt;
    return keccak256_hex(*bytes);
}

} // namespace weir::chain
