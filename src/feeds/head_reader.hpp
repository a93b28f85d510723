// Reads the line of heads from the best source: chooses the node, takes its heads as they come over its
// WebSocket or asks for them when it has none, fills gaps, and tells the steps. On the control thread.
#pragma once

#include "feeds/head_doubts.hpp"
#include "feeds/head_line.hpp"
#include "feeds/pauses.hpp"
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
        std::function<void()> based; ///< see is_based()
    };

    HeadReader(net::IoContext& io, Questions& questions, metrics::ControlMetrics& metrics, Pauses pauses,
               Events events);

    void adopted(); ///< the questions have a new snapshot
    void link_up(std::uint32_t node_id);
    void link_down(std::uint32_t node_id);
    void announced(std::uint32_t node_id, const chain::HeaderPtr& header);
    void stop();

    /// Steps are told only while somebody listens; meanwhile the line just follows.
    void listen(bool anyone);
    /// The tip is known and fresh: what comes after it is not missed by who begins to listen now.
    bool is_based() const { return fresh_ && line_.tip(); }
    /// Somebody waits for that; events.based says when.
    void want_base();

    std::optional<std::uint32_t> source() const { return source_; }

  private:
    struct Followed { ///< a node whose link is up
        chain::HeaderPtr head;
        net::Clock::time_point since{};
        std::uint64_t told =
            0; ///< the height that it has announced, or that was there before its link was up
        std::optional<net::Clock::time_point> behind_since{}; ///< the layer's head is higher than that
    };

    void choose();
    std::vector<SourceCandidate> candidates() const;
    std::uint64_t believable(std::uint64_t beyond) const;
    std::uint64_t max_lag() const { return questions_.snapshot()->config->global.max_el_lag_blocks; }
    bool is_beyond_belief(std::uint32_t node_id) const;
    bool has_sunk(std::uint32_t node_id, const chain::HeaderPtr& head);
    std::optional<std::uint64_t> tip() const;
    void arm_sunk();
    bool is_followed(std::uint32_t node_id) const { return followed_.contains(node_id); }
    bool is_silent(const Followed& followed) const;
    /// Its heads come by themselves.
    bool tells_heads(std::uint32_t node_id) const;
    bool anyone_waits() const { return listening_ || base_wanted_; }
    void take_over(bool trusted);
    void lead(const chain::HeaderPtr& header, std::uint64_t beyond = 0);
    bool leave_hanging();
    void pump();
    void look_anew();
    void start_looking();
    net::Task<> look(std::uint32_t node_id, std::uint64_t turn);
    void start_filling();
    net::Task<> fill(std::uint64_t turn);
    net::Task<> fetch(const std::string& hash);
    void arm_trust();

    net::IoContext& io_;
    Questions& questions_;
    metrics::ControlMetrics& metrics_;
    Pauses pauses_;
    Events events_;
    HeadLine line_;
    std::unordered_map<std::uint32_t, Followed> followed_;
    std::unordered_map<std::uint32_t, net::Clock::time_point> best_since_;
    HeadDoubts doubts_;
    std::optional<std::uint32_t> source_;
    net::Timer look_pause_, fill_pause_, trust_timer_, hold_timer_, sunk_timer_;
    std::string announced_form_; ///< a header as a source announced it: gap blocks get the same members
    std::optional<std::string> filling_;          ///< the block that fill() is about
    std::uint64_t look_turn_ = 0, fill_turn_ = 0; ///< an older look() or fill() ends
    bool fresh_ = false;                          ///< the tip is where the source is
    bool base_wanted_ = false;
    bool listening_ = false;
    bool looking_ = false;
    bool stopped_ = false;
};

} // namespace weir::feeds
