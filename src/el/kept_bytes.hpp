// What clients make a worker keep for as long as they like: events that filters keep from one poll to the
// next, and the parameters of filters and subscriptions. Bounded and counted apart from request bodies, so
// that whoever fills it takes nothing from other requests.
#pragma once

#include "metrics/worker_metrics.hpp"
#include "net/byte_budget.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace weir::el {

class KeptBytes {
  public:
    KeptBytes(std::size_t limit, metrics::Gauge& gauge)
        : budget_(limit)
        , gauge_(gauge) {}

    /// What one holder has taken; gives it back when it goes.
    class Charge {
      public:
        explicit Charge(KeptBytes& all)
            : charge_(all.budget_)
            , gauge_(&all.gauge_) {}
        Charge(Charge&& other) noexcept
            : charge_(std::move(other.charge_))
            , gauge_(other.gauge_)
            , bytes_(std::exchange(other.bytes_, 0)) {}
        Charge& operator=(Charge&&) = delete;
        ~Charge() { release(); }

        /// Takes what is missing up to `bytes` in total; false when that would pass the limit.
        bool raise_to(std::size_t bytes) {
            if (!charge_.raise_to(bytes)) return false;
            if (bytes > bytes_) count(bytes);
            return true;
        }
        void release() {
            charge_.release();
            count(0);
        }

      private:
        void count(std::size_t bytes) {
            gauge_->add(static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(bytes_));
            bytes_ = bytes;
        }

        net::ByteBudget::Charge charge_;
        metrics::Gauge* gauge_;
        std::size_t bytes_ = 0;
    };

  private:
    net::ByteBudget budget_;
    metrics::Gauge& gauge_;
};

} // namespace weir::el
