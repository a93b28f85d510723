// Reads the beginning of a gzip or deflate body without changing it: what is judged must be readable
// even when it is passed on compressed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::net {

/// Inflates as much of `compressed` (a gzip or zlib stream, perhaps cut off) as gives at most `limit` bytes.
/// `ended`: the stream's end was reached. Nothing when it is not such a stream.
std::optional<std::string> inflate_prefix(std::string_view compressed, std::size_t limit, bool& ended);

} // namespace weir::net
