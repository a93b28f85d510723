// How many subscriptions, or filters, clients hold: all of them together, and those of one address. Shared by
// all workers. A client's count is looked up, under a lock, once for a session or for a new filter; from then
// on it is an atomic number. IPv6 clients count by their /64, which is what one customer has.
#pragma once

#include "net/io.hpp"

#include <boost/asio/ip/address.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace weir::el {

class Holdings {
  public:
    using Address = net::asio::ip::address;
    using Count = std::atomic<std::size_t>;

    /// One of what is counted, for as long as this lives.
    class Place {
      public:
        Place() = default;
        Place(Count& all, std::shared_ptr<Count> of_client)
            : all_(&all)
            , of_client_(std::move(of_client)) {}
        Place(Place&& other) noexcept
            : all_(std::exchange(other.all_, nullptr))
            , of_client_(std::move(other.of_client_)) {}
        Place& operator=(Place other) noexcept {
            std::swap(all_, other.all_);
            std::swap(of_client_, other.of_client_);
            return *this;
        }
        ~Place() {
            if (!all_) return;
            all_->fetch_sub(1, std::memory_order_relaxed);
            of_client_->fetch_sub(1, std::memory_order_relaxed);
        }

      private:
        Count* all_ = nullptr;
        std::shared_ptr<Count> of_client_;
    };

    enum class Full : std::uint8_t { no, all, client };
    struct Taken {
        Full full = Full::no;
        Place place{}; ///< unless it is full
    };
    /// What is already there counts too.
    Taken take(const std::shared_ptr<Count>& of_client, std::size_t most, std::size_t most_of_client);

    std::shared_ptr<Count> of_client(const Address& address);
    std::size_t all() const { return all_.load(std::memory_order_relaxed); }

  private:
    Count all_{0};
    std::mutex mutex_;
    std::map<Address, std::weak_ptr<Count>> clients_;
    std::size_t sweep_at_ = 64; ///< so many entries: those of clients that have gone are dropped
};

} // namespace weir::el
