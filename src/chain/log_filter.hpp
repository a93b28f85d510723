// The filter of eth_subscribe logs, eth_newFilter and eth_getLogs: address and topics. Written in canonical
// form, and applied to logs and to a header's bloom; read with the rest of a filter object by
// log_criteria. Source: execution-apis Filter, Yellow Paper §4.3.1 (bloom).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::chain {

/// What a filter looks at in a log.
struct LogFields {
    std::string address; ///< lower case, as in a filter; empty when absent or of another form
    std::vector<std::string> topics;
    std::string block_hash;
};
/// `log` is a log object in raw JSON.
LogFields read_log_fields(std::string_view log);

struct LogFilter {
    std::vector<std::string> addresses;           ///< sorted, lower case; empty: any
    std::vector<std::vector<std::string>> topics; ///< per position, sorted; an empty position: any

    /// {"address":[…],"topics":[…]} without what is "any"; `extra` members, each with a comma after it, come
    /// first.
    std::string to_json(std::string_view extra = {}) const;
    bool matches(const LogFields& log) const;
    /// It names more than weir takes: what the client is told then; empty when all is well.
    std::string too_long() const;

    bool operator==(const LogFilter&) const = default;
};

/// A filter that matches whatever one of these matches: one question for all of them. Matches everything when
/// nothing narrower would do.
LogFilter covering(std::span<const LogFilter* const> filters);

/// A filter as a question to blooms: each value is hashed once and not for every block.
class BloomTest {
  public:
    explicit BloomTest(const LogFilter& filter);
    /// False only when no log of a block with this bloom can match. A bloom of another form says nothing:
    /// true.
    bool may_be_in(std::string_view bloom) const;

  private:
    using Bits = std::array<std::uint16_t, 3>;  ///< the bits of M3:2048 that a value sets
    std::vector<std::vector<Bits>> all_of_any_; ///< for each position that is not "any", its alternatives
};

/// A filter's members `address` and `topics`, raw JSON; false when they are none.
bool read_addresses(std::string_view json, LogFilter& out);
bool read_topics(std::string_view json, LogFilter& out);

/// The same log with "removed": true.
std::string as_removed(std::string_view log);

} // namespace weir::chain
