#include "net/inflate.hpp"

#include <zlib.h>

#include <algorithm>

namespace weir::net {

std::optional<std::string> inflate_prefix(std::string_view compressed, std::size_t limit, bool& ended) {
    ended = false;
    z_stream stream{};
    constexpr int gzip_or_zlib = 15 + 32; // window bits, header detected
    if (inflateInit2(&stream, gzip_or_zlib) != Z_OK) return std::nullopt;
    // zlib does not write to its input; its interface predates const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string out;
    int status = Z_OK;
    while (status == Z_OK && out.size() < limit) {
        const std::size_t old = out.size();
        const std::size_t step = std::min<std::size_t>(limit - old, 64 * 1024);
        out.resize(old + step);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + old);
        stream.avail_out = static_cast<uInt>(step);
        status = inflate(&stream, Z_NO_FLUSH);
        out.resize(old + step - stream.avail_out);
        if (stream.avail_in == 0 && stream.avail_out != 0) break;
    }
    inflateEnd(&stream);
    ended = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return std::nullopt;
    return out;
}

} // namespace weir::net
