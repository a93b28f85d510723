// A JSON-RPC batch while it is being answered: its calls in the client's order, what is known of each, and
// the array that is put together from it. Who asks the nodes is el/batch_part; el/batch_road says in what
// parts.
#pragma once

#include "chain/error_class.hpp"
#include "chain/json_rpc.hpp"
#include "el/judgement.hpp"
#include "forward/context.hpp"

#include <boost/container/small_vector.hpp>

#include <optional>
#include <string>
#include <vector>

namespace weir::el {

/// Whose ids the calls of a batch carry on their way to a node.
enum class Ids : std::uint8_t {
    clients, ///< the client's own bytes go out, and a node's whole answer back, unchanged
    ours,    ///< numbers of our own: the client's come back exactly as sent, the same one twice included
};

/// Tells errors apart: by code and words.
std::size_t hash_of(const chain::Answer& error);

class BatchCall {
  public:
    /// All references and the views in `requests` outlive this.
    /// `first_id`: with Ids::ours, the first of as many as there are calls.
    BatchCall(const net::Head& client, std::string_view body, const chain::Requests& requests,
              const config::Global& limits, Ids ids, std::uint64_t first_id = 1);

    /// Before each run of the attempt loop: the layer's nodes as they are now, what is known of them beyond
    /// that, and of the client. They outlive the run.
    void use(const nodes::LayerView& layer, forward::Context& context, const CallHistory& history) {
        layer_ = &layer;
        context_ = &context;
        history_ = &history;
        shortfall_ = {};
        for (auto& item : items_)
            item.tried = false;
    }
    /// For a further round: the nodes as they are by then.
    void go_on(const nodes::LayerView& layer) { layer_ = &layer; }
    /// This call is answered already: a whole JSON-RPC answer, or nothing for a notification.
    void give(std::size_t item, std::string answer);
    /// Nodes are asked this in the call's place: a whole JSON-RPC request with the same id.
    void ask_instead(std::size_t item, std::string request);

    std::size_t size() const { return items_.size(); }
    forward::CallKind kind() const { return kind_; }
    /// Something is left for nodes to answer; otherwise answer() is complete before any attempt.
    bool any_pending() const;
    /// And has not been asked of any node, or only within what was refused as a whole.
    bool any_untried() const;
    /// Some element was answered by a node.
    bool any_answered() const;
    /// Calls are left whose order may matter to a node: transactions, and what must not run twice.
    bool in_order() const;
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

    /// Of the calls that are left to be tried, those of methods that this node has said not to have become
    /// lot 1, the others lot 0. Which methods.
    std::vector<std::uint16_t> set_lots(std::optional<std::uint32_t> node_id, net::Clock::time_point now);

    void join_lots();
    /// A stretch of the batch; of what is in it, the pending calls of this lot are asked.
    static constexpr std::uint8_t no_lot = 2;
    struct Stretch {
        std::size_t begin = 0, end = 0;
        std::uint8_t lot = 0;
    };
    using Stretches = boost::container::small_vector<Stretch, 2>;
    /// A lot in stretches that the limit allows.
    void cut(std::uint8_t lot, const forward::BatchLimits::Limit& limit, Stretches& out) const;

    /// Transactions: which calls are pending, and of unclear fate, to be looked for before answering.
    struct Transaction {
        std::size_t item;
        std::string hash;
    };
    std::vector<Transaction> transactions() const;
    std::vector<Transaction> doubts() const;
    void settle_doubt(const Transaction& doubt);
    const chain::Call& call(std::size_t item) const { return items_[item].call; }
    const Question& question(std::size_t item) const { return items_[item].question; }
    /// Published to all nodes: what came of it. A whole answer of a node with the id that the call went out
    /// under; the call stays pending where there is none.
    void published(std::size_t item, std::string answer, std::optional<chain::ErrorClass> error);
    void may_be_known(std::size_t item) { items_[item].sent = true; }
    /// Appends the call as it goes out.
    void append_call(std::string& out, std::size_t item) const;
    /// How much of it the node takes at once.
    forward::BatchLimits::Limit limit_of(std::uint32_t node_id, net::Clock::time_point now) const;
    /// What its refusals turned out to be, for the batches that come after it.
    void conclude_suppositions(net::Clock::time_point now);
    std::uint64_t own_id(std::size_t item) const { return ids_ == Ids::ours ? first_id_ + item : 0; }

  private:
    friend class BatchPart;

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
        std::uint32_t done_at = 0;                    ///< the last send before it was no longer pending
        std::uint8_t lot = 0;
        bool sent = false;   ///< a node may have it
        bool lacked = false; ///< `kept` says that the method is not there
        bool in_doubt = false;
        bool tried = false;   ///< in this round: its nodes had their say, or failed
        bool matched = false; ///< scratch of one judgement

        bool pending() const { return state == State::pending; }
        bool once() const { return question.traits.safety == chain::Safety::once; }
        bool raw() const { return question.traits.safety == chain::Safety::raw_transaction; }
    };

    /// A node has refused an array for an unclear reason: it goes in smaller ones, and at last without any.
    /// If a call is refused so even then, it was to blame; if none is, the node takes no arrays.
    struct Supposition {
        std::uint32_t node_id;
        std::size_t calls;      ///< at once, at most
        std::size_t error;      ///< of the refusal: a hash
        bool held_good = false; ///< a call went alone, and was not refused so
        bool misjudged = false;
    };
    void suppose(std::uint32_t node_id, std::size_t calls, std::size_t error);
    /// A call that went alone got this.
    void went_alone(std::uint32_t node_id, const chain::Answer& answer);

    std::size_t answer_limit() const {
        // Our ids must be put back: such an answer cannot pass through unread.
        return ids_ == Ids::ours ? limits_.upstream_max_message_bytes : limits_.max_batch_answer_bytes;
    }
    void learn(Item& item) const;
    void finish(Item& item, std::string answer);
    void silence(Item& item);
    std::string own_answer(const Item& item, std::string_view element, bool alone) const;
    void keep(Item& item, std::string answer, chain::ErrorClass error_class);

    const nodes::LayerView* layer_ = nullptr;
    forward::Context* context_ = nullptr;
    const net::Head& client_;
    std::string_view body_;
    const config::Global& limits_;
    Ids ids_;
    forward::CallKind kind_ = 0;
    std::uint64_t first_id_;
    const CallHistory* history_ = nullptr;
    chain::ToldHeads told_;
    Shortfall shortfall_;
    std::vector<Item> items_;
    boost::container::small_vector<Supposition, 1> suppositions_;
    std::uint32_t sends_ = 0; ///< of all parts
    bool clients_own_ = true; ///< no call was put in another's place
};

} // namespace weir::el
