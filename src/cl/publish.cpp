#include "cl/publish.hpp"

#include <array>
#include <deque>
#include <memory>

namespace weir::cl {

using forward::Outcome;
using net::Task;
using routing::Verdict;
namespace asio = net::asio;

namespace {

constexpr std::size_t hold_bytes = 64 * 1024;

class PublishJob final : public forward::Job {
  public:
    PublishJob(std::string head, const std::string& body, forward::CallKind kind)
        : head_(std::move(head))
        , body_(body)
        , kind_(kind) {}

    Task<upstream::Failure> send(const nodes::NodeStatus&, upstream::Connection& connection) override {
        const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body_)};
        co_return co_await connection.send(buffers);
    }
    Verdict judge(const forward::Received& received) override {
        return received.complete ? Verdict{} : Verdict{routing::Action::more, {}, false, false};
    }
    Verdict failed(routing::FailureKind kind, bool sent) override {
        return routing::judge_failure(kind, sent, chain::Safety::read);
    }
    std::size_t hold_limit(const net::Head&) const override { return hold_bytes; }
    Task<bool> transaction_known(const nodes::NodeStatus&, net::Clock::time_point) override {
        co_return false;
    }
    bool fresh_connection() const override { return false; }
    bool takes_json(const net::Head& answer) const override { return is_json(answer); }
    bool bodyless() const override { return false; }
    bool may_be_hedged() const override { return false; }
    forward::CallKind kind() const override { return kind_; }

  private:
    std::string head_;
    const std::string& body_;
    forward::CallKind kind_;
};

class Publication final : public forward::Publication {
  public:
    Publication(std::string_view body, forward::CallKind kind)
        : body_(body)
        , kind_(kind) {}
    void add(std::string head) { jobs_.emplace_back(std::move(head), body_, kind_); }

    forward::Job& job(std::size_t place) override { return jobs_[place]; }
    bool succeeded(std::size_t, const Outcome& outcome) const override {
        return outcome.kind == Outcome::Kind::answer && outcome.lease->head().status / 100 == 2;
    }

  private:
    std::string body_;
    forward::CallKind kind_;
    std::deque<PublishJob> jobs_;
};

} // namespace

Task<Outcome> publish_to_all(forward::Context& context, forward::SnapshotHandle snapshot,
                             const net::Head& client, std::string_view target, forward::CallKind kind,
                             const HeldBody& body, const routing::Candidates& order,
                             net::Clock::time_point deadline) {
    auto publication = std::make_shared<Publication>(body.bytes, kind);
    for (const auto node : order) {
        std::string head;
        upstream::build_request_head(head, (*snapshot)->cl.nodes[node].node->http, client.method, target,
                                     &client, body.framing);
        publication->add(std::move(head));
    }
    auto published = co_await forward::publish_to_all(context, std::move(publication), std::move(snapshot),
                                                      nodes::Layer::cl, order, deadline);
    co_return std::move(published.outcome);
}

} // namespace weir::cl
