#include "server/routes.hpp"

namespace weir::server {

Route route_of(std::string_view target) {
    const auto path = target.substr(0, target.find('?'));
    if (path == "/el" || path == "/el/") return Route::el;
    if (path == "/cl" || path.starts_with("/cl/")) return Route::cl;
    if (path == "/el/ws" || path == "/el/ws/") return Route::el_websocket;
    if (path == "/health") return Route::health;
    if (path == "/ready") return Route::ready;
    if (path == "/status") return Route::status;
    if (path == "/metrics") return Route::metrics;
    if (path == "/") return Route::page;
    return Route::unknown;
}

} // namespace weir::server
