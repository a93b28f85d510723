// One JSON-RPC call on its way to a node: the client's own bytes out, a verdict on what comes back.
#pragma once

#include "chain/json_rpc.hpp"
#include "el/answer_text.hpp"
#include "el/judgement.hpp"
#include "forward/context.hpp"
#include "forward/job.hpp"

#include <string>
#include <utility>

namespace weir::el {

class SingleCall final : public forward::Job {
  public:
    /// `client` is the head whose end-to-end lines go along, `body` what is sent, `call` the client's call,
    /// `sent_id` the id that it has in `body`. All references outlive this.
    SingleCall(forward::Context& context, const nodes::LayerView& layer, const net::Head& client,
               std::string_view body, const chain::Call& call, const Question& question,
               const CallHistory& history, std::string_view sent_id);

    net::Task<upstream::Failure> send(const nodes::NodeStatus& node,
                                      upstream::Connection& connection) override;
    routing::Verdict judge(const forward::Received& received) override;
    routing::Verdict failed(routing::FailureKind kind, bool sent) override;
    std::size_t hold_limit(const net::Head& answer) const override;
    net::Task<bool> transaction_known(const nodes::NodeStatus& node, net::Clock::time_point at) override;
    bool fresh_connection() const override { return question_.traits.safety == chain::Safety::once; }
    bool bodyless() const override { return false; }
    bool takes_json(const net::Head&) const override { return true; }
    std::string take_trouble() override { return std::exchange(shortfall_.trouble, {}); }
    forward::CallKind kind() const override { return kind_; }

    /// The class of the JSON-RPC error in the answer that is delivered, if it is one.
    const std::optional<chain::ErrorClass>& error_class() const { return error_class_; }
    /// The answer that is delivered is longer than what is held back, and its id has not come yet.
    bool awaits_id() const { return awaits_id_; }
    /// What the delivered answer tells of the chain.
    const std::optional<Told>& told() const { return told_; }
    const Shortfall& shortfall() const { return shortfall_; }
    /// What the nodes that answered "not me" meant by it: the method is not there.
    bool lacked_by_first() const { return lacked_by_first_; }
    bool lacked_by_all() const { return lacked_by_all_; }
    /// eth_sendRawTransaction: the transaction's hash; empty when the bytes are no transaction.
    const std::string& transaction_hash() const { return hash_; }

  private:
    forward::Context& context_;
    const nodes::LayerView& layer_;
    const net::Head& client_;
    std::string_view body_;
    const chain::Call& call_;
    const Question& question_;
    const CallHistory& history_;
    std::string_view sent_id_;
    forward::CallKind kind_;
    Shortfall shortfall_;
    std::string hash_;
    std::optional<chain::ErrorClass> error_class_;
    std::optional<Told> told_;
    bool awaits_id_ = false;
    bool passed_over_ = false; ///< some node's answer was "not me"
    bool lacked_by_first_ = false, lacked_by_all_ = true;
};

/// Asks one node for a transaction by its hash.
net::Task<bool> knows_transaction(forward::Context& context, const nodes::NodeStatus& node,
                                  std::string_view hash, net::Clock::time_point at);

/// Sends one JSON-RPC body with the client's end-to-end header lines.
net::Task<upstream::Failure> send_json(const upstream::Endpoint& endpoint, const net::Head& client,
                                       std::string_view body, upstream::Connection& connection);

} // namespace weir::el
