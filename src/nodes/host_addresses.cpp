#include "nodes/host_addresses.hpp"

#include "net/loopback.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstring>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace weir::nodes {

using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr std::chrono::seconds interval{30};
constexpr std::chrono::seconds retry_interval{2};

/// Blocks for as long as the system's resolver does. Null when the name is not known.
upstream::Addresses ask_system(const std::string& host, std::uint16_t port) {
    if (auto own = net::loopback_endpoints(host, port, net::has_ipv6_loopback()))
        return std::make_shared<const std::vector<net::tcp::endpoint>>(std::move(*own));
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* all = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &wanted, &all) != 0) return nullptr;
    std::vector<net::tcp::endpoint> endpoints;
    for (const auto* entry = all; entry; entry = entry->ai_next) {
        net::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        endpoint.resize(entry->ai_addrlen);
        endpoint.port(port);
        endpoints.push_back(endpoint);
    }
    freeaddrinfo(all);
    if (endpoints.empty()) return nullptr;
    return std::make_shared<const std::vector<net::tcp::endpoint>>(std::move(endpoints));
}

} // namespace

/// Shared with a thread that may outlive everything else here: it is left to itself at the end.
struct HostAddresses::Question {
    std::mutex mutex;
    HostAddresses* asker = nullptr; ///< null once nobody waits for the answer any more

    void answer(upstream::Addresses addresses) {
        const std::lock_guard lock(mutex);
        if (!asker) return;
        asio::post(asker->io_,
                   [host = asker->shared_from_this(), addresses = std::move(addresses)]() mutable {
                       host->found(std::move(addresses));
                   });
    }
};

HostAddresses::HostAddresses(net::IoContext& io, net::Url url)
    : io_(io)
    , url_(std::move(url))
    , pause_(io) {
    net::error_code ec;
    const auto address = asio::ip::make_address(url_.host, ec);
    if (ec) return;
    addresses_ =
        std::make_shared<const std::vector<net::tcp::endpoint>>(1, net::tcp::endpoint(address, url_.port));
}

void HostAddresses::start(std::function<void()> changed) {
    if (addresses_) return;
    changed_ = std::move(changed);
    asio::co_spawn(io_, look_up(), asio::detached);
}

void HostAddresses::stop() {
    stopped_ = true;
    changed_ = nullptr;
    if (question_) {
        const std::lock_guard lock(question_->mutex);
        question_->asker = nullptr;
    }
    pause_.cancel();
}

Task<> HostAddresses::look_up() {
    const auto self = shared_from_this();
    while (!stopped_) {
        question_ = std::make_shared<Question>();
        question_->asker = this;
        try {
            std::thread([question = question_, host = url_.host, port = url_.port] {
                question->answer(ask_system(host, port));
            }).detach();
        } catch (const std::system_error&) { // no thread to be had: later perhaps
            found(nullptr);
        }
        pause_.expires_at(net::Clock::time_point::max()); // the answer cuts this short
        while (question_ && !stopped_)
            co_await pause_.async_wait(use_task);
        if (stopped_) co_return;
        pause_.expires_after(known_ ? interval : retry_interval);
        co_await pause_.async_wait(use_task);
    }
}

void HostAddresses::found(upstream::Addresses addresses) {
    question_.reset();
    pause_.cancel();
    if (stopped_) return;
    known_ = addresses != nullptr;
    if (!known_ || (addresses_ && *addresses_ == *addresses)) return;
    addresses_ = std::move(addresses);
    const auto changed = changed_; // it may call stop()
    changed();
}

} // namespace weir::nodes
