// The numbers of recent blocks by their hashes, as nodes announced them or answers told: a call that names a
// block by its hash goes to nodes that have come that far. Bounded; shared by all threads without a lock.
#pragma once

#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::nodes {

class SeenBlocks {
  public:
    /// `hash`: "0x" and 64 hex digits; anything else is left out.
    void saw(std::string_view hash, std::uint64_t number) {
        const auto bits = bits_of(hash);
        if (!bits || number > highest) return;
        auto& slot = slots_[*bits % slots_.size()];
        const auto value = entry(*bits, number);
        if (slot.load(std::memory_order_relaxed) != value) slot.store(value, std::memory_order_relaxed);
    }
    std::optional<std::uint64_t> number_of(std::string_view hash) const {
        const auto bits = bits_of(hash);
        if (!bits) return std::nullopt;
        const auto value = slots_[*bits % slots_.size()].load(std::memory_order_relaxed);
        const auto number = value & highest;
        if (value == 0 || value != entry(*bits, number)) return std::nullopt;
        return number;
    }

  private:
    // One word per block, so that no reader sees half of one: 24 bits of the hash beside those that choose
    // the slot, 40 of the number. Mistaken once in 2^34 hashes, and all that follows is a strange order of
    // nodes.
    static constexpr std::uint64_t highest = (std::uint64_t{1} << 40) - 1;

    static std::uint64_t entry(std::uint64_t bits, std::uint64_t number) {
        return (bits & ~highest) | number;
    }
    /// Its last digits: the first are zeros where blocks are mined.
    static std::optional<std::uint64_t> bits_of(std::string_view hash) {
        if (hash.size() != 66) return std::nullopt;
        const auto digits = hash.substr(50);
        std::uint64_t bits = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        return bits;
    }

    std::array<std::atomic<std::uint64_t>, 1024> slots_{};
};

} // namespace weir::nodes
