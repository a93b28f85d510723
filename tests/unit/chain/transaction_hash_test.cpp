#include "chain/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace weir::chain {
namespace {

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += {digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::string params_of(std::string_view bytes) {
    return "[\"0x" + hex(bytes) + "\"]";
}

/// RLP of a list whose items are encoded already, or of a string.
std::string rlp(std::string_view content, unsigned char base) {
    if (content.size() <= 55) return std::string(1, static_cast<char>(base + content.size())).append(content);
    std::string length;
    for (std::size_t n = content.size(); n > 0; n >>= 8)
        length.insert(length.begin(), static_cast<char>(n & 0xff));
    return std::string(1, static_cast<char>(base + 55 + length.size())).append(length).append(content);
}
std::string list(std::string_view items) {
    return rlp(items, 0xc0);
}
std::string text(std::string_view bytes) {
    return rlp(bytes, 0x80);
}

TEST(Keccak, KnownHashes) {
    EXPECT_EQ(keccak256_hex(""), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    EXPECT_EQ(keccak256_hex("abc"), "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

// The example of EIP-155.
constexpr const char* legacy =
    R"(["0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"])";

TEST(TransactionHash, OfALegacyTransactionIsTheHashThatTheChainKnows) {
    EXPECT_EQ(raw_transaction_hash(legacy),
              "0x33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788");
}

TEST(TransactionHash, NeitherSpaceNorTheCaseOfDigitsNorFurtherParamsMatter) {
    std::string upper = legacy;
    for (char& c : upper)
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
    EXPECT_EQ(raw_transaction_hash(upper), raw_transaction_hash(legacy));
    std::string spaced = legacy;
    spaced.insert(1, " \n\t");
    spaced.insert(spaced.size() - 1, " , {}");
    EXPECT_EQ(raw_transaction_hash(spaced), raw_transaction_hash(legacy));
}

RC_GTEST_PROP(TransactionHash, OfATypedTransactionIsThatOfItsBytes, (const std::string& payload)) {
    const auto type = *rc::gen::element('\x01', '\x02', '\x04');
    const auto bytes = type + list(payload);
    RC_ASSERT(raw_transaction_hash(params_of(bytes)) == keccak256_hex(bytes));
}

RC_GTEST_PROP(TransactionHash, OfABlobTransactionIsTheSameWithAndWithoutItsBlobs, ()) {
    const auto data =
        *rc::gen::container<std::string>(*rc::gen::inRange<std::size_t>(0, 400), rc::gen::arbitrary<char>());
    const auto payload = list(std::string("\x01\x05", 2) + text(data)); // chain id 1, …
    const auto blobs = *rc::gen::inRange<std::size_t>(1, 3);
    std::string blob_items;
    for (std::size_t i = 0; i < blobs; ++i)
        blob_items += text(std::string(4096, 'b'));
    const auto sidecar =
        list(blob_items) + list(text(std::string(48, 'c'))) + list(text(std::string(48, 'p')));
    const auto version = *rc::gen::element(std::string(), std::string("\x01")); // EIP-7594's wrapper has one
    const auto bare = '\x03' + payload;
    const auto network = '\x03' + list(payload + version + sidecar);
    RC_ASSERT(raw_transaction_hash(params_of(bare)) == keccak256_hex(bare));
    RC_ASSERT(raw_transaction_hash(params_of(network)) == keccak256_hex(bare));
}

TEST(TransactionHash, WhatIsNoRawTransactionHasNone) {
    for (const auto* params :
         {"", "[]", "[1]", "[null]", "{}", "[\"\"]", "[\"0x\"]", "[\"0xabc\"]", "[\"abcd\"]", "[\"0xzz\"]",
          "[\"0xab", "[\"0x03\"]", "[\"0x0301\"]", "[\"0x03f9ffff\"]"}) {
        EXPECT_FALSE(raw_transaction_hash(params)) << params;
    }
}

RC_GTEST_PROP(TransactionHash, IsTotalOverAnyBytes, (const std::string& junk)) {
    const auto blob = params_of('\x03' + junk);
    for (const auto& params : {junk, "[\"0x" + junk + "\"]", blob}) {
        const auto hash = raw_transaction_hash(params);
        if (hash) RC_ASSERT(hash->size() == 66U);
    }
}

} // namespace
} // namespace weir::chain
