#include "el/holdings.hpp"

#include <algorithm>

namespace weir::el {

namespace {

Holdings::Address who(const Holdings::Address& address) {
    namespace ip = net::asio::ip;
    if (address.is_v4()) return address;
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6);
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return ip::address_v6(bytes);
}

} // namespace

Holdings::Taken Holdings::take(const std::shared_ptr<Count>& of_client, std::size_t most,
                               std::size_t most_of_client) {
    const auto before = all_.fetch_add(1, std::memory_order_relaxed);
    const auto before_of_client = of_client->fetch_add(1, std::memory_order_relaxed);
    Place place(all_, of_client); // gives both back when it is not taken
    if (before >= most) return {Full::all};
    if (before_of_client >= most_of_client) return {Full::client};
    return {Full::no, std::move(place)};
}

std::shared_ptr<Holdings::Count> Holdings::of_client(const Address& address) {
    const std::lock_guard lock(mutex_);
    if (clients_.size() >= sweep_at_) {
        std::erase_if(clients_, [](const auto& entry) { return entry.second.expired(); });
        sweep_at_ = std::max<std::size_t>(64, 2 * clients_.size());
    }
    auto& known = clients_[who(address)];
    auto count = known.lock();
    if (!count) {
        count = std::make_shared<Count>(0);
        known = count;
    }
    return count;
}

} // namespace weir::el
