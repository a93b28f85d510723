#include "net/race.hpp"

#include <utility>

namespace weir::net {

bool is_no_way(error_code ec) {
    return ec == asio::error::network_unreachable || ec == asio::error::host_unreachable ||
           ec == asio::error::address_family_not_supported ||
           ec == boost::system::errc::address_not_available || ec == boost::system::errc::invalid_argument;
}

void Race::note(error_code ec) {
    failed_ = true;
    if (ec == asio::error::connection_refused)
        any_refused_ = true;
    else if (!is_no_way(ec))
        any_other_ = true;
    // What somebody said is worth more than that there is no way to somebody else.
    if (!last_ || is_no_way(last_)) last_ = ec;
}

void Race::begin(const tcp::endpoint& address) {
    failed_ = false;
    const auto runner = runners_.size();
    auto& socket = runners_.emplace_back(io_);
    error_code ec;
    socket.open(address.protocol(), ec);
    if (ec) return note(ec);
    ++running_;
    socket.async_connect(
        address, [self = shared_from_this(), runner](error_code error) { self->ended(runner, error); });
}

void Race::ended(std::size_t runner, error_code ec) {
    --running_;
    if (cancelled_ || winner_) return;
    if (ec)
        note(ec);
    else
        winner_ = runner;
    wake_.cancel();
}

void Race::cancel() {
    cancelled_ = true;
    error_code ignored;
    for (auto& socket : runners_)
        socket.close(ignored);
    wake_.cancel();
}

Task<Connected> Race::run(std::shared_ptr<Race> race, std::span<const tcp::endpoint> order,
                          milliseconds delay, Socket& winner) {
    std::size_t next = 0;
    auto next_at = Clock::time_point::min();
    for (;;) {
        if (race->cancelled_) co_return Connected{asio::error::operation_aborted, 0, false};
        if (race->winner_) break;
        const bool may_begin = next < order.size();
        if (may_begin && (race->running_ == 0 || race->failed_ || Clock::now() >= next_at)) {
            race->begin(order[next++]);
            next_at = Clock::now() + delay;
            continue;
        }
        const bool refused = race->any_refused_ && !race->any_other_;
        if (!may_begin && (race->running_ == 0 || (refused && Clock::now() >= next_at + delay))) {
            race->cancel();
            co_return Connected{race->last_, 0, refused};
        }
        const auto last_chance = refused ? next_at + delay : Clock::time_point::max();
        race->wake_.expires_at(may_begin ? next_at : last_chance);
        co_await race->wake_.async_wait(use_task);
    }
    const auto won = *race->winner_;
    winner = std::move(race->runners_[won]);
    race->cancel();
    co_return Connected{{}, won, false};
}

} // namespace weir::net
