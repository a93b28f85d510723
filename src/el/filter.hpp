// One filter of the eth_newFilter family: a listener on a feed that keeps what it hears until it is fetched.
// No node knows of it, so it loses and doubles nothing when one dies.
#pragma once

#include "chain/json_rpc.hpp"
#include "chain/subscription.hpp"
#include "feeds/board.hpp"
#include "net/byte_budget.hpp"
#include "net/deadline.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace weir::el {

/// What a client asks for with eth_newFilter, eth_newBlockFilter or eth_newPendingTransactionFilter.
struct FilterRequest {
    chain::SubscriptionRequest feed; ///< what it listens to
    std::string query;               ///< with logs: the whole criteria as eth_getLogs takes them

    /// What it needs in memory, more or less.
    std::size_t size() const { return feed.params.size() + feed.key.size() + query.size(); }
};

/// The error says what is wrong with the call's parameters.
boost::system::result<FilterRequest, std::string> read_filter_request(const chain::Call& call);

class Filter final : public feeds::Listener {
  public:
    class Owner {
      public:
        /// It was not fetched for too long, keeps more than it may, or its feed has ended. May destroy it.
        virtual void dropped(Filter& filter) = 0;

      protected:
        ~Owner() = default;
    };

    /// `most_bytes`: of the events that may be kept; they count towards what `charge` is from, as the request
    /// does.
    Filter(Owner& owner, net::DeadlineWheel& wheel, net::ByteBudget::Charge charge, std::string id,
           FilterRequest request, std::size_t most_bytes);

    const std::string& id() const { return id_; }
    /// The criteria as eth_getLogs takes them; nothing when it is not for logs.
    std::optional<std::string> query() const;
    /// It is dropped unless this or take() is called again within that time.
    void used(net::milliseconds timeout) { unused_.set(timeout); }
    /// What came since the last time.
    struct Taken {
        std::string array;                 ///< in JSON
        std::optional<std::uint64_t> head; ///< the newest that it tells of
    };
    Taken take();

    void event(const feeds::EventText& result) override;
    void ended(feeds::FeedEnd) override { owner_.dropped(*this); }

  private:
    void keep(feeds::EventText text);
    void keep_hash(std::string_view header);

    Owner& owner_;
    std::string id_;
    FilterRequest request_;
    std::size_t most_bytes_;
    net::Deadline unused_;
    std::vector<feeds::EventText> kept_;
    std::size_t kept_bytes_ = 0;
    net::ByteBudget::Charge charge_;
    std::optional<std::uint64_t> kept_head_; ///< the newest one among them
};

} // namespace weir::el
