#include "net/tls.hpp"

#include <boost/asio/ssl.hpp>
#include <openssl/ssl.h>

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

} // namespace

boost::system::result<TlsContext, std::string> make_client_tls(const std::string& ca_file, bool verify) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    error_code ec;
    context->set_options(modern, ec);
    context->set_verify_mode(verify ? ssl::verify_peer : ssl::verify_none, ec);
    if (!verify) return context;
    if (ca_file.empty()) {
        context->set_default_verify_paths(ec);
        if (ec) return "the system's certificate store cannot be read: " + ec.message();
    } else {
        context->load_verify_file(ca_file, ec);
        if (ec) return "ca_file " + ca_file + " cannot be used: " + ec.message();
    }
    return context;
}

boost::system::result<TlsContext, std::string> make_server_tls(const std::string& cert_file,
                                                               const std::string& key_file) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    error_code ec;
    context->set_options(modern | ssl::context::single_dh_use, ec);
    context->use_certificate_chain_file(cert_file, ec);
    if (ec) return "tls_cert " + cert_file + " cannot be used: " + ec.message();
    context->use_private_key_file(key_file, ssl::context::pem, ec);
    if (ec) return "tls_key " + key_file + " cannot be used: " + ec.message();
    if (SSL_CTX_check_private_key(context->native_handle()) != 1)
        return "tls_key does not belong to tls_cert";
    SSL_CTX_set_alpn_select_cb(context->native_handle(), select_alpn, nullptr);
    return context;
}

} // namespace weir::net
