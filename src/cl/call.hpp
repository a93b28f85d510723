// One Beacon REST call on its way to a node.
#pragma once

#include "chain/beacon_path.hpp"
#include "forward/context.hpp"
#include "forward/job.hpp"
#include "net/server_connection.hpp"
#include "upstream/request_head.hpp"

#include <string>
#include <string_view>

namespace weir::cl {

/// A request's body as far as weir holds it. Small ones are held whole and can be sent to any number of
/// nodes; of large ones the rest still waits at the client, and once it flows there is no second try.
struct HeldBody {
    upstream::BodyFraming framing;
    std::string_view bytes; ///< whole, or the beginning
    bool whole = true;
};

bool is_event_stream(const net::Head& answer);
bool is_json(const net::Head& answer);

class Call final : public forward::Job {
  public:
    Call(net::ServerConnection& client, std::string_view target, chain::BeaconCall kind,
         forward::CallKind path_kind, const HeldBody& body, const config::Global& limits);

    net::Task<upstream::Failure> send(const nodes::NodeStatus& node,
                                      upstream::Connection& connection) override;
    routing::Verdict judge(const forward::Received& received) override;
    routing::Verdict failed(routing::FailureKind kind, bool sent) override;
    std::size_t hold_limit(const net::Head& answer) const override;
    net::Task<bool> transaction_known(const nodes::NodeStatus&, net::Clock::time_point) override {
        co_return false;
    }
    bool fresh_connection() const override;
    bool may_be_hedged() const override;
    bool client_failed() const override { return body_result_ != net::ServerConnection::BodyResult::ok; }
    bool bodyless() const override { return client_.head().method == "HEAD"; }
    bool takes_json(const net::Head& answer) const override { return is_json(answer); }
    forward::CallKind kind() const override { return path_kind_; }
    bool open_ended() const override;

    /// The client broke off, or sent more than it may, in the middle of its body.
    net::ServerConnection::BodyResult body_result() const { return body_result_; }

  private:
    net::Task<upstream::Failure> stream_rest(upstream::Connection& connection);

    net::ServerConnection& client_;
    std::string_view target_;
    chain::BeaconCall kind_;
    forward::CallKind path_kind_;
    const HeldBody& body_;
    const config::Global& limits_;
    bool streamed_ = false; ///< bytes that cannot be had again have left the client
    net::ServerConnection::BodyResult body_result_ = net::ServerConnection::BodyResult::ok;
};

} // namespace weir::cl
