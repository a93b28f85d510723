#include "server/memory.hpp"

#include <malloc.h>

namespace weir::server {

namespace {

constexpr std::chrono::seconds between_looks{5};
constexpr std::uint64_t crowd = 100; ///< fewer leave nothing behind that is worth the while
constexpr std::size_t worth_the_while = std::size_t{8} << 20; ///< bytes that the allocator holds for nobody

} // namespace

void MemoryKeeper::start() {
    timer_.expires_after(between_looks);
    timer_.async_wait([this](net::error_code ec) {
        if (ec) return;
        look();
        start();
    });
}

void MemoryKeeper::look() {
    std::uint64_t left = 0;
    for (const auto* worker : workers_) {
        left += worker->client_connections_total.value() -
                static_cast<std::uint64_t>(worker->client_connections.value());
    }
    if (left < left_before_ + crowd) return;
    left_before_ = left;
    if (mallinfo2().fordblks >= worth_the_while) malloc_trim(0);
}

} // namespace weir::server
