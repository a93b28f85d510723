// From which nodes one feed is read that only nodes can make. Pending transactions from several at once
// (`pending_sources`): each knows some that no other has heard of, and what only one knew dies with it.
// Everything else from one. A node that has no WebSocket, or does not take the subscription, is polled where
// that can be done. What they tell is merged by the EventFilter. On the control thread.
//
//   use(nodes, most) ---> the first `most` that can be read ---> who reads one of them goes on with it;
//                                                                the others are given what is left
#pragma once

#include "feeds/pass_feed.hpp"
#include "feeds/poll_feed.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir::feeds {

class PassSources {
  public:
    struct Candidate {
        std::uint32_t node_id = 0;
        std::shared_ptr<upstream::WsLink> link; ///< when it is open
        bool followable = false;                ///< it has a WebSocket, open or not
    };

    /// `events` are those of each PassFeed; `questions` outlives this.
    PassSources(net::IoContext& io, Questions& questions, chain::SubscriptionRequest request,
                metrics::ControlMetrics& metrics, Pauses pauses, PassFeed::Events events);

    /// The fit nodes, best first: `most` of them are to be read from now on.
    void use(std::span<const Candidate> nodes, std::size_t most);
    void link_lost(std::uint32_t node_id);

    bool live() const;
    bool asking() const;
    bool polls() const;
    /// What a node that could not make it answered; empty when none did.
    const std::string& refusal() const;
    /// Clients have been answered already, by what is polled.
    void no_first_answer();
    void stop();

  private:
    struct Reader {
        std::shared_ptr<PassFeed> pass;
        std::shared_ptr<PollFeed> poll;    ///< null: that cannot be polled
        std::optional<std::uint32_t> node; ///< what it was given last
        std::optional<std::uint32_t> polled;
        bool given = false; ///< scratch of use()
    };
    struct Choice {
        const Candidate* node;
        bool by_link;
        bool taken = false;
    };

    std::vector<Choice> choose(std::span<const Candidate> nodes, std::size_t most) const;
    bool refused_by(std::uint32_t node_id) const;
    void make_readers(std::size_t most);
    static void give(Reader& reader, Choice& choice);
    static void poll(Reader& reader, std::optional<std::uint32_t> node_id);

    net::IoContext& io_;
    Questions& questions_;
    chain::SubscriptionRequest request_;
    metrics::ControlMetrics& metrics_;
    Pauses pauses_;
    PassFeed::Events events_;
    std::vector<Reader> readers_;
    bool answered_ = false; ///< no_first_answer() was called
};

} // namespace weir::feeds
