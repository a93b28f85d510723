#include "upstream/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::upstream {

using net::Clock;
using net::milliseconds;
using net::Task;
using net::use_task;

namespace {

/// How long a node that takes no further connection is asked for none, while those that it has work.
constexpr std::chrono::seconds full_is_believed{1};
/// Whether another pool has given back what all have together: nobody tells.
constexpr std::chrono::milliseconds budget_is_asked_again{20};
/// A connect has its own deadline, which says why it failed, a tick or two later.
constexpr auto ends_late = 4 * net::DeadlineWheel::tick;

} // namespace

Pool::Pool(net::IoContext& io, net::DeadlineWheel& wheel, Endpoint endpoint, Settings settings,
           metrics::NodeMetrics& metrics, metrics::Gauge& waiters)
    : io_(io)
    , wheel_(wheel)
    , endpoint_(std::move(endpoint))
    , settings_(settings)
    , metrics_(metrics)
    , waiting_(waiters)
    , random_(std::random_device{}())
    , budget_timer_(io) {}

Pool::~Pool() {
    retire();
}

bool Pool::take(Lease& lease, Clock::time_point now, bool working) {
    if (closed_) return false;
    const bool ask_kernel = !idle_.empty() && (settings_.always_ask || wheel_.lags(now));
    while (!idle_.empty()) {
        if (working && !idle_.back()->proven_) return false;
        const auto connection = std::move(idle_.back());
        idle_.pop_back();
        connection->idle_ = false;
        if (retires(*connection, now)) {
            end(*connection);
            continue;
        }
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

Task<Failure> Pool::acquire(Lease& lease, Addresses addresses, Clock::time_point at, Wish wish) {
    const auto self = shared_from_this(); // a reload may forget the pool meanwhile
    if (closed_) co_return Failure::no_connection;
    if (!wish.fresh && take(lease, Clock::now(), wish.working)) co_return Failure::none;
    const auto opens_at = Clock::now() + wish.pause;
    Waiter waiter(io_, wish);
    waiters_.push_back(waiter);
    for (;;) {
        auto until = waiter.dial ? at + ends_late : at;
        const bool was_short = std::exchange(waiter.short_of_budget, false);
        if (!waiter.dial) {
            const auto now = Clock::now();
            if (now < opens_at) {
                until = std::min(at, opens_at);
            } else if (may_open(wish, now)) {
                open_for(waiter, addresses, at);
                until = at + ends_late;
                if (was_short) ask_budget_again(); // there may be more for those behind it
            } else if (lacks_budget()) {
                waiter.short_of_budget = true;
                watch_budget();
            } else if (now < full_until_) {
                until = std::min(at, full_until_);
            }
        }
        if (waiter.is_linked()) {
            const bool stands_in_line = !waiter.dial;
            if (stands_in_line) waiting_.add();
            waiter.timer.expires_at(until);
            co_await waiter.timer.async_wait(use_task);
            if (stands_in_line) waiting_.sub();
        }
        if (waiter.made) break;
        if (closed_ || waiter.interrupted) {
            if (waiter.dial) abandon(*waiter.dial);
            co_return Failure::no_connection;
        }
        if (waiter.failure != Failure::none) co_return waiter.failure;
        if (!wish.fresh && take(lease, Clock::now(), wish.working)) co_return Failure::none;
        if (Clock::now() >= (waiter.dial ? at + ends_late : at)) {
            // It may have been woken just as its time ended: then it is the next one's turn.
            if (!waiter.is_linked()) wake_one();
            co_return waiter.dial ? Failure::connect_failed : Failure::no_connection;
        }
        if (!waiter.is_linked()) waiters_.push_front(waiter);
    }
    lease.pool_ = self;
    lease.connection_ = std::move(waiter.made);
    co_return Failure::none;
}

bool Pool::may_open(const Wish& wish, Clock::time_point now) {
    const bool may_wait = (wish.patient && now < full_until_) || wish.working;
    if (may_wait && !wish.fresh && works()) return false;
    auto* const budget = settings_.budget;
    if (open_ < settings_.max_connections && (open_ == 0 || !budget || budget->take())) return true;
    if (!wish.fresh || idle_.empty()) return false;
    drop_idle(*idle_.front());
    if (open_ > 0 && budget) budget->take_anyway();
    return true;
}

bool Pool::lacks_budget() const {
    return settings_.budget && open_ > 0 && open_ < settings_.max_connections;
}

/// It is the other pools' to give back, so no event of this one tells.
void Pool::watch_budget() {
    if (std::exchange(watches_budget_, true)) return;
    budget_timer_.expires_after(budget_is_asked_again);
    budget_timer_.async_wait([weak = weak_from_this()](net::error_code ec) {
        const auto self = weak.lock();
        if (!self || ec) return;
        self->watches_budget_ = false;
        self->ask_budget_again();
    });
}

/// The first in line that waits for it asks, and keeps its place.
void Pool::ask_budget_again() {
    const auto first = std::find_if(waiters_.begin(), waiters_.end(),
                                    [](const Waiter& waiter) { return waiter.short_of_budget; });
    if (first == waiters_.end()) return;
    first->timer.cancel();
    watch_budget(); // it may leave instead
}

void Pool::open_for(Waiter& waiter, Addresses addresses, Clock::time_point at) {
    ++open_;
    metrics_.connections.add();
    const ConnectionPtr connection(new Connection(io_, wheel_));
    connection->pool_ = this;
    connection->opened_for = &waiter;
    waiter.dial = connection;
    all_.push_back(*connection);
    const auto until = std::min(at, Clock::now() + settings_.connect_timeout);
    auto dialling = dial(shared_from_this(), connection, std::move(addresses), until);
    net::asio::co_spawn(io_, std::move(dialling), net::asio::detached);
}

Task<> Pool::dial([[maybe_unused]] std::shared_ptr<Pool> self, ConnectionPtr connection, Addresses addresses,
                  Clock::time_point until) {
    auto failure = co_await connection->open(endpoint_, addresses, sessions_, until);
    // Behind one address there may be several machines, and a full queue is not full for long.
    if (failure == Failure::refused && !connection->interrupted() && !closed_)
        failure = co_await connection->open(endpoint_, addresses, sessions_, until);
    if (connection->interrupted() || closed_) failure = Failure::no_connection;
    if (failure == Failure::none) opened(*connection);
    dialled(*connection, failure);
}

void Pool::opened(Connection& connection) {
    if (connection.is_tls()) {
        metrics_.tls_handshakes.add();
        if (connection.tls_resumed()) metrics_.tls_resumed.add();
    }
    if (settings_.max_age <= milliseconds(0)) return;
    std::uniform_int_distribution<milliseconds::rep> tenth(0, settings_.max_age.count() / 10);
    connection.retires_at_ = Clock::now() + settings_.max_age - milliseconds(tenth(random_));
}

bool Pool::retires(const Connection& connection, Clock::time_point now) {
    const bool withdrawn = connection.is_withdrawn(), old = connection.is_old(now);
    if (withdrawn)
        metrics_.retired_withdrawn.add();
    else if (old)
        metrics_.retired_old.add();
    return withdrawn || old;
}

/// Its place is free at once; the connect ends by itself.
void Pool::abandon(Connection& dialling) {
    dialling.interrupted_ = true;
    end(dialling);
}

void Pool::dialled(Connection& connection, Failure failure) {
    if (!connection.pool_) return; // abandoned
    const ConnectionPtr kept(&connection);
    Waiter* waiter = connection.opened_for;
    if (waiter) waiter->leave_dial();
    if (failure == Failure::none) {
        if (waiter) {
            waiter->made = kept;
            waiter->wake();
        } else {
            shelve(kept, settings_.idle_timeout);
            wake_one();
        }
        return;
    }
    explanation_ = connection.explain();
    end(connection);
    if (waiter && waiter->wish.patient && !waiter->wish.fresh && works()) {
        seems_full();
        waiter->timer.cancel(); // it stays in line, for one that works
    } else if (waiter) {
        waiter->failure = failure;
        waiter->wake();
    }
    wake_one();
}

void Pool::seems_full() {
    full_until_ = Clock::now() + full_is_believed;
}

bool Pool::works() const {
    return std::any_of(all_.begin(), all_.end(), [](const Connection& one) { return one.proven_; });
}

void Pool::distrust(const Connection& dead) {
    for (std::size_t i = idle_.size(); i-- > 0;) {
        if (idle_[i]->rests_since_ <= dead.rests_since_) drop_idle(*idle_[i]);
    }
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
    if (reusable) {
        connection->proven_ = true;
        shelve(std::move(connection), idle_timeout);
    } else {
        if (overfull) metrics_.unasked_answers.add();
        end(*connection);
    }
    wake_one();
}

void Pool::shelve(ConnectionPtr connection, milliseconds idle_timeout) {
    const auto now = Clock::now();
    if (retired_ || idle_timeout <= milliseconds(0) || retires(*connection, now)) return end(*connection);
    if (!connection->rest()) {
        metrics_.unasked_answers.add();
        return end(*connection);
    }
    connection->reused_ = true;
    connection->idle_ = true;
    connection->rests_since_ = now;
    connection->set_deadline(now + idle_timeout);
    const bool proven = connection->proven_;
    idle_.insert(proven ? idle_.end() : idle_.begin(), std::move(connection));
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
    for (auto& waiter : waiters_) {
        if (waiter.wish.fresh && waiter.dial) continue; // it has what it needs
        return waiter.wake();
    }
}

void Pool::retire() {
    retired_ = true;
    while (!idle_.empty())
        drop_idle(*idle_.back());
}

void Pool::interrupt() {
    for (auto& connection : all_)
        connection.interrupt();
    waiters_.remove_and_dispose_if([](const Waiter& waiter) { return waiter.wish.interruptible; },
                                   [](Waiter* waiter) { waiter->send_home(); });
}

void Pool::close_all() {
    closed_ = true;
    budget_timer_.cancel();
    retire();
    for (auto& connection : all_)
        connection.close();
    while (!waiters_.empty())
        waiters_.front().wake();
}

} // namespace weir::upstream
