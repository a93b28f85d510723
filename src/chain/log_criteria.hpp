// The criteria of eth_newFilter: which logs, and of which blocks. Read as go-ethereum reads them
// (eth/filters: FilterCriteria, EventSystem.SubscribeLogs): such a filter tells of new blocks only, so its
// range is open at the end or bounded by numbers; "pending", "safe" and "finalized" have no meaning for it.
#pragma once

#include "chain/log_filter.hpp"

#include <boost/system/result.hpp>

#include <cstdint>

namespace weir::chain {

struct LogCriteria {
    LogFilter filter;
    std::optional<std::uint64_t> from, to; ///< numbers of the first and the last block; nothing: no bound
    std::string query;                     ///< the whole criteria in canonical form, for eth_getLogs

    /// Whether the log's block lies within the range. `log` is raw JSON.
    bool cover(std::string_view log) const;
};

/// `json` is raw JSON. The error says what is wrong with it. Members that no node knows are ignored, as
/// nodes do.
boost::system::result<LogCriteria, std::string> read_log_criteria(std::string_view json);

} // namespace weir::chain
