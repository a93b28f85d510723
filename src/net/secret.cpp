#include "net/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace weir::net {

namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest_of(std::string_view text) {
    Digest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

} // namespace

bool same_secret(std::string_view given, std::string_view secret) {
    // Digests have one length, whatever the texts'.
    const auto a = digest_of(given), b = digest_of(secret);
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace weir::net
