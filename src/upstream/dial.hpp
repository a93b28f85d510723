// Opens a connection to a node: TCP to one of its addresses, then TLS where its URL asks for it. Shared by
// HTTP connections and WebSocket links.
#pragma once

#include "net/deadline.hpp"
#include "net/stream.hpp"
#include "upstream/endpoint.hpp"

#include <cstdint>
#include <string>

namespace weir::upstream {

/// What went wrong with an exchange. `refused` is certain (the host said no); `connect_failed` is DNS, no
/// route, TLS or the connect timeout: in both nothing was sent.
enum class Failure : std::uint8_t {
    none,
    refused,
    connect_failed,
    reset,
    timed_out,
    bad_answer,
    no_connection
};

/// What dial() works on; all of it outlives the call.
struct Dialing {
    net::Stream& stream;
    net::Deadline& deadline;  ///< its action closes the stream; cleared at the end
    const bool& given_up;     ///< set by who closes the stream meanwhile
    std::string& explanation; ///< in words without a URL, when it failed
    AddressPtr& reached;      ///< whom it has reached, also when TLS failed then
    std::shared_ptr<net::TlsSessions> sessions = nullptr; ///< to resume, and where new ones go
};

/// Tries the addresses until `at`, as AddressList says.
net::Task<Failure> dial(const Dialing& dialing, const Endpoint& endpoint, const Addresses& addresses,
                        net::Clock::time_point at);

} // namespace weir::upstream
