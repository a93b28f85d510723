#include "nodes/host_addresses.hpp"

#include "log/log.hpp"
#include "net/loopback.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace weir::nodes {

using names::Family;
using names::Question;
using net::Clock;
using net::milliseconds;
using net::Task;
using net::use_task;
namespace asio = net::asio;
using IpAddresses = std::vector<asio::ip::address>;

namespace {

constexpr milliseconds retry_interval{2000};
constexpr milliseconds ask_again_interval{1000};
/// How long the first addresses that are known wait for those of the other family (RFC 8305 §3).
constexpr milliseconds resolution_delay{50};

/// Blocks for as long as the system's resolver does.
IpAddresses ask_system_now(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* all = nullptr;
    IpAddresses found;
    if (getaddrinfo(host.c_str(), nullptr, &wanted, &all) != 0) return found;
    for (const auto* entry = all; entry; entry = entry->ai_next) {
        net::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        endpoint.resize(entry->ai_addrlen);
        found.push_back(endpoint.address());
    }
    freeaddrinfo(all);
    return found;
}

} // namespace

/// Shared with a thread that may outlive everything else here: it is left to itself at the end.
struct HostAddresses::SystemQuestion {
    std::mutex mutex;
    HostAddresses* asker = nullptr; ///< null once nobody waits for the answer any more
    bool answered = false;          ///< on the asker's thread
    IpAddresses found;

    void answer(IpAddresses addresses) {
        const std::lock_guard lock(mutex);
        if (!asker) return;
        found = std::move(addresses);
        asio::post(asker->io_, [host = asker->shared_from_this()] {
            if (host->system_question_) host->system_question_->answered = true;
            host->news_.cancel();
        });
    }
};

HostAddresses::HostAddresses(net::IoContext& io, net::Url url, std::string node,
                             metrics::ControlMetrics& metrics)
    : io_(io)
    , url_(std::move(url))
    , node_(std::move(node))
    , metrics_(metrics)
    , news_(io)
    , pause_(io) {
    if (const auto own = net::loopback_endpoints(url_.host, url_.port, net::has_ipv6_loopback()))
        addresses_ = upstream::address_list(*own);
    net::error_code ec;
    const auto address = asio::ip::make_address(url_.host, ec);
    if (!ec) addresses_ = upstream::address_list({{address, url_.port}});
}

void HostAddresses::set_limits(const config::Global& global) {
    settings_ = {global.dns_servers, global.dns_timeout};
    min_ttl_ = global.dns_min_ttl;
    max_ttl_ = global.dns_max_ttl;
    attempt_delay_ = global.connect_attempt_delay;
}

void HostAddresses::start(std::function<void()> changed) {
    if (addresses_) return;
    changed_ = std::move(changed);
    asio::co_spawn(io_, look_up(), asio::detached);
}

void HostAddresses::stop() {
    stopped_ = true;
    changed_ = nullptr;
    if (system_question_) {
        const std::lock_guard lock(system_question_->mutex);
        system_question_->asker = nullptr;
    }
    news_.cancel();
    pause_.cancel();
}

void HostAddresses::ask_again() {
    if (asked_at_ == Clock::time_point{} || stopped_) return;
    good_for_ = std::min(good_for_, ask_again_interval);
    pause_.cancel(); // who pauses works out anew until when
}

Task<> HostAddresses::look_up() {
    const auto self = shared_from_this();
    while (!stopped_) {
        asked_at_ = Clock::now();
        good_for_ = milliseconds(0);
        metrics_.name_lookups.add();
        co_await ask();
        if (stopped_) co_return;
        if (good_for_ == milliseconds(0)) metrics_.failed_name_lookups.add();
        while (!stopped_) {
            const auto until = asked_at_ + (good_for_ == milliseconds(0) ? retry_interval : good_for_);
            if (Clock::now() >= until) break;
            pause_.expires_at(until);
            co_await pause_.async_wait(use_task);
        }
    }
}

Task<> HostAddresses::ask() {
    const auto question = std::make_shared<Question>(io_, url_.host, settings_);
    auto take_by = Clock::time_point::max();
    auto hear = [this] { news_.cancel(); };
    question->start(std::move(hear));
    while (!question->done() && !stopped_) {
        // At the start half an answer serves; later the old one does until the new one is whole.
        if (!addresses_ && question->any() && take_by == Clock::time_point::max())
            take_by = Clock::now() + resolution_delay;
        news_.expires_at(take_by);
        co_await news_.async_wait(use_task);
        if (!addresses_ && question->any() && Clock::now() >= take_by && !stopped_) take(*question);
        if (addresses_) take_by = Clock::time_point::max();
    }
    question->cancel();
    if (stopped_) co_return;
    if (question->unknown()) {
        co_await ask_system();
    } else if (question->any()) {
        take(*question);
    } else {
        complain(question->trouble().empty() ? "no address" : question->trouble());
    }
}

