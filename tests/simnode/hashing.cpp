#include "hashing.hpp"

#include <cryptopp/keccak.h>
#include <cryptopp/sha.h>

#include <charconv>
#include <cstring>

namespace simnode {
namespace {

constexpr char digits[] = "0123456789abcdef";

template <class Algorithm>
Hash digest(std::string_view bytes) {
    Hash out;
    Algorithm algorithm;
    algorithm.CalculateDigest(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return out;
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

// Crypto++'s Keccak pads as Ethereum does; its SHA3 is the later NIST padding.
Hash keccak256(std::string_view bytes) {
    return digest<CryptoPP::Keccak_256>(bytes);
}
Hash sha256(std::string_view bytes) {
    return digest<CryptoPP::SHA256>(bytes);
}

std::string hex(std::string_view bytes) {
    std::string out = "0x";
    out.reserve(2 + 2 * bytes.size());
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string hex(const Hash& hash) {
    return hex(view(hash));
}
std::string address_hex(const Hash& hash) {
    return hex(view(hash).substr(12));
}

std::string quantity(std::uint64_t value) {
    char buffer[18] = {'0', 'x'};
    auto end = std::to_chars(buffer + 2, buffer + sizeof buffer, value, 16).ptr;
    return {buffer, end};
}

std::optional<std::string> from_hex(std::string_view text) {
    if (!text.starts_with("0x") || text.size() % 2 != 0) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 2; i < text.size(); i += 2) {
        int high = digit_value(text[i]), low = digit_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

std::optional<Hash> hash_from_hex(std::string_view text) {
    if (text.size() != 66) return std::nullopt;
    auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    Hash hash;
    std::memcpy(hash.data(), bytes->data(), hash.size());
    return hash;
}

std::optional<std::uint64_t> from_quantity(std::string_view text) {
    if (!text.starts_with("0x")) return std::nullopt;
    return number(text.substr(2), 16);
}

std::optional<std::uint64_t> from_decimal(std::string_view text) {
    return number(text, 10);
}

std::uint64_t number_of(const Hash& hash) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i)
        value = value << 8 | hash[static_cast<std::size_t>(i)];
    return value;
}

} // namespace simnode
