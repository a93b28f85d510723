#include "upstream/addresses.hpp"

#include <algorithm>

namespace weir::upstream {

std::vector<std::size_t> AddressList::order(bool probing) const {
    const auto size = addresses_.size();
    const auto first = std::min(first_.load(std::memory_order_relaxed), size - 1);
    // The others from the first one on, so that who has failed comes last.
    std::vector<std::size_t> good, bad;
    for (std::size_t k = 0; k < size; ++k) {
        const auto i = (first + k) % size;
        const auto fault = addresses_[i]->fault();
        if (fault == Address::Fault::none)
            good.push_back(i);
        else if (probing || fault == Address::Fault::fails)
            bad.push_back(i);
    }
    if (good.empty() && bad.empty()) good.push_back(first); // it is being made up whom to shun
    auto order = in_turns(good);
    const auto last = in_turns(bad);
    order.insert(order.end(), last.begin(), last.end());
    return order;
}

/// One of each family at a time, beginning with the first one's.
std::vector<std::size_t> AddressList::in_turns(const std::vector<std::size_t>& candidates) const {
    std::vector<std::size_t> order, same, other;
    const auto is_v6 = [&](std::size_t i) { return addresses_[i]->endpoint.address().is_v6(); };
    for (const auto i : candidates)
        (is_v6(i) == is_v6(candidates.front()) ? same : other).push_back(i);
    for (std::size_t k = 0; k < std::max(same.size(), other.size()); ++k) {
        if (k < same.size()) order.push_back(same[k]);
        if (k < other.size()) order.push_back(other[k]);
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
    const auto is_no_way_out = [&](const AddressPtr& one) { return one.get() == &address || one->shunned(); };
    if (!std::all_of(begin(), end(), is_no_way_out)) return;
    for (const auto& one : addresses_) {
        if (one->fault() == Address::Fault::fails) set(*one, Address::Fault::none);
    }
}

bool AddressList::found_unfit(Address& address, Address::Fault fault) const {
    const auto is_it = [&](const AddressPtr& one) { return one.get() == &address; };
    if (addresses_.size() < 2 || std::none_of(begin(), end(), is_it)) return false;
    const auto is_shunned = [&](const AddressPtr& one) { return is_it(one) || one->shunned(); };
    const bool was_last = std::all_of(begin(), end(), is_shunned), was_known = address.shunned();
    failed(address);
    set(address, fault);
    if (!was_last) return !was_known;
    for (const auto& one : addresses_)
        set(*one, Address::Fault::none);
    return false;
}

Addresses address_list(const std::vector<boost::asio::ip::tcp::endpoint>& endpoints) {
    std::vector<AddressPtr> addresses;
    for (const auto& endpoint : endpoints)
        addresses.push_back(std::make_shared<Address>(endpoint));
    return std::make_shared<const AddressList>(std::move(addresses));
}

} // namespace weir::upstream
