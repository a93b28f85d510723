#include "net/tls.hpp"

#include "net/tls_client.hpp"

#include <boost/asio/ssl.hpp>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>

namespace weir::net {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

constexpr auto modern = ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                        ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1;

/// ALPN: http/1.1 when the client offers it; other offers are left unanswered (RFC 7301 §3.2).
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                unsigned in_length, void*) {
    static constexpr unsigned char http11[] = "\x08http/1.1";
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, out_length, http11, sizeof http11 - 1, in, in_length) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

/// A key behind a passphrase: nobody is there to type it.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

/// The names are those of the keys in the configuration. Empty: the pair is in place.
std::string use_pair(ssl::context& context, std::string_view cert_key, const std::string& cert_file,
                     std::string_view key_key, const std::string& key_file) {
    const auto unusable = [](std::string_view key, const std::string& file, const error_code& ec) {
        return std::string(key) + ' ' + file + " cannot be used: " + ec.message();
    };
    error_code ec;
    SSL_CTX_set_default_passwd_cb(context.native_handle(), no_passphrase);
    context.use_certificate_chain_file(cert_file, ec);
    if (ec) return unusable(cert_key, cert_file, ec);
    context.use_private_key_file(key_file, ssl::context::pem, ec);
    // OpenSSL holds the key against the certificate when it takes it.
    const bool strange = ec && ERR_GET_LIB(static_cast<unsigned long>(ec.value())) == ERR_LIB_X509;
    if (ec && !strange) return unusable(key_key, key_file, ec);
    if (strange || SSL_CTX_check_private_key(context.native_handle()) != 1)
        return std::string(key_key) + " does not belong to " + std::string(cert_key);
    return {};
}

} // namespace

boost::system::result<TlsContext, std::string> make_client_tls(const ClientTlsSettings& settings) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    error_code ec;
    context->set_options(modern, ec);
    context->set_verify_mode(settings.verify ? ssl::verify_peer : ssl::verify_none, ec);
    if (!settings.client_cert.empty()) {
        const auto trouble =
            use_pair(*context, "client_cert", settings.client_cert, "client_key", settings.client_key);
        if (!trouble.empty()) return trouble;
    }
    TlsClient::connect_callbacks(context->native_handle());
    if (!settings.verify) return context;
    if (settings.ca_file.empty()) {
        context->set_default_verify_paths(ec);
        if (ec) return "the system's certificate store cannot be read: " + ec.message();
    } else {
        context->load_verify_file(settings.ca_file, ec);
        if (ec) return "ca_file " + settings.ca_file + " cannot be used: " + ec.message();
        // Whoever is in it is trusted: an authority below another, or the node's own certificate, as well.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    }
    return context;
}

boost::system::result<TlsContext, std::string> make_server_tls(const std::string& cert_file,
                                                               const std::string& key_file) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    error_code ec;
    context->set_options(modern | ssl::context::single_dh_use, ec);
    const auto trouble = use_pair(*context, "tls_cert", cert_file, "tls_key", key_file);
    if (!trouble.empty()) return trouble;
    SSL_CTX_set_alpn_select_cb(context->native_handle(), select_alpn, nullptr);
    return context;
}

std::chrono::system_clock::time_point expiry_of(ssl::context& context) {
    const auto* certificate = SSL_CTX_get0_certificate(context.native_handle());
    std::tm parts{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

} // namespace weir::net
