// The eth_newFilter family on one worker. A filter is not a node's: see Filter. It lives on the worker that
// took the call that made it; its id leads every other worker there, and answers come back by post.
//
//   answer(eth_newFilter) --> Board::join --> Filter, listening --> answer with its id
//   answer(eth_getFilterChanges, …) --> the id's worker: this one, or by post there and back --> answer
#pragma once

#include "el/filter.hpp"
#include "el/holdings.hpp"
#include "el/random_id.hpp"
#include "forward/context.hpp"

#include <boost/intrusive/list.hpp>

#include <functional>
#include <memory>
#include <unordered_map>

namespace weir::el {

class Filters;

/// The way to the filters of all workers. Thread-safe.
class FilterPort {
  public:
    /// Runs something on a worker's thread with its filters. False when there is no such worker.
    virtual bool post(std::size_t worker, std::function<void(Filters&)> action) = 0;

  protected:
    ~FilterPort() = default;
};

/// What became of a call of the family.
struct FilterAnswer {
    std::string text; ///< a whole JSON-RPC answer; empty: nothing is to be answered (notifications)
    /// eth_getFilterLogs: `text` is an eth_getLogs with the client's id, to be asked of nodes in the call's
    /// place.
    bool ask_nodes = false;
    unsigned status = 200;               ///< over HTTP
    bool ours = false;                   ///< an error of weir's own
    std::optional<std::uint64_t> head{}; ///< that the answer tells the client of
};

class Filters final : public Filter::Owner {
  public:
    /// `worker`: this one; `holdings`: the filters of all workers; `kept`: of this worker.
    Filters(forward::Context& context, feeds::Board& board, RandomIds& ids, FilterPort& port,
            std::size_t worker, Holdings& holdings, net::ByteBudget& kept);
    Filters(const Filters&) = delete;
    Filters& operator=(const Filters&) = delete;
    ~Filters() = default;

    /// A call whose traits say that it is of the family, and whose it is. Both outlive this.
    net::Task<FilterAnswer> answer(const chain::Call& call, const Holdings::Address& client,
                                   net::Clock::time_point deadline);

    /// The feeds have ended: no filter is made any more, and whoever waits for one is told so. Those that
    /// there are can still be polled.
    void drain();
    /// Whoever waits is told that weir is shutting down; no filter is kept or made any more.
    void stop();

  private:
    enum class Use : std::uint8_t { changes, logs, uninstall };
    /// What became of the use of a filter.
    struct Used {
        bool known = false;
        std::string text; ///< changes: the array; logs: the criteria; empty when it is not for logs
        std::optional<std::uint64_t> head;
    };
    struct Held {
        Holdings::Place place;
        std::unique_ptr<Filter> filter;
    };
    /// A call that waits for its feed, or for another worker.
    struct Wait
        : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        explicit Wait(net::IoContext& io)
            : timer(io) {}
        void end() {
            over = true;
            timer.cancel();
        }
        net::Timer timer;
        bool over = false;
        bool for_feed = false; ///< not for another worker
        Used used;
    };

    net::Task<FilterAnswer> make(const chain::Call& call, const Holdings::Address& client,
                                 net::Clock::time_point deadline);
    net::Task<FilterAnswer> use(const chain::Call& call, net::Clock::time_point deadline);
    net::Task<> until_over(Wait& wait, net::Clock::time_point deadline);
    std::string listen(feeds::FeedId feed, FilterRequest request, net::ByteBudget::Charge charge,
                       Holdings::Place place);
    Used use_here(Use what, const std::string& id);
    void use_for(std::size_t worker, std::uint64_t ticket, Use what, const std::string& id,
                 net::Clock::time_point deadline);
    FilterAnswer refusal(const chain::Call& call, int code, std::string_view message,
                         unsigned status = 200) const;
    FilterAnswer nobody_answered(const chain::Call& call) const;
    void dropped(Filter& filter) override;
    void remove(const std::string& id);

    const config::Global& limits() const { return (*context_.snapshot())->config->global; }

    forward::Context& context_;
    feeds::Board& board_;
    RandomIds& ids_;
    FilterPort& port_;
    std::size_t worker_;
    Holdings& holdings_;
    net::ByteBudget& kept_;
    std::unordered_map<std::string, Held> filters_;
    boost::intrusive::list<Wait, boost::intrusive::constant_time_size<false>> waits_;
    std::unordered_map<std::uint64_t, Wait*> errands_; ///< by ticket: those that wait for another worker
    std::uint64_t next_ticket_ = 1;
    bool draining_ = false;
    bool stopped_ = false;
};

} // namespace weir::el
