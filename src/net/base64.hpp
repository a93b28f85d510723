// RFC 4648 §4, for header values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::net {

std::string base64(std::string_view bytes);
/// Nothing when the text is not exactly that: no line ends, padding where it belongs.
std::optional<std::string> from_base64(std::string_view text);

} // namespace weir::net
