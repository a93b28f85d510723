// A client of the hub under test, and what it must have been told: what one immortal node would have said.
#pragma once

#include "hub_world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace weir::feeds {

class HubClient final : public Listener {
  public:
    /// Subscribes at once. `reference` listens to newHeads on the same worker all the time, if there is one.
    HubClient(HubWorld& world, std::size_t worker, std::string_view params,
              const HubClient* reference = nullptr);
    ~HubClient() override;

    void event(const EventText& result) override {
        received.push_back(*result);
        texts.push_back(result);
    }
    void ended(FeedEnd end) override { ended_by = end; }

    /// Nothing when all is well, else what is wrong, in words. At the end of a world, when all is settled.
    std::string complaint() const;

    const chain::SubscriptionRequest request;
    const std::size_t worker;
    bool answered = false, listening = false;
    std::string error;
    std::optional<FeedEnd> ended_by;
    std::vector<std::string> received;
    std::vector<EventText> texts;
    FeedId feed = 0;

  private:
    std::string complaint_of_heads() const;
    std::string complaint_of_logs() const;
    std::string complaint_of_hashes() const;

    HubWorld& world_;
    const HubClient* reference_;
    std::uint64_t ticket_;
    std::size_t since_ = 0; ///< heads that the reference had been told when this one began to listen
};

} // namespace weir::feeds
