#include "upstream/addresses.hpp"

#include <algorithm>

namespace weir::upstream {

std::vector<std::size_t> AddressList::order() const {
    const auto size = addresses_.size();
    const auto first = std::min(first_.load(std::memory_order_relaxed), size - 1);
    const auto is_v6 = [&](std::size_t i) { return addresses_[i]->endpoint.address().is_v6(); };
    std::vector<std::size_t> order{first};
    // The others from the first one on, so that who has failed comes last.
    std::vector<std::size_t> same, other;
    for (std::size_t k = 1; k < size; ++k) {
        const auto i = (first + k) % size;
        (is_v6(i) == is_v6(first) ? same : other).push_back(i);
    }
    for (std::size_t k = 0; k < std::max(same.size(), other.size()); ++k) {
        if (k < other.size()) order.push_back(other[k]);
        if (k < same.size()) order.push_back(same[k]);
    }
    return order;
}

void AddressList::worked(std::size_t i) const {
    if (first_.load(std::memory_order_relaxed) != i) first_.store(i, std::memory_order_relaxed);
}

void AddressList::failed(const Address& address) const {
    const auto first = first_.load(std::memory_order_relaxed);
    if (first < addresses_.size() && addresses_[first].get() == &address)
        first_.store((first + 1) % addresses_.size(), std::memory_order_relaxed);
}

Addresses address_list(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints) {
    std::vector<AddressPtr> addresses;
    for (const auto& endpoint : endpoints)
        addresses.push_back(std::make_shared<Address>(endpoint));
    return std::make_shared<const AddressList>(std::move(addresses));
}

} // namespace weir::upstream
