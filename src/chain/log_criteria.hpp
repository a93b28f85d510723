// The criteria of eth_subscribe logs and eth_newFilter: which logs, and of which blocks. Read as go-ethereum
// reads them (eth/filters: FilterCriteria.UnmarshalJSON, EventSystem.SubscribeLogs), for both alike: they
// tell of new blocks only, so the range is open at the end or bounded by numbers; "pending", "safe" and
// "finalized" have no meaning for it. Member names are taken in any case and further members are ignored, as
// Go does.
#pragma once

#include "chain/log_filter.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>

namespace weir::chain {

/// Numbers of the first and the last block; nothing: no bound.
struct BlockRange {
    std::optional<std::uint64_t> from, to;

    /// Whether the log's block lies within it. `log` is raw JSON.
    bool cover(std::string_view log) const;
    bool operator==(const BlockRange&) const = default;
};

struct LogCriteria {
    LogFilter filter;
    BlockRange range;
    bool of_one_block = false; ///< by blockHash
    std::string query;         ///< the whole criteria in canonical form, for eth_getLogs
};

struct CriteriaMistake {
    enum class Of : std::uint8_t { filter, range }; ///< addresses and topics, or which blocks
    Of of = Of::filter;
    std::string text; ///< what is wrong, in words
};

/// `json` is raw JSON.
boost::system::result<LogCriteria, CriteriaMistake> read_log_criteria(std::string_view json);

} // namespace weir::chain
