// The head of the request that goes to a node: the client's own lines, less those that belong to its
// connection, plus what the operator configured for the node.
#pragma once

#include "net/http_head.hpp"
#include "upstream/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::upstream {

/// How the body that follows is framed: nothing = none.
struct BodyFraming {
    enum class Kind : std::uint8_t { none, length, chunked };
    Kind kind = Kind::none;
    std::uint64_t length = 0;
};

/// Overwrites `out`. `target` is the path below the node's own, with query, beginning with '/' or empty.
/// `client` may be null (weir's own requests: `method` alone decides). Accept-Encoding is replaced by
/// `accept_encoding` when given (empty: removed).
void build_request_head(std::string& out, const Endpoint& endpoint, std::string_view method,
                        std::string_view target, const net::Head* client, BodyFraming body,
                        std::optional<std::string_view> accept_encoding = std::nullopt);

} // namespace weir::upstream
