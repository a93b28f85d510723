#include "cl/publish.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <array>
#include <memory>
#include <vector>

namespace weir::cl {

using forward::Outcome;
using net::Task;
using routing::Verdict;
namespace asio = net::asio;

namespace {

constexpr std::size_t hold_bytes = 64 * 1024;

/// Shared by the client's request and the nodes' tasks, which may outlive it: owns its bytes.
struct Publication {
    explicit Publication(net::IoContext& io)
        : changed(io) {}

    forward::SnapshotHandle snapshot;
    std::vector<std::string> heads; ///< one per node in order
    std::string body;
    net::Timer changed; ///< cancelled whenever a node is done
    std::vector<Outcome> outcomes;
    std::size_t running = 0;
    std::optional<std::size_t> winner;
};

class PublishJob final : public forward::Job {
  public:
    PublishJob(const Publication& publication, std::size_t index)
        : publication_(publication)
        , index_(index) {}

    Task<upstream::Failure> send(const nodes::NodeStatus&, upstream::Connection& connection) override {
        const std::array<asio::const_buffer, 2> buffers{asio::buffer(publication_.heads[index_]),
                                                        asio::buffer(publication_.body)};
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

  private:
    const Publication& publication_;
    std::size_t index_;
};

bool succeeded(const Outcome& outcome) {
    return outcome.kind == Outcome::Kind::answer && outcome.lease->head().status / 100 == 2;
}

Task<> publish_to_one(forward::Context& context, std::shared_ptr<Publication> publication, std::size_t index,
                      std::uint16_t node, net::Clock::time_point deadline) {
    PublishJob job(*publication, index);
    routing::Candidates only;
    only.push_back(node);
    auto outcome = co_await forward::run(context, job, (*publication->snapshot)->cl, only, {deadline, 0});
    if (!publication->winner && succeeded(outcome)) publication->winner = index;
    publication->outcomes[index] = std::move(outcome);
    --publication->running;
    publication->changed.cancel();
}

} // namespace

Task<Outcome> publish_to_all(forward::Context& context, forward::SnapshotHandle snapshot,
                             const net::Head& client, std::string_view target, const HeldBody& body,
                             const routing::Candidates& order, net::Clock::time_point deadline) {
    auto publication = std::make_shared<Publication>(context.io);
    publication->snapshot = snapshot;
    publication->body.assign(body.bytes);
    publication->outcomes.resize(order.size());
    publication->running = order.size();
    const auto& layer = (*snapshot)->cl;
    for (const auto node : order) {
        auto& head = publication->heads.emplace_back();
        upstream::build_request_head(head, layer.nodes[node].node->http, client.method, target, &client,
                                     body.framing);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        asio::co_spawn(context.io, publish_to_one(context, publication, i, order[i], deadline),
                       asio::detached);
    }
    while (publication->running > 0 && !publication->winner) {
        publication->changed.expires_at(net::Clock::time_point::max());
        co_await publication->changed.async_wait(net::use_task);
    }
    if (publication->winner) co_return std::move(publication->outcomes[*publication->winner]);
    for (auto& outcome : publication->outcomes) {
        if (outcome.kind == Outcome::Kind::answer) co_return std::move(outcome);
    }
    co_return std::move(publication->outcomes.front());
}

} // namespace weir::cl
