// How many events wait at each worker for their delivery. A worker that has other things to do for long, or
// thousands of sessions to tell, must not make them fill the memory: when too many wait, what may be left out
// is left out.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace weir::feeds {

class Backlog {
  public:
    /// More than a mempool's burst; 16 MB of hashes with all that carries them.
    static constexpr std::size_t most = 32'768;

    explicit Backlog(std::size_t workers) {
        for (std::size_t i = 0; i < workers; ++i)
            waiting_.push_back(std::make_shared<std::atomic<std::size_t>>(0));
    }

    bool is_full(std::size_t worker) const {
        return waiting_[worker]->load(std::memory_order_relaxed) >= most;
    }
    /// They count until this has gone, on whatever thread, with the post that it travels in.
    std::shared_ptr<const void> add(std::size_t worker, std::size_t events) {
        return std::make_shared<const Counted>(waiting_[worker], events);
    }

  private:
    struct Counted {
        Counted(std::shared_ptr<std::atomic<std::size_t>> all, std::size_t how_many)
            : waiting(std::move(all))
            , events(how_many) {
            waiting->fetch_add(events, std::memory_order_relaxed);
        }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
        ~Counted() { waiting->fetch_sub(events, std::memory_order_relaxed); }
        std::shared_ptr<std::atomic<std::size_t>> waiting; ///< a post may outlive the hub
        std::size_t events;
    };

    std::vector<std::shared_ptr<std::atomic<std::size_t>>> waiting_;
};

} // namespace weir::feeds
