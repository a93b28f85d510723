// A path below /cl: what it is does not depend on its query, and no dot segments lead out of the node's
// prefix.
#include "chain/beacon_path.hpp"

#include "cl/path.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace weir;

/// RFC 3986 §5.2.4 in the plainest way there is: how deep the path gets, and whether it ever climbs out.
bool climbs_out(std::string_view path) {
    int depth = 0;
    path = path.substr(0, path.find('?'));
    while (!path.empty()) {
        path.remove_prefix(1); // its slash
        std::string segment;
        const auto end = std::min(path.find('/'), path.size());
        for (std::size_t i = 0; i < end; ++i) {
            const bool dot =
                path[i] == '%' && i + 2 < end && path[i + 1] == '2' && (path[i + 2] | 0x20) == 'e';
            segment += dot ? '.' : path[i];
            if (dot) i += 2;
        }
        path.remove_prefix(end);
        if (segment == "..") {
            if (--depth < 0) return true;
        } else if (segment != ".") {
            ++depth;
        }
    }
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string target = "/cl/" + std::string(fuzz::text_of(data, size));
    const auto led = cl::node_target(target);
    if (climbs_out(std::string_view(target).substr(3))) CLAIM(!led);
    if (!led) return 0;
    CLAIM(fuzz::lies_in(*led, target) && led->starts_with('/'));
    for (const auto* method : {"GET", "HEAD", "POST", "DELETE", ""}) {
        const auto call = chain::classify_beacon_call(method, *led);
        const auto bare = chain::classify_beacon_call(method, led->substr(0, led->find('?')));
        CLAIM(call.kind == bare.kind && call.names_block == bare.names_block);
    }
    return 0;
}
