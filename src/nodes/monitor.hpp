// Watches every node from the control thread: one check loop per node, side by side, none waiting
// for another; resolves host names; follows the heads of those with a WebSocket; takes in what real
// traffic found; and publishes a new snapshot whenever it learns something. Everything but witness()
// is called on the control thread.
#pragma once

#include "metrics/control_metrics.hpp"
#include "net/pause_detector.hpp"
#include "nodes/checks.hpp"
#include "nodes/fitness.hpp"
#include "nodes/head_sink.hpp"
#include "nodes/node_ids.hpp"
#include "nodes/second_look.hpp"
#include "nodes/seen_heads.hpp"
#include "nodes/snapshot.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weir::nodes {

class Monitor final : private HeadSink {
  public:
    using Publish = std::function<void(std::shared_ptr<const Snapshot>)>;

    Monitor(net::IoContext& io, net::DeadlineWheel& wheel, metrics::ControlMetrics& metrics,
            SeenHeads& seen_heads, Publish publish);
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    /// Who is told of links and heads; a snapshot that knows of a head is published before. Set before
    /// apply().
    void set_head_sink(HeadSink& sink) { sink_ = &sink; }

    /// Told when a configuration has taken effect, perhaps before apply() returns; `missing`: which nodes are
    /// not in service although they were waited for, and why.
    using Applied = std::function<void(const std::string& missing)>;
    /// Watches the nodes of this configuration as soon as those that are new can serve. A node that did not
    /// change keeps its identity, standing and connections. The error is a sentence; then nothing has
    /// changed.
    boost::system::result<void, std::string> apply(std::shared_ptr<const config::Config> config,
                                                   Applied applied = {});

    /// What a worker found out about a node. Any thread.
    void witness(std::uint32_t node_id, Evidence evidence);

    /// What a node said of trouble of its own, to a worker: for the log, once in a while. Any thread.
    void in_trouble(std::uint32_t node_id, std::string words);

    /// Ends all loops; the io_context runs out of work soon after.
    void stop();

  private:
    struct Watch;
    struct LayerState;
    struct Pending;
    using WatchPtr = std::shared_ptr<Watch>;
    using Watches = std::vector<WatchPtr>;

    void link_up(std::uint32_t node_id, std::shared_ptr<upstream::WsLink> link) override;
    void link_down(std::uint32_t node_id, std::string_view why) override;
    void head_announced(std::uint32_t node_id, chain::HeaderPtr header) override;

    net::Task<> check_loop(WatchPtr watch);
    void checked(const WatchPtr& watch, const CheckResult& result);
    // monitor_evidence.cpp
    void witnessed(std::uint32_t node_id, const Evidence& evidence);
    void suspect_silence(Watch& watch, net::Clock::time_point since);
    void look_again(Watch& watch);
    net::Task<> take_second_look(WatchPtr watch);
    net::Task<Finding> look(WatchPtr watch);
    void overdue(Watch& watch);
    void fell_silent(Watch& watch, net::Clock::time_point now);
    void heard_by_check(Watch& watch, const CheckResult& result, net::Clock::time_point now);
    void hurry(Watch& watch);
    void hurry_if_missed(Watch& watch);
    net::Task<bool> was_chance(Watch& watch, CheckResult& result);
    void watch_heads(LayerState& layer, net::Clock::time_point now);
    Watch* find(std::uint32_t node_id);
    void note_head(Watch& watch, std::uint64_t head);
    boost::system::result<Watches, std::string> make_watches(const config::Config& config, Layer layer);
    boost::system::result<WatchPtr, std::string> make_watch(const config::Config& config, Layer layer,
                                                            Tier tier, const config::NodeConfig& node);
    static bool contains(const Watches& watches, const WatchPtr& watch);
    static WatchPtr predecessor(const LayerState& layer, const Watch& watch);
    LayerFitness fitness_to_be(const LayerState& layer) const;
    std::string not_ready(const LayerState& layer) const;
    void try_to_take_effect();
    void take_effect();
    Watches replace(LayerState& layer, Watches watches, LayerFitness fitness);
    void start(const WatchPtr& watch);
    void retire(const WatchPtr& watch, std::chrono::milliseconds lingering = {});
    void end_link(const WatchPtr& watch);
    // monitor_addresses.cpp
    void moved(const WatchPtr& watch);
    net::Task<> introduce(WatchPtr watch);
    static bool has_another_address(const Watch& watch, const CheckResult& result);
    void judge_address(Watch& watch, const CheckResult& result);
    // monitor_tls.cpp
    using Renewed = std::vector<std::pair<std::shared_ptr<net::RenewableTls>, net::TlsContext>>;
    boost::system::result<Renewed, std::string> renewed_tls(const Watches& el, const Watches& cl);
    void note_certificate(std::uint32_t node_id, net::asio::ssl::context& context);
    void changed(LayerState& layer);
    void publish();
    LayerView view(const LayerState& layer) const;
    void record_changes(LayerState& layer);
    void record_change(Watch& watch);
    void record_network(LayerState& layer);
    void record_service(LayerState& layer, LayerView& view);
    void hurry_all(LayerState& layer);
    void woke_up();
    net::Clock::time_point next_check(const Watch& watch, net::Clock::time_point begin) const;
    void open_gates(LayerState& layer);
    std::string closed_because(const Watch& watch) const;

    net::IoContext& io_;
    net::DeadlineWheel& wheel_;
    metrics::ControlMetrics& metrics_;
    SeenHeads& seen_heads_;
    Publish publish_;
    HeadSink* sink_ = nullptr;
    std::shared_ptr<const config::Config> config_;
    std::unique_ptr<LayerState> el_, cl_;
    std::unique_ptr<Pending> pending_; ///< a configuration that has not taken effect yet
    Watches leaving_;                  ///< whose WebSocket goes on for a moment
    NodeIds ids_;
    net::PauseDetector pauses_;
    std::uint64_t version_ = 0;
};

} // namespace weir::nodes
