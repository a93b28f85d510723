// The execution layer's view of a block, in the JSON of execution-apis.
#pragma once

#include "chain.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace simnode {

namespace json = boost::json;

struct Log {
    std::string address;
    std::vector<std::string> topics;
    std::string data;
    unsigned transaction; // index in its block
    unsigned index;       // in its block
};

/// `address` one or many, `topics` nested with nulls; empty means any.
class LogFilter {
  public:
    LogFilter() = default;
    /// Throws std::invalid_argument.
    explicit LogFilter(const json::object& filter);
    bool matches(const Log& log) const;

  private:
    static std::vector<std::string> choices(const json::value& value);
    std::vector<std::string> addresses_;
    std::vector<std::vector<std::string>> topics_;
};

std::vector<Log> logs_of(const Chain& chain, const Block& block);

/// What newHeads sends.
json::object header_json(const Chain& chain, const Block& block);
json::object block_json(const Chain& chain, const Block& block, bool whole_transactions);
json::object transaction_json(const Chain& chain, const Block& block, unsigned index);
json::object receipt_json(const Chain& chain, const Block& block, unsigned index);
json::object log_json(const Chain& chain, const Block& block, const Log& log, bool removed);

/// A transaction that a client sent; `block` once it counts as mined.
json::object sent_transaction_json(const std::string& hash, const std::optional<Block>& block);
json::object sent_receipt_json(const std::string& hash, const Block& block);

} // namespace simnode
