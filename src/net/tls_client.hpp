// What a TLS connection to a node keeps beside OpenSSL's own state: sessions that it may resume, and in words
// why a handshake failed.
//
// A session is resumed with whom it was made, under the terms it was made under, and by no other thread:
// each pool has a store of its own for its one endpoint, and the store forgets all when the endpoint's
// context is made anew. A TLS 1.3 ticket is used once (RFC 8446 §C.4), a TLS 1.2 session until it is old.
// There are servers and fronts that take a session and break the connection then: who does that gets whole
// handshakes.
#pragma once

#include "net/io.hpp"
#include "net/tls.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace weir::net {

struct FreeTlsSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using TlsSession = std::unique_ptr<SSL_SESSION, FreeTlsSession>;

class TlsSessions {
  public:
    static constexpr std::size_t most = 16; ///< kept; the oldest goes first
    static constexpr std::chrono::seconds distrusted_for{60};

    /// One to resume under that context, or null.
    TlsSession take(const TlsContext& context);
    /// One that was made under that context.
    void put(const TlsContext& context, TlsSession session);
    /// A connection that was to go on from one broke before it brought anything: none is resumed for a while.
    void distrust(Clock::time_point now);
    std::size_t size() const { return kept_.size(); }

  private:
    void belong_to(const TlsContext& context);

    std::vector<TlsSession> kept_; ///< newest last
    TlsContext context_;
    Clock::time_point distrusted_until_{};
};

/// The client's side of one connection; lives as long as its SSL.
class TlsClient {
  public:
    TlsClient(TlsContext context, std::string host, bool verify, std::shared_ptr<TlsSessions> sessions)
        : context_(std::move(context))
        , host_(std::move(host))
        , verify_(verify)
        , sessions_(std::move(sessions)) {}
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    boost::asio::ssl::context& context() { return *context_; }
    /// Before the handshake. False: OpenSSL will not have it.
    bool prepare(SSL* ssl);
    /// Why the connection failed, as far as TLS is to blame; empty: it is not.
    std::string explain(error_code ec) const;

    /// It ended before it brought an answer, and not because of weir.
    void broke();

    /// Contexts of clients tell their connections' TlsClient of sessions and of requests for a certificate.
    static void connect_callbacks(SSL_CTX* context);

  private:
    static int on_session(SSL* ssl, SSL_SESSION* session);
    static int on_certificate_request(SSL* ssl, X509** certificate, EVP_PKEY** key);
    static int on_verified(int good, X509_STORE_CTX* state);

    TlsContext context_;
    std::string host_;
    bool verify_;
    std::shared_ptr<TlsSessions> sessions_;
    std::string refusal_;             ///< what is wrong with the node's certificate
    bool resumes_ = false;            ///< it offered a session
    bool certificate_wanted_ = false; ///< the node asked for one, and none is configured
};

} // namespace weir::net
