// One worker's connections to one node: idle ones are used again, last used first; at most a fixed
// number exists, and who comes when all are busy waits in line until its deadline. An idle one that the node
// ends, or on which it says anything, is dropped at once; none is lent out that is not known to be silent.
//
// Who finds none idle waits in line while one is opened for him, and takes what comes first: that one, or any
// that becomes free. A node that refuses further connections is so used over those that it has taken.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "upstream/connection_budget.hpp"
#include "upstream/waiter.hpp"

#include <boost/intrusive/list.hpp>

#include <memory>
#include <random>
#include <vector>

namespace weir::upstream {

class Pool : public std::enable_shared_from_this<Pool> {
  public:
    struct Settings {
        std::size_t max_connections = 1024; ///< of this worker
        net::milliseconds connect_timeout{2000};
        net::milliseconds idle_timeout{4000};
        net::milliseconds max_age{
            0}; ///< then it is used no more; up to a tenth less, so that few go at once; 0: no end
        /// Answers name no call, so nothing else tells what was said between the loop's last turn and the
        /// loan: the kernel is asked before each.
        bool always_ask = false;
        /// Shared by all pools; null: no limit but this one's own.
        ConnectionBudget* budget = nullptr;
    };

    Pool(net::IoContext& io, net::DeadlineWheel& wheel, Endpoint endpoint, Settings settings,
         metrics::NodeMetrics& metrics, metrics::Gauge& waiters);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// A connection on loan. Given back to the pool, or closed, when the lease ends.
    class Lease {
      public:
        Lease() = default;
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&& other) noexcept {
            end();
            pool_ = std::move(other.pool_);
            connection_ = std::move(other.connection_);
            return *this;
        }
        ~Lease() { end(); }

        Connection* operator->() const { return connection_.get(); }
        Connection& operator*() const { return *connection_; }
        explicit operator bool() const { return connection_ != nullptr; }
        /// It had served another request before: a failure before the answer's first byte may only mean
        /// that the node had closed it while idle.
        bool reused() const { return connection_->reused_; }
        /// It has brought an answer.
        bool proven() const { return connection_->proven_; }
        const Endpoint& endpoint() const { return pool_->endpoint(); }
        /// It proved dead although it had rested: so may others that have rested for as long.
        void distrust_siblings() { pool_->distrust(*connection_); }
        void end();

      private:
        friend class Pool;
        std::shared_ptr<Pool> pool_;
        ConnectionPtr connection_;
    };

    using Wish = upstream::Wish;
    /// An idle one, if there is one: nothing to wait for. Whoever takes it sends before the event loop goes
    /// on.
    bool take(Lease& lease, net::Clock::time_point now, bool working = false);
    /// Opens one, and takes what becomes free meanwhile. `refused`: twice in a row.
    net::Task<Failure> acquire(Lease& lease, Addresses addresses, net::Clock::time_point at, Wish wish);
    /// Some connection has brought an answer, and is there still.
    bool works() const;
    /// It takes no further connection, so it seems: while those that it has work, one of them is waited for.
    void seems_full();

    const Endpoint& endpoint() const { return endpoint_; }
    /// Why the last connection could not be opened.
    const std::string& explain() const { return explanation_; }

    /// No connection is kept from now on: idle ones close at once, those on loan when they end.
    void retire();
    /// Cuts off the exchanges that may as well be tried elsewhere, and the waits for a connection.
    void interrupt();
    /// Cuts off those on loan too, and sends home who waits in line.
    void close_all();

  private:
    friend class Connection;
    void give_back(ConnectionPtr connection);
    void distrust(const Connection& dead);
    void drop_idle(Connection& connection);
    /// The node has ended an idle one, or has said something on it.
    void spoke_up(Connection& connection);
    void end(Connection& connection);
    void wake_one();
    /// Another may be opened, and is paid for.
    bool may_open(const Wish& wish, net::Clock::time_point now);
    /// When it may not: for want of a share in what all pools have together.
    bool lacks_budget() const;
    void watch_budget();
    void ask_budget_again();
    void open_for(Waiter& waiter, Addresses addresses, net::Clock::time_point at);
    net::Task<> dial(std::shared_ptr<Pool> self, ConnectionPtr connection, Addresses addresses,
                     net::Clock::time_point until);
    void abandon(Connection& dialling);
    void dialled(Connection& connection, Failure failure);
    void shelve(ConnectionPtr connection, net::milliseconds idle_timeout);
    void opened(Connection& connection);
    /// It may not be used any more; counted.
    bool retires(const Connection& connection, net::Clock::time_point now);

    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    Endpoint endpoint_;
    Settings settings_;
    metrics::NodeMetrics& metrics_;
    metrics::Gauge& waiting_;
    std::shared_ptr<net::TlsSessions> sessions_ = std::make_shared<net::TlsSessions>();
    std::minstd_rand random_;
    net::Timer budget_timer_;
    bool watches_budget_ = false;     ///< somebody in line waits for it
    std::vector<ConnectionPtr> idle_; ///< those that have not proved themselves first: they are taken last
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>
        all_; ///< idle, opening and on loan
    std::size_t open_ = 0;
    bool retired_ = false;
    bool closed_ = false;
    net::Clock::time_point full_until_{}; ///< the node takes no more than work now
    std::string explanation_;
    boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

} // namespace weir::upstream
