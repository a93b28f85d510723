// A whole hub with its boards on two workers, between nodes and clients that the test plays. No socket and no
// thread: everything happens when run() lets it, questions wait until they are answered, and what the hub
// posts to a worker waits until the worker is run.
#pragma once

#include "chain_world.hpp"
#include "fake_link.hpp"
#include "fake_questions.hpp"
#include "feeds/hub.hpp"
#include "nodes/fitness.hpp"

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::feeds {

class HubWorld {
  public:
    static constexpr std::size_t workers = 2;

    struct NodePlan {
        bool primary = true;
        bool ws = true;
    };
    struct Plan {
        std::vector<NodePlan> nodes{{true, true}, {true, true}};
        net::milliseconds hold{0}, grace{3'600'000}, trust{3'600'000}, patience{3'600'000};
        std::size_t max_filters = 8;
        std::optional<bool> trust_bloom = true;
        std::vector<std::optional<std::uint64_t>> chain_ids{}; ///< of the nodes, in their order
        net::milliseconds second_word{2};
        net::milliseconds empty_by_two{0}, empty_by_one{0};
        std::size_t max_gap = 64;
    };
    struct Node {
        std::uint32_t id = 0;
        NodePlan plan;
        std::optional<std::uint64_t> chain_id{};
        bool alive = true, fit = true;
        bool lies = false; ///< and the health checks will see it
        bool hung = false; ///< its socket stays open, it says nothing
        chain::HeaderPtr head;
        std::optional<std::uint64_t> claims; ///< what it tells the health checks instead
        std::size_t synced = 0;              ///< how many of the world's blocks it has seen
        std::shared_ptr<upstream::WsLink> link;

        bool answers() const { return alive && !hung; }
    };

    explicit HubWorld(const Plan& plan);
    ~HubWorld();
    HubWorld(const HubWorld&) = delete;
    HubWorld& operator=(const HubWorld&) = delete;

    // What nodes do.
    void connect(Node& node);
    void disconnect(Node& node);
    void announce(Node& node);
    /// Its head is this from now on, and it says so if it is there.
    void move(Node& node, const chain::HeaderPtr& head);
    /// It announces that, right or wrong; routing hears of it first, as from the monitor.
    void tell(Node& node, const chain::HeaderPtr& header);
    void check(); ///< the health checks come round
    /// What the node answers at this moment.
    std::optional<std::string> says(const FakeQuestions::Asked& asked);
    /// Answers every question and call, and runs, until only polling is left.
    void settle();
    void run(); ///< the control thread, as far as it goes

    Board& board(std::size_t worker) { return boards_[worker]; }
    bool deliver_mail(std::size_t worker); ///< one post, if there is one
    std::size_t mail(std::size_t worker) const { return mail_[worker].size(); }

    net::IoContext io{1};
    net::DeadlineWheel wheel{io};
    ChainWorld chain;
    chain::HeaderPtr canonical;
    std::vector<Node> nodes;
    metrics::ControlMetrics metrics;
    FakeQuestions* questions = nullptr;
    std::unique_ptr<Hub> hub;
    std::vector<std::string> pending_hashes;
    /// Questions that every node answers with an error.
    std::function<bool(const FakeQuestions::Asked&)> refuses = [](const auto&) { return false; };

  private:
    bool knows(const Node& node, const std::string& hash) const;
    void publish();

    std::shared_ptr<config::Config> config_;
    nodes::LayerFitness belief_; ///< of heads; who is fit the world says itself
    nodes::FitnessClock::time_point now_{std::chrono::hours(1)};
    std::array<std::deque<std::function<void(Board&)>>, workers> mail_;
    std::deque<Board> boards_;
};

} // namespace weir::feeds
