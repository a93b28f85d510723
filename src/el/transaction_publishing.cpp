#include "el/transaction_publishing.hpp"

#include "chain/answer_id.hpp"
#include "chain/byte_order_mark.hpp"
#include "el/errors.hpp"
#include "forward/publish.hpp"
#include "upstream/request_head.hpp"

#include <array>
#include <deque>

namespace weir::el {

using chain::ErrorClass;
using forward::Outcome;
using net::Task;
using routing::Action;
using routing::Verdict;

namespace {

constexpr std::size_t hold_bytes = 64 * 1024;

/// What a node made of it, the better the lower.
enum class Made : std::uint8_t { success, known, low_nonce, error, nothing };

struct Sent {
    std::string body, id;
};

class PublishJob final : public forward::Job {
  public:
    PublishJob(std::string head, const Sent& sent, forward::CallKind kind)
        : head_(std::move(head))
        , sent_(sent)
        , kind_(kind) {}

    Task<upstream::Failure> send(const nodes::NodeStatus&, upstream::Connection& connection) override {
        const std::array<net::asio::const_buffer, 2> buffers{net::asio::buffer(head_),
                                                             net::asio::buffer(sent_.body)};
        co_return co_await connection.send(buffers);
    }
    Verdict judge(const forward::Received& received) override;
    Verdict failed(routing::FailureKind kind, bool sent) override {
        return routing::judge_failure(kind, sent, chain::Safety::raw_transaction);
    }
    std::size_t hold_limit(const net::Head&) const override { return hold_bytes; }
    Task<bool> transaction_known(const nodes::NodeStatus&, net::Clock::time_point) override {
        co_return false;
    }
    bool fresh_connection() const override { return false; }
    bool bodyless() const override { return false; }
    bool may_be_hedged() const override { return false; }
    bool takes_json(const net::Head&) const override { return true; }
    forward::CallKind kind() const override { return kind_; }

    Made made() const { return made_; }
    const std::optional<ErrorClass>& error() const { return error_; }

  private:
    std::string head_;
    const Sent& sent_;
    forward::CallKind kind_;
    Made made_ = Made::nothing;
    std::optional<ErrorClass> error_;
};

Verdict PublishJob::judge(const forward::Received& received) {
    if (!received.complete) return {Action::more, {}, false, false};
    routing::ElAnswer facts;
    facts.http_status = static_cast<int>(received.head.status);
    facts.answer = chain::scan_answer(chain::without_mark(received.body), true);
    facts.method.safety = chain::Safety::raw_transaction;
    facts.foreign = chain::names_another(facts.answer, sent_.id);
    const auto verdict = routing::judge_el(facts);
    if (verdict.action != Action::deliver) return verdict;
    if (facts.answer.kind == chain::Answer::Kind::result) {
        made_ = Made::success;
        return verdict;
    }
    error_ = verdict.error_class;
    made_ = error_ == ErrorClass::known_transaction ? Made::known
            : error_ == ErrorClass::nonce_too_low   ? Made::low_nonce
                                                    : Made::error;
    return verdict;
}

class Publication final : public forward::Publication {
  public:
    explicit Publication(const OutgoingTransaction& transaction)
        : sent_{std::string(transaction.body), std::string(transaction.sent_id)}
        , kind_(transaction.kind) {}
    void add(std::string head) { jobs_.emplace_back(std::move(head), sent_, kind_); }
    const PublishJob& at(std::size_t place) const { return jobs_[place]; }

    forward::Job& job(std::size_t place) override { return jobs_[place]; }
    bool succeeded(std::size_t place, const Outcome& outcome) const override {
        return outcome.kind == Outcome::Kind::answer && jobs_[place].made() == Made::success;
    }
    /// "Already known" says more than another node's error, and that more than "not me".
    std::size_t best(const std::vector<Outcome>& outcomes) const override {
        const auto rank = [&](std::size_t place) {
            if (outcomes[place].kind == Outcome::Kind::answer) return static_cast<int>(jobs_[place].made());
            return static_cast<int>(Made::nothing) + (outcomes[place].kind == Outcome::Kind::kept ? 0 : 1);
        };
        std::size_t best = 0;
        for (std::size_t place = 1; place < outcomes.size(); ++place) {
            if (rank(place) < rank(best)) best = place;
        }
        return best;
    }

  private:
    Sent sent_;
    forward::CallKind kind_;
    std::deque<PublishJob> jobs_;
};

} // namespace

bool goes_to_all(const Origin& origin, const chain::MethodTraits& traits, const Plan& plan) {
    return traits.safety == chain::Safety::raw_transaction &&
           origin.limits().el_publish == config::Publish::all && plan.order.size() > 1;
}

Task<PublishedTransaction> publish_transaction(Origin& origin, const Plan& plan,
                                               const OutgoingTransaction& transaction) {
    auto& context = origin.context;
    context.metrics.el_published_to_all.add();
    const auto publication = std::make_shared<Publication>(transaction);
    for (const auto node : plan.order) {
        std::string head;
        upstream::build_request_head(head, origin.layer().nodes[node].node->http, "POST", {}, &origin.client,
                                     {upstream::BodyFraming::Kind::length, transaction.body.size()},
                                     std::string_view());
        publication->add(std::move(head));
    }
    auto published = co_await forward::publish_to_all(context, publication, origin.snapshot, nodes::Layer::el,
                                                      plan.order, origin.deadline);
    PublishedTransaction result;
    result.outcome = std::move(published.outcome);
    const auto& job = publication->at(published.place);
    result.error = job.error();
    if (published.success) co_return result;
    // A node that could not say so may have it, and have told the others.
    const bool lost = published.lost || transaction.sent_before;
    result.outcome.may_have_run = lost;
    if (!lost || transaction.hash.empty()) co_return result;
    const bool is_in = job.made() == Made::known || co_await known_anywhere(origin, transaction.hash);
    if (is_in) {
        result.outcome.lease.end();
        result.outcome.kind = Outcome::Kind::hash;
        result.error.reset();
    }
    co_return result;
}

Task<Answered> answer_published(Origin& origin, const Plan& plan, const OutgoingTransaction& transaction,
                                const chain::Call& call) {
    auto published = co_await publish_transaction(origin, plan, transaction);
    Answered answered;
    auto& outcome = answered.outcome;
    outcome = std::move(published.outcome);
    answered.error = published.error;
    if (outcome.kind == Outcome::Kind::answer) {
        answered.streamed = true;
        answered.status = outcome.status();
        co_return answered;
    }
    if (outcome.kind == Outcome::Kind::hash) {
        answer_hash(answered, call, transaction.hash);
        co_return answered;
    }
    note_round(origin, plan, {}, answered);
    answered.refused = outcome.kind == Outcome::Kind::kept;
    answer_without_success(origin, answered, call);
    co_return answered;
}

} // namespace weir::el
