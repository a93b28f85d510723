#include "net/tls_client.hpp"

#include "net/tls_words.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

namespace weir::net {

namespace {

/// Where an SSL keeps its TlsClient.
int slot() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

TlsClient* client_of(const SSL* ssl) {
    return static_cast<TlsClient*>(SSL_get_ex_data(ssl, slot()));
}

bool is_old(const SSL_SESSION* session) {
    return SSL_SESSION_get_time(session) + SSL_SESSION_get_timeout(session) <= std::time(nullptr) ||
           SSL_SESSION_is_resumable(session) != 1;
}

} // namespace

void TlsSessions::belong_to(const TlsContext& context) {
    if (context_ == context) return;
    kept_.clear();
    context_ = context;
}

void TlsSessions::distrust(Clock::time_point now) {
    kept_.clear();
    distrusted_until_ = now + distrusted_for;
}

TlsSession TlsSessions::take(const TlsContext& context) {
    belong_to(context);
    if (Clock::now() < distrusted_until_) return nullptr;
    while (!kept_.empty()) {
        if (is_old(kept_.back().get())) {
            kept_.pop_back();
            continue;
        }
        if (SSL_SESSION_get_protocol_version(kept_.back().get()) < TLS1_3_VERSION) {
            SSL_SESSION_up_ref(kept_.back().get());
            return TlsSession(kept_.back().get());
        }
        auto session = std::move(kept_.back());
        kept_.pop_back();
        return session;
    }
    return nullptr;
}

void TlsSessions::put(const TlsContext& context, TlsSession session) {
    belong_to(context);
    // Of those that may be resumed often the newest is enough.
    if (SSL_SESSION_get_protocol_version(session.get()) < TLS1_3_VERSION) kept_.clear();
    if (kept_.size() >= most) kept_.erase(kept_.begin());
    kept_.push_back(std::move(session));
}

bool TlsClient::prepare(SSL* ssl) {
    SSL_set_ex_data(ssl, slot(), this);
    error_code named;
    asio::ip::make_address(host_, named);
    if (host_.ends_with('.')) host_.pop_back(); // RFC 6066 §3: neither SNI nor a certificate has it
    if (named && SSL_set_tlsext_host_name(ssl, host_.c_str()) != 1) return false; // SNI carries names only
    if (verify_) {
        auto* expected = SSL_get0_param(ssl);
        const bool set = named ? X509_VERIFY_PARAM_set1_host(expected, host_.c_str(), host_.size()) == 1
                               : X509_VERIFY_PARAM_set1_ip_asc(expected, host_.c_str()) == 1;
        if (!set) return false;
    }
    SSL_set_verify(ssl, verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, verify_ ? on_verified : nullptr);
    if (!sessions_) return true;
    const auto session = sessions_->take(context_);
    resumes_ = session != nullptr;
    return !resumes_ || SSL_set_session(ssl, session.get()) == 1;
}

void TlsClient::broke() {
    if (resumes_) sessions_->distrust(Clock::now());
}

void TlsClient::connect_callbacks(SSL_CTX* context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
    if (!SSL_CTX_get0_certificate(context)) SSL_CTX_set_client_cert_cb(context, on_certificate_request);
}

/// 1: the session is ours from here on.
int TlsClient::on_session(SSL* ssl, SSL_SESSION* session) {
    auto* client = client_of(ssl);
    if (!client || !client->sessions_) return 0;
    if (client->verify_ && SSL_get_verify_result(ssl) != X509_V_OK) return 0;
    client->sessions_->put(client->context_, TlsSession(session));
    return 1;
}

int TlsClient::on_certificate_request(SSL* ssl, X509**, EVP_PKEY**) {
    if (auto* client = client_of(ssl)) client->certificate_wanted_ = true;
    return 0; // goes on without one: some nodes only ask
}

int TlsClient::on_verified(int good, X509_STORE_CTX* state) {
    if (good == 1) return good;
    const auto* ssl =
        static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(state, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (auto* client = client_of(ssl); client && client->refusal_.empty())
        client->refusal_ = certificate_trouble(state, client->host_);
    return good;
}

std::string TlsClient::explain(error_code ec) const {
    if (!refusal_.empty()) return refusal_;
    const bool by_tls = ec.category() == asio::error::get_ssl_category();
    const auto alert = by_tls ? alert_in(static_cast<unsigned long>(ec.value())) : std::nullopt;
    if (alert) {
        const bool shown = SSL_CTX_get0_certificate(context_->native_handle()) != nullptr;
        return alert_words(*alert, certificate_wanted_, shown);
    }
    if (certificate_wanted_)
        return "the node asked for a client certificate, got none and ended the connection: client_cert and "
               "client_key are not set";
    if (by_tls && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_WRONG_VERSION_NUMBER)
        return "the node does not speak TLS on this port";
    return by_tls ? ec.message() : std::string();
}

} // namespace weir::net
