// One worker's connections to one node: idle ones are used again, last used first; at most a fixed
// number exists, and who comes when all are busy waits in line until its deadline. An idle one that the node
// ends, or on which it says anything, is dropped at once; none is lent out that is not known to be silent.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "upstream/connection.hpp"
#include "upstream/connection_budget.hpp"

#include <boost/intrusive/list.hpp>

#include <memory>
#include <vector>

namespace weir::upstream {

class Pool : public std::enable_shared_from_this<Pool> {
  public:
    struct Settings {
        std::size_t max_connections = 1024; ///< of this worker
        net::milliseconds connect_timeout{2000};
        net::milliseconds idle_timeout{4000};
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
        const Endpoint& endpoint() const { return pool_->endpoint(); }
        void end();

      private:
        friend class Pool;
        std::shared_ptr<Pool> pool_;
        ConnectionPtr connection_;
    };

    struct Wish {
        bool fresh = false;         ///< not one that was idle, for requests that must not be sent twice
        bool interruptible = false; ///< interrupt() ends the wait for it too
    };
    /// An idle one, if there is one: nothing to wait for. Whoever takes it sends before the event loop goes
    /// on.
    bool take(Lease& lease, net::Clock::time_point now);
    net::Task<Failure> acquire(Lease& lease, Addresses addresses, net::Clock::time_point at, Wish wish);

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
    struct Waiter
        : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        Waiter(net::IoContext& io, bool may_be_sent_home)
            : timer(io)
            , interruptible(may_be_sent_home) {}
        net::Timer timer;
        bool interruptible;
        bool interrupted = false;
    };

    /// Another may be opened, and is paid for.
    bool may_open();
    void give_back(ConnectionPtr connection);
    void drop_idle(Connection& connection);
    /// The node has ended an idle one, or has said something on it.
    void spoke_up(Connection& connection);
    void end(Connection& connection);
    void wake_one();

    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    Endpoint endpoint_;
    Settings settings_;
    metrics::NodeMetrics& metrics_;
    metrics::Gauge& waiting_;
    std::vector<ConnectionPtr> idle_;
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>
        all_; ///< idle, opening and on loan
    std::size_t open_ = 0;
    bool retired_ = false;
    bool closed_ = false;
    std::string explanation_;
    boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

} // namespace weir::upstream
