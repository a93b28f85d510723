// A bound on what one thread holds in memory for all its connections together.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace weir::net {

class ByteBudget {
  public:
    /// `shown`: where other threads may read what is used.
    explicit ByteBudget(std::size_t limit, std::atomic<std::int64_t>* shown = nullptr)
        : limit_(limit)
        , shown_(shown) {}
    ByteBudget(const ByteBudget&) = delete;
    ByteBudget& operator=(const ByteBudget&) = delete;

    std::size_t used() const { return used_; }

    /// What one holder has taken; gives it back when it goes.
    class Charge {
      public:
        Charge() = default;
        explicit Charge(ByteBudget& budget)
            : budget_(&budget) {}
        Charge(Charge&& other) noexcept
            : budget_(std::exchange(other.budget_, nullptr))
            , bytes_(std::exchange(other.bytes_, 0)) {}
        Charge& operator=(Charge&& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        ~Charge() { release(); }

        /// Takes what is missing up to `bytes` in total; false when that would pass the budget's limit.
        bool raise_to(std::size_t bytes) {
            if (!budget_ || bytes <= bytes_) return true;
            if (budget_->limit_ - budget_->used_ < bytes - bytes_) return false;
            budget_->use(budget_->used_ + (bytes - bytes_));
            bytes_ = bytes;
            return true;
        }
        void release() {
            if (budget_ && bytes_ != 0) budget_->use(budget_->used_ - bytes_);
            bytes_ = 0;
        }

      private:
        ByteBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

  private:
    void use(std::size_t bytes) {
        used_ = bytes;
        if (shown_) shown_->store(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
    }

    std::size_t limit_;
    std::size_t used_ = 0;
    std::atomic<std::int64_t>* shown_;
};

} // namespace weir::net
