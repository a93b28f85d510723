// Which part of weir a path belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::server {

enum class Route : std::uint8_t { el, el_websocket, cl, health, ready, status, metrics, page, unknown };

/// `target` is a request's target with its query.
Route route_of(std::string_view target);

} // namespace weir::server
