// A batch, or a part of it, on its way to a node and judged when it comes back: each element by itself. What
// a node does not answer is asked of the next one; what it refuses as a whole (chain/batch_refusal) comes
// back to el/batch_road, to be sent in smaller parts. What one node answered whole, in the client's order,
// goes as it is.
#pragma once

#include "chain/batch_refusal.hpp"
#include "el/answer_text.hpp"
#include "el/batch_call.hpp"
#include "forward/job.hpp"

#include <boost/container/small_vector.hpp>

#include <string>
#include <utility>
#include <vector>

namespace weir::el {

class BatchPart final : public forward::Job {
  public:
    /// `batch` outlives this.
    BatchPart(BatchCall& batch, const BatchCall::Stretch& stretch)
        : batch_(batch)
        , stretch_(stretch) {}
    /// All of the batch.
    explicit BatchPart(BatchCall& batch)
        : BatchPart(batch, {0, batch.size(), 0}) {}

    net::Task<upstream::Failure> send(const nodes::NodeStatus& node,
                                      upstream::Connection& connection) override;
    routing::Verdict judge(const forward::Received& received) override;
    routing::Verdict failed(routing::FailureKind kind, bool sent) override;
    /// Of one that is longer, and could not go as it is, nothing is held.
    std::size_t hold_limit(const net::Head& answer) const override {
        const auto most = batch_.answer_limit();
        return batch_.ids_ == Ids::ours && announces_more_than(answer, most) ? 0 : most;
    }
    net::Task<bool> transaction_known(const nodes::NodeStatus&, net::Clock::time_point) override {
        co_return false;
    }
    bool fresh_connection() const override;
    bool bodyless() const override { return false; }
    bool takes_json(const net::Head&) const override { return true; }
    std::string take_trouble() override { return std::exchange(batch_.shortfall_.trouble, {}); }
    forward::CallKind kind() const override { return batch_.kind(); }

    /// The node's own bytes are the client's answer; it is the answer to the whole batch.
    bool pass_through() const { return pass_through_; }
    /// Some calls are to be sent again, in smaller parts: a node refused this one, or took only its
    /// beginning.
    bool again() const { return refused_ || cut_short_; }
    /// A node refused it, and what it takes has been noted.
    bool refused() const { return refused_; }

  private:
    using Item = BatchCall::Item;
    struct Sending {
        std::uint32_t node_id = 0;
        std::uint32_t number = 0; ///< among the batch's
        std::size_t end = 0;      ///< the first call that did not go along
        std::size_t calls = 0, bytes = 0;
        bool whole = false; ///< the client's own bytes
        bool alone = false; ///< one call, and no array around it
    };
    struct Finding {
        Item* item;
        const chain::BatchElement* element;
        routing::Verdict verdict;
        bool again = false; ///< in a smaller part
    };
    enum class Addressees : std::uint8_t {
        ours,     ///< every element answers a call of its own, in their order
        shuffled, ///< likewise, in another
        strays,   ///< some name no call
        foreign,  ///< some name a call that was not made, or that has its answer already
    };

    bool is_asked(const Item& item) const { return item.pending() && item.lot == stretch_.lot; }
    /// It went along, whether or not another lane has brought its answer meanwhile.
    bool went(const Item& item) const {
        return item.lot == stretch_.lot && (item.pending() || item.done_at >= sending_.number);
    }
    template <class Visit>
    void each_item(std::size_t end, Visit visit) {
        for (std::size_t i = stretch_.begin; i < end; ++i)
            visit(batch_.items_[i]);
    }
    bool goes_whole() const;
    void write(std::string& body);
    bool awaits_answer() const;
    Item* item_of(std::string_view id, std::size_t from);
    Addressees match(const std::vector<chain::BatchElement>& elements, std::vector<Finding>& findings);
    routing::Verdict judge_element(Item& item, const chain::Answer& answer,
                                   const forward::Received& received);
    routing::Verdict judge_all(const forward::Received& received);
    routing::Verdict judge_elements(const std::vector<chain::BatchElement>& elements,
                                    const forward::Received& received);
    routing::Verdict judge_object(const AnswerText& text, const forward::Received& received);
    routing::Verdict refuse(const chain::BatchRefusal& refusal, const chain::Answer& answer,
                            std::string_view error, chain::ErrorClass error_class);
    routing::Verdict conclude(const std::vector<Finding>& findings, routing::Verdict summary);
    void take_unrepeated(std::string_view error, chain::ErrorClass error_class);

    BatchCall& batch_;
    BatchCall::Stretch stretch_;
    boost::container::small_vector<Sending, 2> sendings_; ///< the last one to each node
    Sending sending_;                                     ///< what is judged
    bool pass_through_ = false;
    bool refused_ = false;
    bool cut_short_ = false;
};

} // namespace weir::el
