#include "server/memory.hpp"

#include <algorithm>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

namespace weir::server {

namespace {

constexpr std::chrono::seconds between_looks{5};
constexpr std::size_t worth_the_while = std::size_t{8} << 20;

/// Bytes of this process that are resident, belong to no file, and are in nobody's use.
std::size_t held_for_nobody() {
    std::size_t total = 0, resident = 0, of_files = 0;
    std::ifstream("/proc/self/statm") >> total >> resident >> of_files;
    const auto anonymous =
        (resident - std::min(resident, of_files)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto heap = mallinfo2();
    return anonymous - std::min(anonymous, heap.uordblks + heap.hblkhd);
}

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
    const auto held = held_for_nobody();
    if (held < remained_ + worth_the_while) {
        remained_ = std::min(remained_, held);
        return;
    }
    malloc_trim(0);
    remained_ = held_for_nobody();
}

} // namespace weir::server
