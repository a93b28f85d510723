// Who may come in. Web pages reach whatever their reader's browser reaches: a cross-site POST needs nobody's
// leave, a WebSocket neither, and a name that its owner points at 127.0.0.1 (DNS rebinding) makes weir a
// page's own site. So Host must be a name that weir goes by, and Origin, which browsers send and programs do
// not, one that may call it: nearly as in go-ethereum (node/rpcstack.go, rpc/websocket.go). Pure.
#pragma once

#include "config/config.hpp"
#include "metrics/worker_metrics.hpp"
#include "net/http_head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace weir::server {

/// What a request came in by.
struct Door {
    std::string name;      ///< host part of the address that it was told to listen on
    bool loopback = false; ///< only this machine reaches it
    bool tls = false;
};

struct Refusal {
    metrics::Refused why{};
    unsigned status = 403;
    std::string_view message; ///< says which key would allow it
};

struct Admission {
    std::optional<Refusal> refusal;
    bool foreign_page = false; ///< let in by name: preflights are weir's to answer
    std::string policy_lines;  ///< for every answer to the request
};

/// `own_page`: what is asked for is for this machine only, so Host counts in any case.
Admission admit(const net::Head& head, const Door& door, const config::Server& rules, bool own_page = false);

/// OPTIONS that a browser sends before the request itself (Fetch §3.2.2).
bool is_preflight(const net::Head& head);
/// The header lines of its answer. `methods`: what the path takes.
std::string preflight_lines(const net::Head& head, std::string_view methods);

/// TRACE tells a client what a node was sent: keys and headers that only weir knows (RFC 9110 §9.3.8). TRACK
/// is the same; some servers do not mind the case.
bool is_never_forwarded(std::string_view method);

/// The request carries the token: as a bearer's (RFC 6750), or as the password that a browser asks for (RFC
/// 7617).
bool carries_token(const net::Head& head, std::string_view token);

/// It came through another proxy: whoever that one serves.
bool is_forwarded(const net::Head& head);

} // namespace weir::server
