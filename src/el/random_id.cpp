#include "el/random_id.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <unistd.h>

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

/// From the system's own source (getrandom(2)); 256 bytes are the most that it gives at once.
void fill_randomly(void* to, std::size_t bytes) {
    // Ids that can be guessed would be worse than none.
    if (getentropy(to, bytes) != 0) throw std::system_error(errno, std::generic_category(), "getentropy");
}

/// Hides from clients how many ids there were. The same for all workers: each can read the others'.
struct Key {
    Key() { fill_randomly(this, sizeof *this); }
    std::uint64_t before = 0, after = 0;
};
const Key& key() {
    static const Key drawn_once;
    return drawn_once;
}

} // namespace

RandomIds::RandomIds(std::size_t worker)
    : worker_(worker) {}

/// Read in advance: one system call for many ids.
std::uint64_t RandomIds::random_word() {
    if (next_ == random_.size()) {
        fill_randomly(random_.data(), sizeof random_);
        next_ = 0;
    }
    return random_[next_++];
}

std::string RandomIds::next() {
    const auto high = random_word();
    const auto low = mix((worker_ << worker_shift | ++counter_) ^ key().before) ^ key().after;
    char text[2 + 32 + 1];
    std::snprintf(text, sizeof text, "0x%016llx%016llx", static_cast<unsigned long long>(high),
                  static_cast<unsigned long long>(low));
    return text;
}

std::size_t RandomIds::worker_of(const std::string& id) {
    if (id.size() != 34) return 0;
    std::uint64_t low = 0;
    std::from_chars(id.data() + 18, id.data() + 34, low, 16);
    return static_cast<std::size_t>((unmix(low ^ key().after) ^ key().before) >> worker_shift);
}

} // namespace weir::el
