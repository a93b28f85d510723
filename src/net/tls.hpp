// TLS contexts: one per distinct trust or identity, made at start-up, shared read-only by all threads.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace weir::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Towards nodes. Trusts `ca_file` (PEM) or, when empty, the system's store; without
/// `verify`, anybody. The error is a sentence.
boost::system::result<TlsContext, std::string> make_client_tls(const std::string& ca_file, bool verify);
/// Towards clients: HTTP/1.1 by ALPN, TLS 1.2 and up.
boost::system::result<TlsContext, std::string> make_server_tls(const std::string& cert_file,
                                                               const std::string& key_file);

} // namespace weir::net
