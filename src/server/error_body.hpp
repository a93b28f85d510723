// What weir says when it refuses a request that has not become one of a layer's. Private to server/.
#pragma once

#include <string>
#include <string_view>

namespace weir::server {

/// `message` is words of ours, which need no escapes.
inline std::string error_body(unsigned status, std::string_view message) {
    return "{\"code\":" + std::to_string(status) + ",\"message\":\"" + std::string(message) + "\"}";
}

} // namespace weir::server
