// A block's header as nodes announce it (eth_subscription newHeads) or give it in answers
// (eth_getBlockByHash). Source: execution-apis, go-ethereum's types.Header JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::chain {

struct Header {
    std::string hash;   ///< "0x" + 64 hex digits, lower case
    std::string parent; ///< the same form
    std::uint64_t number = 0;
    std::string bloom; ///< logsBloom: "0x" + 512 hex digits; empty when absent or of another form
    std::string json;  ///< as the node announced it
};

using HeaderPtr = std::shared_ptr<const Header>;

/// Null when it is no header: hash, parentHash and number are needed.
HeaderPtr read_header(std::string_view json);
/// The same from a block: what only blocks have (transactions, uncles, withdrawals, size, totalDifficulty, …)
/// is left out. `announced` is a header as a node announced it, or empty: then only what it has is kept.
HeaderPtr header_of_block(std::string_view block_json, std::string_view announced);

} // namespace weir::chain
