#include "el/random_id.hpp"

#include <charconv>
#include <cstdio>
#include <random>

namespace weir::el {

namespace {

/// A bijection of 64 bits that leaves no pattern to the eye (the finaliser of splitmix64), and its inverse.
std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

std::uint64_t unmix(std::uint64_t x) {
    x = (x ^ (x >> 31) ^ (x >> 62)) * 0x319642b2d24d8ec3ULL;
    x = (x ^ (x >> 27) ^ (x >> 54)) * 0x96de1b173f119089ULL;
    return x ^ (x >> 30) ^ (x >> 60);
}

constexpr unsigned worker_shift = 48;

std::uint64_t random_word() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

} // namespace

RandomIds::RandomIds(std::size_t worker)
    : worker_(worker)
    , secret_(random_word()) {}

std::string RandomIds::next() {
    const auto counter = ++counter_;
    char text[2 + 32 + 1];
    // The low half alone makes it unique: worker and counter, mixed.
    std::snprintf(text, sizeof text, "0x%016llx%016llx",
                  static_cast<unsigned long long>(mix(secret_ + counter)),
                  static_cast<unsigned long long>(mix(worker_ << worker_shift | counter)));
    return text;
}

std::size_t RandomIds::worker_of(const std::string& id) {
    if (id.size() != 34) return 0;
    std::uint64_t low = 0;
    std::from_chars(id.data() + 18, id.data() + 34, low, 16);
    return static_cast<std::size_t>(unmix(low) >> worker_shift);
}

} // namespace weir::el
