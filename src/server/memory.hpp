// Gives memory back to the system when it is no longer used, after a crowd of clients or some very large
// answers: the allocator keeps what they used, page by page in the middle of its heaps, for ever if nobody
// asks.
#pragma once

#include "net/io.hpp"

#include <cstddef>

namespace weir::server {

/// Looks now and then on its own thread, the control thread. The allocator's locks are held for some
/// milliseconds when there is much to give back, which is why it happens only where it is worth the while:
/// pages that are partly in use cannot be given back and are not tried again and again.
class MemoryKeeper {
  public:
    explicit MemoryKeeper(net::IoContext& io)
        : timer_(io) {}

    void start();
    void stop() { timer_.cancel(); }

  private:
    void look();

    net::Timer timer_;
    std::size_t remained_ = 0; ///< bytes that the last attempt could not give back
};

} // namespace weir::server
