#include "upstream/pool.hpp"

#include <algorithm>

namespace weir::upstream {

using net::Clock;
using net::milliseconds;
using net::Task;
using net::use_task;

Pool::Pool(net::IoContext& io, net::DeadlineWheel& wheel, Endpoint endpoint, Settings settings,
           metrics::NodeMetrics& metrics, metrics::Gauge& waiters)
    : io_(io)
    , wheel_(wheel)
    , endpoint_(std::move(endpoint))
    , settings_(settings)
    , metrics_(metrics)
    , waiting_(waiters) {}

Pool::~Pool() {
    retire();
}

bool Pool::take(Lease& lease, Clock::time_point now) {
    if (closed_) return false;
    const bool ask_kernel = !idle_.empty() && (settings_.always_ask || wheel_.lags(now));
    while (!idle_.empty()) {
        const auto connection = std::move(idle_.back());
        idle_.pop_back();
        connection->idle_ = false;
        if (!connection->silent(ask_kernel)) {
            metrics_.unasked_answers.add();
            end(*connection);
            continue;
        }
        lease.pool_ = shared_from_this();
        lease.connection_ = connection;
        lease->clear_deadline();
        return true;
    }
    return false;
}

bool Pool::may_open() {
    if (open_ >= settings_.max_connections) return false;
    return open_ == 0 || !settings_.budget || settings_.budget->take();
}

Task<Failure> Pool::acquire(Lease& lease, Addresses addresses, Clock::time_point at, Wish wish) {
    const auto self = shared_from_this(); // a reload may forget the pool meanwhile
    if (closed_) co_return Failure::no_connection;
    if (!wish.fresh && take(lease, Clock::now())) co_return Failure::none;
    while (!may_open()) {
        if (wish.fresh && !idle_.empty()) {
            drop_idle(*idle_.front());
            if (open_ > 0 && settings_.budget) settings_.budget->take_anyway();
            break;
        }
        Waiter waiter(io_, wish.interruptible);
        waiters_.push_back(waiter);
        waiter.timer.expires_at(at);
        waiting_.add();
        co_await waiter.timer.async_wait(use_task);
        waiting_.sub();
        if (Clock::now() >= at || closed_ || waiter.interrupted) {
            // It may have been woken just as its time ended: then it is the next one's turn.
            if (!waiter.is_linked() && !waiter.interrupted) wake_one();
            co_return Failure::no_connection;
        }
        if (!wish.fresh && take(lease, Clock::now())) co_return Failure::none;
    }
    ++open_;
    metrics_.connections.add();
    const ConnectionPtr connection(new Connection(io_, wheel_));
    connection->pool_ = this;
    connection->allow_interruption(wish.interruptible);
    all_.push_back(*connection);
    const auto until = std::min(at, Clock::now() + settings_.connect_timeout);
    const auto failure = co_await connection->open(endpoint_, addresses, until);
    if (failure != Failure::none) {
        explanation_ = connection->explain();
        end(*connection);
        wake_one();
        co_return connection->interrupted() ? Failure::no_connection : failure;
    }
    connection->allow_interruption(false);
    lease.pool_ = self;
    lease.connection_ = connection;
    co_return Failure::none;
}

void Pool::Lease::end() {
    if (!connection_) return;
    pool_->give_back(std::move(connection_));
    pool_.reset();
}

void Pool::give_back(ConnectionPtr connection) {
    metrics_.bytes_received.add(connection->bytes_in());
    metrics_.bytes_sent.add(connection->bytes_out());
    auto idle_timeout = settings_.idle_timeout;
    if (const auto announced = connection->announced_idle_timeout()) {
        // The node counts from its own last byte: stay well clear of its end.
        idle_timeout = std::min(idle_timeout, *announced - *announced / 4);
    }
    const bool wanted = !retired_ && idle_timeout > milliseconds(0);
    const bool overfull = connection->overfull();
    const bool reusable = wanted && connection->reusable();
    if (reusable && connection->rest()) {
        connection->reused_ = true;
        connection->idle_ = true;
        connection->set_deadline(Clock::now() + idle_timeout);
        idle_.push_back(std::move(connection));
    } else {
        if (overfull || reusable) metrics_.unasked_answers.add();
        end(*connection);
    }
    wake_one();
}

void Pool::end(Connection& connection) {
    if (--open_ > 0 && settings_.budget) settings_.budget->give();
    metrics_.connections.sub();
    connection.part();
}

void Pool::drop_idle(Connection& connection) {
    const auto it =
        std::find_if(idle_.begin(), idle_.end(), [&](const auto& c) { return c.get() == &connection; });
    if (it == idle_.end()) return;
    const auto kept = std::move(*it);
    idle_.erase(it);
    end(connection);
}

void Pool::spoke_up(Connection& connection) {
    if (connection.bytes_in() > 0) metrics_.unasked_answers.add();
    drop_idle(connection);
}

void Pool::wake_one() {
    if (waiters_.empty()) return;
    Waiter& waiter = waiters_.front();
    waiters_.pop_front();
    waiter.timer.cancel();
}

void Pool::retire() {
    retired_ = true;
    while (!idle_.empty())
        drop_idle(*idle_.back());
}

void Pool::interrupt() {
    for (auto& connection : all_)
        connection.interrupt();
    waiters_.remove_and_dispose_if([](const Waiter& waiter) { return waiter.interruptible; },
                                   [](Waiter* waiter) {
                                       waiter->interrupted = true;
                                       waiter->timer.cancel();
                                   });
}

void Pool::close_all() {
    closed_ = true;
    retire();
    for (auto& connection : all_)
        connection.close();
    while (!waiters_.empty())
        wake_one();
}

} // namespace weir::upstream
