// Ethereum's small values in text: hex quantities, decimal slots, transaction hashes. Total functions:
// anything that is not exactly such a value gives nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::chain {

/// execution-apis "uint": "0x0", "0x1a": no leading zeros, 64 bits at most.
std::optional<std::uint64_t> parse_quantity(std::string_view text);
std::string to_quantity(std::uint64_t value);
/// The same as nodes say it, read kindly: padded with zeros ("0x01", as Reth and Ganache do in places) or
/// with "0X". What clients send is held to the letter instead.
std::optional<std::uint64_t> read_quantity(std::string_view text);

/// The highest number that a block can have: 2^53 - 1, what JSON can say exactly, which a chain of a thousand
/// blocks a second reaches in 285,000 years. A number above it is no block's, and may be added to.
inline constexpr std::uint64_t max_block_number = (std::uint64_t{1} << 53) - 1;
/// A block's number as a node says it.
std::optional<std::uint64_t> read_block_number(std::string_view text);

/// Beacon API "uint64": decimal digits in a string, no sign.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// keccak256, 32 bytes as "0x" + 64 hex digits.
std::string keccak256_hex(std::string_view bytes);
/// The hash of a raw transaction as eth_sendRawTransaction's params hold it (`["0x…"]`): keccak256 of the
/// bytes; for an EIP-4844 transaction in network form, of the part without blobs. Nothing when malformed.
std::optional<std::string> raw_transaction_hash(std::string_view params);

} // namespace weir::chain
