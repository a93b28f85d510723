// One JSON-RPC call on its way to a node: the client's own bytes out, a verdict on what comes back.
#pragma once

#include "chain/json_rpc.hpp"
#include "el/answer_text.hpp"
#include "forward/context.hpp"
#include "forward/job.hpp"

#include <string>

namespace weir::el {

class SingleCall final : public forward::Job {
  public:
    /// `client` is the request's head, `body` its bytes, `call` points into them; all outlive this.
    SingleCall(forward::Context& context, const nodes::LayerView& layer, const net::Head& client,
               std::string_view body, const chain::Call& call, chain::MethodTraits traits);

    net::Task<upstream::Failure> send(const nodes::NodeStatus& node, upstream::Connection& connection) override;
    routing::Verdict judge(const forward::Received& received) override;
    routing::Verdict failed(routing::FailureKind kind, bool sent) override;
    std::size_t hold_limit(const net::Head& answer) const override;
    net::Task<bool> transaction_known(const nodes::NodeStatus& node, net::Clock::time_point at) override;
    bool fresh_connection() const override { return traits_.safety == chain::Safety::once; }
    bool bodyless() const override { return false; }

    /// The class of the JSON-RPC error in the answer that is delivered, if it is one.
    const std::optional<chain::ErrorClass>& error_class() const { return error_class_; }
    /// eth_sendRawTransaction: the transaction's hash; empty when the bytes are no transaction.
    const std::string& transaction_hash() const { return hash_; }

  private:
    forward::Context& context_;
    const nodes::LayerView& layer_;
    const net::Head& client_;
    std::string_view body_;
    const chain::Call& call_;
    chain::MethodTraits traits_;
    chain::BlockParam block_;
    std::string hash_;
    std::optional<chain::ErrorClass> error_class_;
};

/// Asks one node for a transaction by its hash.
net::Task<bool> knows_transaction(forward::Context& context, const nodes::NodeStatus& node, std::string_view hash,
                                  net::Clock::time_point at);

/// Sends one JSON-RPC body with the client's end-to-end header lines.
net::Task<upstream::Failure> send_json(const upstream::Endpoint& endpoint, const net::Head& client,
                                       std::string_view body, upstream::Connection& connection);

} // namespace weir::el
