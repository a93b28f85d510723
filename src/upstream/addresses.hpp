// What a node's host name stands for at the moment, shared by all who connect to the node: workers, health
// checks, links. The list never changes; when the name comes to stand for something else there is a new list,
// and an address that is not in it any more is marked, so that connections to it come to an end.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace weir::upstream {

class Address {
  public:
    explicit Address(boost::asio::ip::tcp::endpoint at)
        : endpoint(std::move(at)) {}
    const boost::asio::ip::tcp::endpoint endpoint;

    /// The name does not stand for it any more: no request is sent there on a connection that is kept.
    bool withdrawn() const { return withdrawn_.load(std::memory_order_relaxed); }
    void withdraw() { withdrawn_.store(true, std::memory_order_relaxed); }

  private:
    std::atomic<bool> withdrawn_{false};
};
using AddressPtr = std::shared_ptr<Address>;

class AddressList {
  public:
    explicit AddressList(std::vector<AddressPtr> addresses,
                         std::chrono::milliseconds attempt_delay = std::chrono::milliseconds(250))
        : addresses_(std::move(addresses))
        , attempt_delay_(attempt_delay) {}

    std::size_t size() const { return addresses_.size(); }
    const AddressPtr& operator[](std::size_t i) const { return addresses_[i]; }
    auto begin() const { return addresses_.begin(); }
    auto end() const { return addresses_.end(); }
    /// Between two attempts to connect (RFC 8305 §5).
    std::chrono::milliseconds attempt_delay() const { return attempt_delay_; }

    /// The order in which to try them: first the one that worked last, then the families in turn (§4).
    std::vector<std::size_t> order() const;
    /// It took a connection.
    void worked(std::size_t i) const;
    /// It takes connections and does no work: another is tried first, if there is one.
    void failed(const Address& address) const;

  private:
    std::vector<AddressPtr> addresses_;
    std::chrono::milliseconds attempt_delay_;
    mutable std::atomic<std::size_t> first_{0};
};

/// Null before the name is known.
using Addresses = std::shared_ptr<const AddressList>;

/// Those of one endpoint, for good.
Addresses address_list(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints);

} // namespace weir::upstream
