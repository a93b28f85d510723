// What a node's host name stands for at the moment, shared by all who connect to the node: workers, health
// checks, links. The list never changes; when the name comes to stand for something else there is a new list,
// and an address that is not in it any more is marked, so that connections to it come to an end.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
    /// Why whoever is there is not fit to serve, while the name stands for others, too.
    enum class Fault : std::uint8_t {
        none,
        fails, ///< it has no answers
        wrong  ///< its answers are
    };
    Fault fault() const { return fault_.load(std::memory_order_relaxed); }
    /// Connections to it come to an end, as if it were withdrawn.
    bool shunned() const { return fault() != Fault::none; }

  private:
    friend class AddressList;
    std::atomic<bool> withdrawn_{false};
    std::atomic<Fault> fault_{Fault::none};
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

    /// The order in which to try them: first the one that worked last, then the families in turn (§4), and
    /// those that are shunned last; who is wrong not at all, unless to see whether he still is.
    std::vector<std::size_t> order(bool probing = false) const;
    /// It took a connection.
    void worked(std::size_t i) const;
    /// It takes connections and does no work: another is tried first, if there is one, be it one that has
    /// failed before.
    void failed(const Address& address) const;
    /// A check has found whoever is there unfit: it is shunned. When all would be, none is: all are on trial
    /// again. True when that was news, and another is left that has not been found unfit.
    bool found_unfit(Address& address, Address::Fault fault) const;
    void found_fit(Address& address) const { set(address, Address::Fault::none); }

  private:
    std::vector<std::size_t> in_turns(const std::vector<std::size_t>& candidates) const;
    static void set(Address& address, Address::Fault fault) {
        address.fault_.store(fault, std::memory_order_relaxed);
    }

    std::vector<AddressPtr> addresses_;
    std::chrono::milliseconds attempt_delay_;
    mutable std::atomic<std::size_t> first_{0};
};

/// Null before the name is known.
using Addresses = std::shared_ptr<const AddressList>;

/// Those of one endpoint, for good.
Addresses address_list(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints);

} // namespace weir::upstream
