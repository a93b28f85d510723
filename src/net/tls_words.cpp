#include "net/tls_words.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>
#include <string_view>

namespace weir::net {

namespace {

constexpr std::size_t most_names = 4, longest_name = 80;

/// What strangers put into a certificate goes to logs and pages: printable, and not endless.
std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, longest_name))
        out.push_back(c >= ' ' && c < 127 ? c : '?');
    return out;
}

std::string when(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "?";
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return {text.data(), size};
}

/// Common name, organisation, or nothing.
std::string name_of(const X509_NAME* name) {
    for (const int part : {NID_commonName, NID_organizationName}) {
        const int at = X509_NAME_get_index_by_NID(name, part, -1);
        if (at < 0) continue;
        const auto* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
        return shown({reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                      static_cast<std::size_t>(ASN1_STRING_length(value))});
    }
    return "?";
}

std::string text_of(const GENERAL_NAME* name) {
    int type = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
    if (type != GEN_DNS && type != GEN_IPADD) return {};
    const auto* bytes = ASN1_STRING_get0_data(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (type == GEN_DNS) return shown({reinterpret_cast<const char*>(bytes), size});
    namespace ip = boost::asio::ip;
    if (size == 4) {
        ip::address_v4::bytes_type four{};
        std::copy_n(bytes, four.size(), four.begin());
        return ip::address_v4(four).to_string();
    }
    if (size != 16) return {};
    ip::address_v6::bytes_type sixteen{};
    std::copy_n(bytes, sixteen.size(), sixteen.begin());
    return ip::address_v6(sixteen).to_string();
}

/// The names that a certificate is for (RFC 6125: those in its subjectAltName).
std::string names_in(X509* certificate) {
    struct Free {
        void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
    };
    const std::unique_ptr<GENERAL_NAMES, Free> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::string list;
    std::size_t count = 0;
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto name = text_of(sk_GENERAL_NAME_value(names.get(), i));
        if (name.empty() || ++count > most_names) continue;
        list += (list.empty() ? "" : ", ") + name;
    }
    if (count > most_names) list += " and " + std::to_string(count - most_names) + " more";
    return list;
}

} // namespace

std::string certificate_trouble(X509_STORE_CTX* state, const std::string& host) {
    auto* certificate = X509_STORE_CTX_get_current_cert(state);
    const int error = X509_STORE_CTX_get_error(state);
    const bool own = X509_STORE_CTX_get_error_depth(state) == 0;
    if (!certificate) return std::string("certificate: ") + X509_verify_cert_error_string(error);
    const auto whose =
        own ? std::string("its certificate ")
            : "the certificate of its authority \"" + name_of(X509_get_subject_name(certificate)) + "\" ";
    const auto issuer = [&] { return '"' + name_of(X509_get_issuer_name(certificate)) + '"'; };
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return whose + "has expired: " + when(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return whose + "is not valid yet: from " + when(X509_get0_notBefore(certificate)) + " on";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
        const auto names = names_in(certificate);
        return whose + "is not for " + host + ": it is for " +
               (names.empty() ? "no name that counts (subjectAltName)" : names);
    }
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return whose + "is by an unknown issuer, " + issuer() +
               ": neither sent by the node nor in ca_file or the system's store";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return whose + "is self-signed, and not in ca_file";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return whose + "is not trusted: it is not in ca_file or the system's store";
    case X509_V_ERR_CERT_REVOKED:
        return whose + "has been revoked";
    case X509_V_ERR_INVALID_PURPOSE:
        return whose + "is not for servers (extendedKeyUsage)";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return whose + "is too weak: " + X509_verify_cert_error_string(error);
    default:
        return whose + "cannot be verified: " + X509_verify_cert_error_string(error);
    }
}

std::optional<std::uint8_t> alert_in(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    if (ERR_GET_LIB(error) != ERR_LIB_SSL || reason < SSL_AD_REASON_OFFSET ||
        reason > SSL_AD_REASON_OFFSET + 255)
        return std::nullopt;
    return static_cast<std::uint8_t>(reason - SSL_AD_REASON_OFFSET);
}

std::string alert_words(std::uint8_t alert, bool wanted, bool shown) {
    struct Words {
        int alert;
        std::string_view text;
        bool about_certificate; ///< the one that weir shows
    };
    static constexpr std::array<Words, 19> table{{
        {SSL3_AD_UNEXPECTED_MESSAGE, "unexpected message", false},
        {SSL3_AD_BAD_RECORD_MAC, "bad record", false},
        {SSL3_AD_HANDSHAKE_FAILURE, "handshake failure: no version, cipher or certificate suits both", true},
        {SSL3_AD_BAD_CERTIFICATE, "bad certificate", true},
        {SSL3_AD_UNSUPPORTED_CERTIFICATE, "unsupported certificate", true},
        {SSL3_AD_CERTIFICATE_REVOKED, "certificate revoked", true},
        {SSL3_AD_CERTIFICATE_EXPIRED, "certificate expired", true},
        {SSL3_AD_CERTIFICATE_UNKNOWN, "certificate unknown", true},
        {SSL3_AD_ILLEGAL_PARAMETER, "illegal parameter", false},
        {TLS1_AD_UNKNOWN_CA, "unknown authority", true},
        {TLS1_AD_ACCESS_DENIED, "access denied", true},
        {TLS1_AD_DECODE_ERROR, "decode error", false},
        {TLS1_AD_DECRYPT_ERROR, "decrypt error", false},
        {TLS1_AD_PROTOCOL_VERSION, "it speaks no TLS 1.2 or 1.3", false},
        {TLS1_AD_INSUFFICIENT_SECURITY, "insufficient security", false},
        {TLS1_AD_INTERNAL_ERROR, "internal error", false},
        {TLS1_AD_UNRECOGNIZED_NAME, "it does not know the name that it is asked for", false},
        {TLS13_AD_CERTIFICATE_REQUIRED, "certificate required", true},
        {TLS1_AD_NO_APPLICATION_PROTOCOL, "it does not speak HTTP/1.1", false},
    }};
    std::string text = "alert " + std::to_string(alert);
    bool about_certificate = false;
    for (const auto& words : table) {
        if (words.alert != alert) continue;
        text = words.text;
        about_certificate = words.about_certificate;
    }
    if (alert == TLS13_AD_CERTIFICATE_REQUIRED || (wanted && about_certificate))
        return "the node wants a client certificate: client_cert and client_key are not set (it says: " +
               text + ")";
    if (shown && about_certificate && alert != SSL3_AD_HANDSHAKE_FAILURE)
        return "the node refuses weir's client certificate (client_cert): " + text;
    return "the node says: " + text;
}

} // namespace weir::net