/// A family of which nobody could say anything keeps what was known of it.
void HostAddresses::take(const Question& question) {
    IpAddresses found;
    auto ttl = std::chrono::seconds::max();
    for (const auto* family : {&question.v6(), &question.v4()}) { // IPv6 first: RFC 6724, RFC 8305 §4
        if (family->state == Family::State::found) {
            found.insert(found.end(), family->addresses.begin(), family->addresses.end());
            ttl = std::min(ttl, family->ttl);
        } else if (family->state == Family::State::failed && addresses_) {
            for (const auto& known : *addresses_) {
                const auto address = known->endpoint.address();
                if (address.is_v6() == (family == &question.v6())) found.push_back(address);
            }
        }
    }
    good_for_ = std::clamp(ttl > max_ttl_ ? max_ttl_ : milliseconds(ttl), min_ttl_, max_ttl_);
    adopt(found);
}

/// What neither the hosts file nor DNS knows, another module of the system may (nsswitch.conf: mDNS,
/// machines, LDAP): only the system's own resolver can ask them, and it blocks.
Task<> HostAddresses::ask_system() {
    const auto question = system_question_ = std::make_shared<SystemQuestion>();
    question->asker = this;
    try {
        std::thread([question, host = url_.host] { question->answer(ask_system_now(host)); }).detach();
    } catch (const std::system_error&) { // no thread to be had: later perhaps
        question->answered = true;
    }
    while (!question->answered && !stopped_) {
        news_.expires_at(Clock::time_point::max());
        co_await news_.async_wait(use_task);
    }
    system_question_.reset();
    if (stopped_) co_return;
    if (question->found.empty()) co_return complain("no such name");
    good_for_ = min_ttl_;
    adopt(question->found);
}

void HostAddresses::adopt(const IpAddresses& found) {
    if (std::exchange(complained_, false))
        log::info("host name of a node is resolved again", {{"node", node_}, {"host", url_.host}});
    std::vector<upstream::AddressPtr> list;
    for (const auto& address : found) {
        const net::tcp::endpoint endpoint(address, url_.port);
        const auto is_it = [&](const upstream::AddressPtr& other) { return other->endpoint == endpoint; };
        if (std::any_of(list.begin(), list.end(), is_it)) continue;
        // Who stays keeps his connections, whatever place he has in the list now.
        upstream::AddressPtr known;
        if (addresses_) {
            const auto same = std::find_if(addresses_->begin(), addresses_->end(), is_it);
            if (same != addresses_->end()) known = *same;
        }
        list.push_back(known ? known : std::make_shared<upstream::Address>(endpoint));
    }
    const auto has = [](const auto& addresses, const upstream::AddressPtr& one) {
        return std::find(addresses.begin(), addresses.end(), one) != addresses.end();
    };
    const bool known_before = addresses_ != nullptr;
    if (known_before && list.size() == addresses_->size() &&
        std::all_of(list.begin(), list.end(), [&](const auto& one) { return has(*addresses_, one); }))
        return;
    const auto preferred = known_before ? (*addresses_)[addresses_->order().front()] : nullptr;
    auto next = std::make_shared<const upstream::AddressList>(list, attempt_delay_);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == preferred) next->worked(i);
    }
    const auto old = std::exchange(addresses_, std::move(next));
    for (std::size_t i = 0; old && i < old->size(); ++i) {
        if (!has(list, (*old)[i])) (*old)[i]->withdraw();
    }
    if (known_before) {
        std::string words;
        for (const auto& one : list)
            words += (words.empty() ? "" : ", ") + one->endpoint.address().to_string();
        log::info("host name of a node stands for other addresses now",
                  {{"node", node_}, {"host", url_.host}, {"addresses", words}});
    }
    const auto changed = changed_; // it may call stop()
    changed();
}

void HostAddresses::complain(const std::string& why) {
    if (std::exchange(complained_, true)) return;
    log::warn(addresses_ ? "host name of a node cannot be resolved: its last addresses are kept"
                         : "host name of a node cannot be resolved",
              {{"node", node_}, {"host", url_.host}, {"reason", why}});
}

} // namespace weir::nodes
