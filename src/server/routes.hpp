// Which part of weir a path belongs to, and which listener has it.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::server {

enum class Route : std::uint8_t { el, el_websocket, cl, health, ready, status, metrics, page, unknown };

/// `target` is a request's target with its query.
Route route_of(std::string_view target);

/// What a listener is for.
enum class Purpose : std::uint8_t { clients, admin, metrics };

/// Where weir's own pages are.
struct Layout {
    bool admin_apart = false;   ///< [admin] listen
    bool metrics_apart = false; ///< [metrics] port
    bool metrics = true;        ///< [metrics] enabled
};

/// True when a listener of that purpose has the path. Liveness is everywhere but on the metrics' own port: a
/// probe must not need to know the layout.
bool serves(Purpose purpose, Route route, const Layout& layout);

/// What the path takes, for an Allow header.
std::string_view methods_of(Route route);

} // namespace weir::server
