// Reads the line of heads from the best source: chooses the node, takes its heads as they come over its
// WebSocket or asks for them when it has none, fills gaps, and tells the steps. On the control thread.
#pragma once

#include "feeds/head_line.hpp"
#include "feeds/questions.hpp"
#include "feeds/source_choice.hpp"
#include "metrics/control_metrics.hpp"

#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::feeds {

class HeadReader {
  public:
    struct Events {
        std::function<void(const std::vector<Step>&)> stepped;
        std::function<void()> overflowed; ///< the gap is longer than can be filled: who listens must know
        std::function<void()> source_changed;
    };

    HeadReader(net::IoContext& io, Questions& questions, metrics::ControlMetrics& metrics, Events events);

    void adopted(); ///< the questions have a new snapshot
    void link_up(std::uint32_t node_id);
    void link_down(std::uint32_t node_id);
    void announced(std::uint32_t node_id, const chain::HeaderPtr& header);
    void stop();

    /// Steps are told only while somebody listens; meanwhile the line just follows.
    void listen(bool anyone);
    /// Calls `ready` when the tip is known and fresh, so that what comes after it is not missed.
    void when_based(std::function<void()> ready);

    std::optional<std::uint32_t> source() const { return source_; }

  private:
    struct Followed {
        chain::HeaderPtr head;
        net::Clock::time_point since{};
        bool up = false;
    };

    void choose();
    bool is_followed(std::uint32_t node_id) const;
    void lead(const chain::HeaderPtr& header);
    void pump();
    void based();
    void start_looking();
    net::Task<> look(std::uint32_t node_id, std::uint64_t turn);
    net::Task<> fill();
    void arm_trust();

    net::IoContext& io_;
    Questions& questions_;
    metrics::ControlMetrics& metrics_;
    Events events_;
    HeadLine line_;
    std::unordered_map<std::uint32_t, Followed> followed_;
    std::unordered_map<std::uint32_t, net::Clock::time_point> fit_since_;
    std::optional<std::uint32_t> source_;
    std::vector<std::function<void()>> waiting_for_base_;
    net::Timer look_pause_, fill_pause_, trust_timer_;
    std::string announced_form_; ///< a header as a node announced it: gap blocks get the same members
    std::uint64_t turn_ = 0;     ///< of looking; an older look() ends
    bool fresh_ = false;         ///< the tip is where the source is
    bool listening_ = false;
    bool looking_ = false;
    bool filling_ = false;
    bool stopped_ = false;
};

} // namespace weir::feeds
