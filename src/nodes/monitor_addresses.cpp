// The monitor's side of a name that comes to stand for other addresses. Who is there now may be on another
// chain, or far behind: while the node serves, requests go on to the addresses that were checked, until a
// check of the new ones has ended. It makes no difference then how it ended: the name's word counts.
//
//   in force --- moved(), the node serves ---> introduced, a second at most ---> in force
//            \-- it does not ---------------------------------------------------/
#include "nodes/watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace weir::nodes {

using net::Clock;
using net::Task;
using Fault = upstream::Address::Fault;
namespace asio = net::asio;

namespace {

constexpr std::chrono::seconds introduction{1};

} // namespace

void Monitor::moved(const WatchPtr& watch) {
    if (std::exchange(watch->was_found, true)) metrics_.nodes[watch->node->id].address_changes.add();
    hurry(*watch); // its check waits for nothing but this, or should see who is there now
    const bool serves =
        watch->addresses && watch->layer && watch->layer->fitness.nodes()[watch->index].in_service();
    if (!serves) {
        watch->addresses = watch->http_host->get();
        if (watch->layer) publish();
    } else if (!std::exchange(watch->introducing, true)) {
        auto task = introduce(watch);
        asio::co_spawn(io_, std::move(task), asio::detached);
    }
}

/// The check under way may be waiting for somebody who has gone: this one is apart from it.
Task<> Monitor::introduce(WatchPtr watch) {
    while (watch->addresses != watch->http_host->get()) {
        const auto addresses = watch->http_host->get();
        const auto begin = Clock::now();
        const auto until =
            begin + std::min<net::milliseconds>(introduction, config_->global.health_check_timeout);
        Acquaintance none;
        auto result = co_await check(watch->node->layer, *watch->fresh, addresses, none, until);
        if (watch->retired) co_return;
        watch->addresses = addresses;
        result.asked_at = begin;
        if (result.outcome == CheckResult::Outcome::answered) {
            checked(watch, result);
            if (watch->retired) co_return;
        } else {
            publish();
            hurry(*watch);
        }
    }
    watch->introducing = false;
}

/// Whoever is at this address is no good. Is there somebody else to be asked before that is the node's?
bool Monitor::has_another_address(const Watch& watch, const CheckResult& result) {
    const auto addresses = watch.http_host->get();
    return addresses && result.address && addresses->found_unfit(*result.address, Fault::fails);
}

/// What has become of the node by this check is due to whoever is at the address where it was asked.
void Monitor::judge_address(Watch& watch, const CheckResult& result) {
    using Outcome = CheckResult::Outcome;
    const auto addresses = watch.http_host->get();
    if (!addresses || !result.address || result.outcome == Outcome::limited) return;
    const auto& node = watch.layer->fitness.nodes()[watch.index];
    if (result.outcome == Outcome::answered && node.in_service()) {
        addresses->found_fit(*result.address);
    } else if (result.outcome == Outcome::answered && node.reason.kind != Reason::Kind::first_words) {
        if (addresses->found_unfit(*result.address, Fault::wrong)) hurry(watch);
    } else if (result.outcome == Outcome::failed && !result.answered_badly) {
        addresses->found_unfit(*result.address, Fault::fails);
    }
}

} // namespace weir::nodes
