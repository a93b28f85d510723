#include "nodes/host_addresses.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>
#include <vector>

namespace weir::nodes {

using net::Task;
using net::use_task;
namespace asio = net::asio;

namespace {

constexpr std::chrono::seconds interval{30};
constexpr std::chrono::seconds retry_interval{2};

} // namespace

HostAddresses::HostAddresses(net::IoContext& io, net::Url url)
    : io_(io)
    , url_(std::move(url))
    , resolver_(io)
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
    resolver_.cancel();
    pause_.cancel();
}

Task<> HostAddresses::look_up() {
    const auto self = shared_from_this();
    const std::string port = std::to_string(url_.port);
    while (!stopped_) {
        const auto [ec, found] = co_await resolver_.async_resolve(url_.host, port, use_task);
        if (stopped_) co_return;
        if (!ec && !found.empty()) {
            auto addresses = std::make_shared<std::vector<net::tcp::endpoint>>();
            for (const auto& entry : found)
                addresses->push_back(entry.endpoint());
            const bool same = addresses_ && *addresses_ == *addresses;
            if (!same) {
                addresses_ = std::move(addresses);
                const auto changed = changed_; // it may call stop()
                changed();
                if (stopped_) co_return;
            }
        }
        pause_.expires_after(ec ? retry_interval : interval);
        co_await pause_.async_wait(use_task);
    }
}

} // namespace weir::nodes
