// What one worker has to forward requests with: its pools, its counters, the snapshot in force and
// what it has learned about nodes from traffic. Owned by the worker, touched only on its thread.
#pragma once

#include "chain/methods.hpp"
#include "forward/allowance.hpp"
#include "forward/batch_limits.hpp"
#include "forward/track_record.hpp"
#include "metrics/worker_metrics.hpp"
#include "net/byte_budget.hpp"
#include "net/deadline.hpp"
#include "net/pause_detector.hpp"
#include "nodes/fitness.hpp"
#include "nodes/seen_heads.hpp"
#include "nodes/snapshot.hpp"
#include "routing/plan.hpp"
#include "upstream/pool.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/local_shared_ptr.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace weir::forward {

/// A worker's own handle on a snapshot: copying it costs no atomic operation.
using SnapshotHandle = boost::local_shared_ptr<const std::shared_ptr<const nodes::Snapshot>>;

/// Tells the control thread what traffic found. Thread-safe on the receiving side.
class EvidenceSink {
  public:
    virtual void witness(std::uint32_t node_id, nodes::Evidence evidence) = 0;
    /// A node said of itself that it is in trouble.
    virtual void in_trouble(std::uint32_t node_id, std::string words) = 0;

  protected:
    ~EvidenceSink() = default;
};

/// A call that waits for something about the nodes to change: its timer is cancelled then.
struct ChangeWaiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit ChangeWaiter(net::IoContext& io)
        : timer(io) {}
    net::Timer timer;
};

class Context {
  public:
    Context(net::IoContext& io, net::DeadlineWheel& wheel, metrics::WorkerMetrics& metrics,
            EvidenceSink& evidence, nodes::SeenHeads& seen_heads, std::size_t workers,
            std::size_t max_buffered_bytes);

    net::IoContext& io;
    net::DeadlineWheel& wheel;
    metrics::WorkerMetrics& metrics;
    net::ByteBudget body_budget;
    nodes::SeenHeads& seen_heads; ///< shared by all workers
    BatchLimits batch_limits;
    net::PauseDetector pauses; ///< started and stopped by who runs the thread

    const SnapshotHandle& snapshot() const { return snapshot_; }
    /// Takes a new snapshot; pools of nodes that are gone retire.
    void adopt(std::shared_ptr<const nodes::Snapshot> snapshot);

    /// Waits for the next change of the nodes, or until then.
    net::Task<> change(net::Clock::time_point until);
    /// Whoever has come to wait is woken first.
    void wait_for_change(ChangeWaiter& waiter) { waiting_.push_back(waiter); }

    /// What pools made from here on share with those of other workers.
    void share(upstream::ConnectionBudget& budget) { connection_budget_ = &budget; }
    upstream::Pool& pool(const nodes::Node& node);
    /// Nobody waits any more, for the end has come.
    void close_pools();
    bool closed() const { return closed_; }

    /// For calls that go out under ids of weir's own: no two of this worker have the same.
    std::uint64_t next_ids(std::uint64_t count = 1) { return std::exchange(last_id_, last_id_ + count) + 1; }

    /// Further questions because an answer is late.
    Allowance hedges;

    // What traffic teaches, by Node::id.
    TrackRecord& record(std::uint32_t node_id) {
        auto& record = records_[node_id];
        if (!record) record = std::make_unique<TrackRecord>();
        return *record;
    }
    void succeeded(std::uint32_t node_id, CallKind kind, net::Clock::time_point began);
    /// A connection was refused, twice in a row.
    void refused(std::uint32_t node_id, net::Clock::time_point began);
    struct Failed {
        CallKind kind = 0;
        TrackRecord::About about = TrackRecord::About::node;
        std::string_view what; ///< a literal
        net::Clock::time_point began{};
    };
    void failed(std::uint32_t node_id, const Failed& failure);
    /// The end of an answer that was on its way to the client has shown that.
    void answered_another(std::uint32_t node_id) {
        failed(node_id, {0, TrackRecord::About::node, "answered another call", net::Clock::now()});
    }
    /// It has an answer for such calls that is none, which is no reason to doubt it.
    void failed_at(std::uint32_t node_id, CallKind kind);
    /// An answer is late. If nothing at all has come from the node since `since`, the control thread hears of
    /// it.
    void silent(std::uint32_t node_id, net::Clock::time_point since, net::Clock::time_point now);
    /// Who has failed such calls lately is asked last, even behind backups.
    void put_avoided_last(routing::Candidates& order, const nodes::LayerView& layer, CallKind kind) const;
    /// Its key or plan does not allow a request.
    void not_allowed(std::uint32_t node_id);
    /// It speaks of trouble of its own. Worth telling once in a while: hears_of_trouble() says when.
    bool hears_of_trouble(std::uint32_t node_id, net::Clock::time_point now) const {
        return trouble_again_[node_id] <= now;
    }
    void in_trouble(std::uint32_t node_id, std::string words);
    /// A rate limited node comes last until then.
    void rest(std::uint32_t node_id, std::chrono::seconds duration);
    std::span<const std::uint8_t> resting(net::Clock::time_point now);
    std::span<const std::uint32_t> latencies() const { return latency_us_; }
    std::uint32_t next_rotation() { return rotation_++; }

    /// "Method not there" is remembered per node and method for a while.
    void lacks_method(std::uint32_t node_id, std::uint16_t method_index, net::Clock::time_point now);
    bool may_lack_method(std::uint32_t node_id, std::uint16_t method_index, net::Clock::time_point now) const;

  private:
    /// Requests that hang on a node that has just been found unfit go on to the next one now.
    void compare(const nodes::Snapshot& old, const nodes::Snapshot& now);
    void wake();
    void forget(const nodes::Node& now);

    static constexpr std::size_t node_ids = nodes::max_node_ids;
    static constexpr std::size_t method_slots = metrics::WorkerMetrics::max_methods + 1;

    EvidenceSink& evidence_;
    std::size_t workers_;
    upstream::ConnectionBudget* connection_budget_ = nullptr;
    SnapshotHandle snapshot_;
    boost::intrusive::list<ChangeWaiter, boost::intrusive::constant_time_size<false>> waiting_;
    bool closed_ = false;
    std::array<std::shared_ptr<upstream::Pool>, node_ids> pools_;
    std::array<std::uint32_t, node_ids> latency_us_{};
    std::array<std::unique_ptr<TrackRecord>, node_ids> records_; ///< each made with its node's first request
    std::array<net::Clock::time_point, node_ids> silence_told_{};
    std::array<net::Clock::time_point, node_ids> rests_until_{};
    std::array<std::uint8_t, node_ids> resting_{};
    bool any_resting_ = false;
    std::array<std::uint8_t, node_ids> not_allowed_{};             ///< told already
    std::array<net::Clock::time_point, node_ids> trouble_again_{}; ///< not told before then
    std::uint32_t rotation_ = 0;
    std::uint64_t last_id_ = 0;
    /// Made when a node first lacks one; times until which it is believed.
    std::array<std::unique_ptr<std::array<net::Clock::time_point, method_slots>>, node_ids> lacking_;
};

} // namespace weir::forward
