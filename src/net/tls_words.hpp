// What is wrong between weir and a node's TLS, in words for whoever runs it.
#pragma once

#include <openssl/x509_vfy.h>

#include <cstdint>
#include <optional>
#include <string>

namespace weir::net {

/// Why OpenSSL refuses the certificate that it is at. `host`: who was expected.
std::string certificate_trouble(X509_STORE_CTX* state, const std::string& host);

/// The alert that the other side sent (RFC 8446 §6), when that is what an OpenSSL error code stands for.
std::optional<std::uint8_t> alert_in(unsigned long error);
/// `wanted`: the node asked for a client certificate that is not configured. `shown`: one is configured.
std::string alert_words(std::uint8_t alert, bool wanted, bool shown);

} // namespace weir::net
