// A JSON-RPC batch on its way through the nodes. It goes out whole; each element of what comes back is
// judged by itself, and only those that a node could not answer are asked again elsewhere. What came
// back is put together in the client's order; when one node answered everything, its bytes go as they are.
#pragma once

#include "chain/error_class.hpp"
#include "chain/json_rpc.hpp"
#include "el/answer_text.hpp"
#include "el/judgement.hpp"
#include "forward/context.hpp"
#include "forward/job.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::el {

/// Whose ids the calls of a batch carry on their way to a node.
enum class Ids : std::uint8_t {
    clients, ///< the client's own bytes go out, and a node's whole answer back, unchanged
    ours,    ///< numbers of our own: the client's come back exactly as sent, the same one twice included
};

class BatchCall final : public forward::Job {
  public:
    /// All references and the views in `requests` outlive this.
    /// `first_id`: with Ids::ours, the first of as many as there are calls.
    BatchCall(const net::Head& client, std::string_view body, const chain::Requests& requests,
              const config::Global& limits, Ids ids, std::uint64_t first_id = 1);

    /// Before each run of the attempt loop: the layer's nodes as they are now, what is known of them beyond
    /// that, and of the client. They outlive the run.
    void use(const nodes::LayerView& layer, nodes::SeenHeads& seen, const CallHistory& history) {
        layer_ = &layer;
        seen_ = &seen;
        history_ = &history;
        shortfall_ = {};
    }
    /// This call is answered already: a whole JSON-RPC answer, or nothing for a notification.
    void give(std::size_t item, std::string answer);
    /// Nodes are asked this in the call's place: a whole JSON-RPC request with the same id.
    void ask_instead(std::size_t item, std::string request);

    net::Task<upstream::Failure> send(const nodes::NodeStatus& node,
                                      upstream::Connection& connection) override;
    routing::Verdict judge(const forward::Received& received) override;
    routing::Verdict failed(routing::FailureKind kind, bool sent) override;
    std::size_t hold_limit(const net::Head&) const override { return answer_limit(); }
    net::Task<bool> transaction_known(const nodes::NodeStatus&, net::Clock::time_point) override {
        co_return false;
    }
    bool fresh_connection() const override;
    bool bodyless() const override { return false; }
    bool takes_json(const net::Head&) const override { return true; }
    std::string take_trouble() override { return std::exchange(shortfall_.trouble, {}); }

    /// Something is left for nodes to answer; otherwise answer() is complete before any attempt.
    bool any_pending() const;
    /// The node's own bytes are the client's answer.
    bool pass_through() const { return pass_through_; }
    /// Some element was answered by a node.
    bool any_answered() const;
    /// The array put together; elements without an answer get an error with this message, and those of which
    /// nodes said that the method is not there get `lacking`, unless that is empty. Empty when nothing is to
    /// be answered (notifications only).
    std::string answer(std::string_view why_not, std::string_view lacking) const;

    /// What the answers tell of the chain.
    const chain::ToldHeads& told() const { return told_; }
    /// Of the calls that have no good answer after a run.
    const Shortfall& shortfall() const { return shortfall_; }
    /// The highest block, up to `most`, that a pending call names; and the heads by name that they ask for.
    std::uint64_t highest_named(std::uint64_t most) const;
    std::uint8_t wanted_tags() const;

    /// What went wrong, one for each error of a node that the client gets.
    std::vector<chain::ErrorClass> errors() const;

    /// Transactions whose fate is unclear: their hashes, to be looked for before answering.
    struct Doubt {
        std::size_t item;
        std::string hash;
    };
    std::vector<Doubt> doubts() const;
    void settle_doubt(const Doubt& doubt);

  private:
    struct Item {
        chain::Call call;
        std::string instead; ///< owns the call when it is not the client's
        Question question;
        enum class State : std::uint8_t {
            pending,
            answered,
            silent
        } state = State::pending;                     ///< silent: a notification
        std::string answer;                           ///< final
        std::string kept;                             ///< the first "not me"; given when no node does better
        std::string hash;                             ///< of a raw transaction
        std::optional<chain::ErrorClass> error_class; ///< of `answer`, or of `kept`, when it is an error
        bool sent = false;                            ///< a node may have it
        bool lacked = false;                          ///< `kept` says that the method is not there
        bool in_doubt = false;
        bool matched = false; ///< scratch of one judgement
    };

    std::size_t answer_limit() const {
        // Our ids must be put back: such an answer cannot pass through unread.
        return ids_ == Ids::ours ? limits_.upstream_max_message_bytes : limits_.max_batch_answer_bytes;
    }
    void learn(Item& item) const;
    bool awaits_answer(const Item& item) const {
        return item.state == Item::State::pending && !item.call.id.empty() && !item.matched;
    }
    /// The item that this is the answer to, looked for from `from` on; nothing when it is nobody's.
    Item* item_of(std::string_view id, std::size_t from);
    enum class Addressees : std::uint8_t {
        ours,    ///< every element answers a call of its own
        strays,  ///< some name no call
        foreign, ///< some name a call that was not made, or that has its answer already
    };
    struct Finding {
        Item* item;
        const chain::BatchElement* element;
        routing::Verdict verdict;
    };
    Addressees match(const std::vector<chain::BatchElement>& elements, std::vector<Finding>& findings);
    std::string own_answer(const Item& item, std::string_view element) const;
    routing::Verdict judge_element(Item& item, const chain::Answer& answer,
                                   const forward::Received& received);
    routing::Verdict judge_all(const forward::Received& received);
    routing::Verdict judge_object(const AnswerText& text, const forward::Received& received);
    void take_for_each(std::string_view object, const routing::Verdict& verdict,
                       chain::ErrorClass error_class);

    const nodes::LayerView* layer_ = nullptr;
    const net::Head& client_;
    std::string_view body_;
    const config::Global& limits_;
    Ids ids_;
    std::uint64_t first_id_;
    nodes::SeenHeads* seen_ = nullptr;
    const CallHistory* history_ = nullptr;
    chain::ToldHeads told_;
    Shortfall shortfall_;
    std::optional<chain::ErrorClass> object_error_; ///< one error in place of the array
    std::vector<Item> items_;
    bool clients_own_ = true; ///< no call was put in another's place
    bool whole_ = true;       ///< the last attempt carried the client's own bytes
    bool pass_through_ = false;
};

} // namespace weir::el
