// How many further questions one worker may ask of nodes because an answer is late: a share of its calls, and
// a few at once. A token bucket that is filled by calls and not by time: what is rare may be asked twice,
// what is many may not become twice as many.
#pragma once

#include <algorithm>
#include <cstdint>

namespace weir::forward {

class Allowance {
  public:
    static constexpr std::uint32_t burst = 64;

    /// A call has come; `percent` of them may be asked again.
    void earn(std::uint32_t percent) { hundredths_ = std::min(hundredths_ + percent, burst * 100); }
    bool spend() {
        if (hundredths_ < 100) return false;
        hundredths_ -= 100;
        return true;
    }

  private:
    std::uint32_t hundredths_ = burst * 100;
};

} // namespace weir::forward
