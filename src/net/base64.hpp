// RFC 4648 §4, for the Authorization header.
#pragma once

#include <string>
#include <string_view>

namespace weir::net {

std::string base64(std::string_view bytes);

} // namespace weir::net
