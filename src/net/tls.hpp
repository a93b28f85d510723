// TLS contexts: for talking to nodes (certificate and host name verified unless told otherwise) and for
// serving clients. HTTP/1.1 only in ALPN.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace weir::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// A context that can be made anew, from renewed files, while others use it: who opens a connection takes the
/// one that is there then, and keeps it as long as the connection lasts. Its lock is taken for a handshake.
class RenewableTls {
  public:
    explicit RenewableTls(TlsContext context)
        : context_(std::move(context)) {}
    TlsContext get() const {
        const std::lock_guard lock(mutex_);
        return context_;
    }
    void set(TlsContext context) {
        const std::lock_guard lock(mutex_);
        context_ = std::move(context);
    }

  private:
    mutable std::mutex mutex_;
    TlsContext context_;
};

struct ClientTlsSettings {
    std::string ca_file; ///< empty: the system's store
    bool verify = true;
    std::string client_cert, client_key; ///< PEM; empty: none is shown
};

boost::system::result<TlsContext, std::string> make_client_tls(const ClientTlsSettings& settings);
/// PEM files. The error is a sentence that names the file.
boost::system::result<TlsContext, std::string> make_server_tls(const std::string& cert_file,
                                                               const std::string& key_file);

/// The end of the first certificate's validity: the chain's own, which is the first in its file. The epoch
/// when there is none.
std::chrono::system_clock::time_point expiry_of(boost::asio::ssl::context& context);

} // namespace weir::net
