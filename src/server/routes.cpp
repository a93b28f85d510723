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

bool serves(Purpose purpose, Route route, const Layout& layout) {
    const bool own_pages = purpose == Purpose::admin || (purpose == Purpose::clients && !layout.admin_apart);
    switch (route) {
    case Route::el:
    case Route::el_websocket:
    case Route::cl:
        return purpose == Purpose::clients;
    case Route::health:
        return purpose != Purpose::metrics;
    case Route::ready:
    case Route::status:
    case Route::page:
        return own_pages;
    case Route::metrics:
        return layout.metrics && (layout.metrics_apart ? purpose == Purpose::metrics : own_pages);
    case Route::unknown:
        break;
    }
    return false;
}

std::string_view methods_of(Route route) {
    switch (route) {
    case Route::el:
        return "POST";
    case Route::el_websocket:
        return "GET";
    case Route::cl:
        return "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    case Route::health:
    case Route::ready:
    case Route::status:
    case Route::metrics:
    case Route::page:
        return "GET, HEAD";
    case Route::unknown:
        break;
    }
    return "GET, HEAD, POST, OPTIONS"; // of weir as a whole
}

} // namespace weir::server
