// The eth_newFilter family: what came since the last look. Nothing is stored for blocks and logs but
// where the chain stood then; pending hashes are kept until they are fetched.
#pragma once

#include "el_node.hpp"
#include "el_objects.hpp"

#include <random>

namespace simnode {

class Filters {
  public:
    explicit Filters(ElNode& node);

    /// The result as JSON; nothing for a method of another family. Throws RpcError.
    std::optional<std::string> call(const ElNode::Ask& ask);

  private:
    enum class Kind { logs, blocks, pending };
    struct Filter {
        Kind kind;
        LogFilter wanted;
        std::string criteria; // JSON, for eth_getFilterLogs
        std::uint64_t next;   // the first block not told of
        Path path;            // of the chain at the last look
        json::array pending;
    };

    std::string add(Kind kind, const ElNode::Ask& ask, const json::array& params);
    Filter& find(const json::array& params);
    json::array changes(Filter& filter, std::uint64_t head);
    void tell(const Filter& filter, const Block& block, bool removed, json::array& out) const;

    ElNode& node_;
    std::map<std::string, Filter, std::less<>> filters_;
    std::mt19937_64 random_{std::random_device{}()};
};

} // namespace simnode
