// Comparing secrets without telling, by the time it takes, how much of a guess was right.
#pragma once

#include <string_view>

namespace weir::net {

bool same_secret(std::string_view given, std::string_view secret);

} // namespace weir::net
