// What the execution node answers to each method, whatever the transport.
#pragma once

#include "chain.hpp"
#include "faults.hpp"
#include "http_request.hpp"
#include "json_rpc.hpp"
#include "stats.hpp"

#include <boost/json/array.hpp>

#include <map>

namespace simnode {

struct RpcError {
    std::int64_t code;
    std::string message;
};

class ElNode {
  public:
    struct Ask {
        std::string_view method;
        std::string_view params; // JSON
        const Effects& effects;
        const Request* request; // null over WebSocket
    };
    struct Result {
        std::string json;
        std::optional<std::uint64_t> string_bytes; // instead: a string of that many bytes
    };

    ElNode(Chain& chain, Stats& stats, const Options& options)
        : chain_(chain)
        , stats_(stats)
        , options_(options) {}

    /// Throws RpcError.
    Result call(const Ask& ask);
    Chain& chain() { return chain_; }
    std::uint64_t chain_id() const { return options_.chain_id; }

    /// Called for each transaction that enters the pool.
    std::function<void(const std::string& hash)> on_pending;

  private:
    using Params = boost::json::array;
    struct Context {
        const Ask& ask;
        Params params;
        std::uint64_t head; // the last block that this node has

        /// The parameter as text; throws if it is missing or no string.
        std::string_view text(std::size_t index) const;
        bool flag(std::size_t index) const;
    };
    using Method = Result (ElNode::*)(const Context&);
    static const std::map<std::string_view, Method>& methods();

    std::optional<Block> block_at(const Context& context, std::size_t index) const;
    std::optional<Block> numbered(const Context& context, std::uint64_t number) const;
    std::optional<Block> hashed(const Context& context, std::string_view hash) const;
    /// For methods that need a state to work on.
    Block state_at(const Context& context, std::size_t index) const;
    std::string state_word(const Context& context, std::size_t index) const;
    void enter_pool(const std::string& hash);
    std::optional<Block> mined_in(const Context& context, std::string_view hash) const;

    Result block_number(const Context&);
    Result chain_id(const Context&);
    Result net_version(const Context&);
    Result syncing(const Context&);
    Result client_version(const Context&);
    Result gas_price(const Context&);
    Result estimate_gas(const Context&);
    Result block(const Context&);
    Result header(const Context&);
    Result fee_history(const Context&);
    Result transaction(const Context&);
    Result receipt(const Context&);
    Result block_receipts(const Context&);
    Result logs(const Context&);
    Result balance(const Context&);
    Result transaction_count(const Context&);
    Result code(const Context&);
    Result execute(const Context&);
    Result send_raw_transaction(const Context&);
    Result send_transaction(const Context&);
    Result bytes(const Context&);
    Result echo(const Context&);

    Chain& chain_;
    Stats& stats_;
    const Options& options_;
    /// Transactions that clients sent, each with the head at that time: they count as mined one block later.
    std::map<std::string, std::uint64_t, std::less<>> pool_;
};

} // namespace simnode
