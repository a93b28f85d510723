// How long answers usually take, smoothed as TCP smooths its round-trip time (RFC 6298 §2): a mean, and how
// far samples are from it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace weir::forward {

class UsualTime {
  public:
    using microseconds = std::chrono::microseconds;

    void add(microseconds took) {
        const auto sample =
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(took.count(), 1, 100'000'000));
        if (mean_ == 0) {
            mean_ = sample;
            deviation_ = sample / 2;
            return;
        }
        const auto off = mean_ > sample ? mean_ - sample : sample - mean_;
        deviation_ = deviation_ - deviation_ / 4 + off / 4;
        mean_ = mean_ - mean_ / 8 + sample / 8;
    }
    bool known() const { return mean_ != 0; }
    microseconds mean() const { return microseconds(mean_); }
    /// Nearly every answer is there by then.
    microseconds nearly_always() const { return microseconds(mean_ + 4ULL * deviation_); }

  private:
    std::uint32_t mean_ = 0, deviation_ = 0; ///< µs; 0: nothing is known
};

/// How long a node is waited for before another is asked as well. What it usually needs, between these
/// bounds: below the lower one a second question costs more than it gains, and above the upper one a client
/// would notice that the node hangs. Only who is known to take longer than that for such calls gets its time.
inline constexpr std::chrono::milliseconds shortest_patience{100}, longest_patience{500};

inline std::chrono::milliseconds patience_with(const UsualTime& usual) {
    if (!usual.known()) return longest_patience;
    const auto needs = std::chrono::ceil<std::chrono::milliseconds>(usual.nearly_always());
    if (usual.mean() > longest_patience / 2) return std::max(needs, longest_patience);
    return std::clamp(needs, shortest_patience, longest_patience);
}

} // namespace weir::forward
