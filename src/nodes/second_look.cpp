#include "nodes/second_look.hpp"

namespace weir::nodes {

using net::Clock;
using net::Task;
using upstream::Failure;

namespace {

/// Each of two connects. Behind one address there may be several machines, of which one refuses.
constexpr int tries = 4;
constexpr net::milliseconds between_tries{5}; ///< and twice as long each time

upstream::Question question_for(chain::Layer layer) {
    if (layer == chain::Layer::el) return upstream::rpc_question("eth_blockNumber", "[]", 1);
    upstream::Question question;
    question.target = "/eth/v1/node/health";
    return question;
}

} // namespace

Task<Finding> second_look(upstream::Pool& fresh, upstream::Pool& kept, upstream::Addresses addresses,
                          chain::Layer layer, Clock::time_point until, net::Timer& pause) {
    for (int i = 0; i < tries; ++i) {
        if (i > 0) {
            pause.expires_after(between_tries * (1 << (i - 1)));
            co_await pause.async_wait(net::use_task);
        }
        auto question = question_for(layer);
        const auto reply = co_await upstream::ask(fresh, addresses, std::move(question), until);
        if (reply.failure == Failure::none) co_return Finding::answers;
        if (reply.failure == Failure::refused) continue;
        co_return Clock::now() >= until ? Finding::silent : Finding::unclear;
    }
    auto question = question_for(layer);
    const auto reply = co_await upstream::ask(kept, addresses, std::move(question), until);
    co_return reply.failure == Failure::none ? Finding::takes_no_more : Finding::refuses;
}

} // namespace weir::nodes
