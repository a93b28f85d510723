// What a Beacon REST call is, from its method and path: what may be tried again and when a 404 may
// only mean "not here yet". Source: ethereum/beacon-APIs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::chain {

struct BeaconCall {
    enum class Kind : std::uint8_t {
        read,    ///< GET, HEAD, OPTIONS, and POSTs that only ask (duties, validators, rewards, liveness …)
        publish, ///< idempotent by content: blocks, pool messages, aggregates, contributions, subscriptions …
        events, ///< GET /eth/v1/events
        other,  ///< unknown POST, PUT, DELETE, PATCH: at most once
    };
    Kind kind = Kind::other;
    bool names_block =
        false; ///< a block, header, state or blob id stands in the path: 404 may mean "not yet"
};

/// `target` is the path below /cl as sent, with or without its query.
BeaconCall classify_beacon_call(std::string_view http_method, std::string_view target);

} // namespace weir::chain
