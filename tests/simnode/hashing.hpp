// Hashes, and the texts that Ethereum's APIs write bytes and numbers in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace simnode {

using Hash = std::array<std::uint8_t, 32>;

Hash keccak256(std::string_view bytes);
Hash sha256(std::string_view bytes);

/// "0x" and two digits a byte.
std::string hex(std::string_view bytes);
std::string hex(const Hash& hash);
/// The last 20 bytes: how Ethereum makes an address of a hash.
std::string address_hex(const Hash& hash);
/// "0x1a": no leading zeros.
std::string quantity(std::uint64_t value);

/// Bytes of "0x…" with an even number of digits; nothing for any other text.
std::optional<std::string> from_hex(std::string_view text);
std::optional<Hash> hash_from_hex(std::string_view text);
std::optional<std::uint64_t> from_quantity(std::string_view text);
std::optional<std::uint64_t> from_decimal(std::string_view text);

/// The first eight bytes, as a source of arbitrary but repeatable numbers.
std::uint64_t number_of(const Hash& hash);
std::string_view view(const Hash& hash);

} // namespace simnode
