// Ids that weir gives out, for subscriptions and filters: they look like a node's (16 bytes in hex) and none
// is given twice in the life of the process. Whoever knows a filter's id can drain or uninstall it, so none
// may give away another: the high half is random, new for each; the low half makes it unique and leads to the
// worker that made it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace weir::el {

class RandomIds {
  public:
    explicit RandomIds(std::size_t worker);

    /// "0x" and 32 hex digits.
    std::string next();
    /// The worker that made this id; nothing to rely on when it is none of weir's.
    static std::size_t worker_of(const std::string& id);

  private:
    std::uint64_t random_word();

    std::uint64_t worker_;
    std::uint64_t counter_ = 0;
    std::array<std::uint64_t, 32> random_{}; ///< those before next_ are used
    std::size_t next_ = 32;
};

} // namespace weir::el
