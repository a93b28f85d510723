// The command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace simnode {

struct Options {
    std::uint16_t el_port = 0, cl_port = 0, control_port = 0; // 0: any free port
    std::string host = "127.0.0.1";                           // "::" is every address of both families
    std::uint64_t chain_id = 1;
    std::uint64_t seed = 1;
    std::optional<std::int64_t> genesis_time_ms;
    std::uint64_t null_rounds = 0;  // every so-manyth number above the first head has no block; 0: none
    std::int64_t block_time_ms = 0; // 0: the head moves only by control
    std::string tls_cert, tls_key;
    std::string client_version = "simnode/v1.0.0/linux-amd64/cpp20";
    std::int64_t keepalive_ms = 0; // 0: idle connections stay
    bool empty_blooms = false;     // blocks have logs, and blooms without a bit
    bool exit_with_parent = false;
};

/// Writes what is wrong to stderr and gives nothing, when something is.
std::optional<Options> parse_options(int argc, char** argv);

} // namespace simnode
