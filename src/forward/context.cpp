#include "forward/context.hpp"

#include <boost/smart_ptr/make_local_shared.hpp>

#include <algorithm>
#include <utility>

namespace weir::forward {

namespace {

constexpr std::chrono::minutes lacking_is_believed{5};
constexpr std::chrono::seconds longest_rest{60};

} // namespace

Context::Context(net::IoContext& io_context, net::DeadlineWheel& deadline_wheel,
                 metrics::WorkerMetrics& counters, EvidenceSink& evidence, nodes::SeenHeads& heads,
                 std::size_t workers, std::size_t max_buffered_bytes)
    : io(io_context)
    , wheel(deadline_wheel)
    , metrics(counters)
    , body_budget(max_buffered_bytes / workers, counters.buffered_bytes.cell())
    , seen_heads(heads)
    , evidence_(evidence)
    , workers_(workers) {}

void Context::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    // The list of nodes changes only on a reload; then the pools of those that are gone must go too.
    if (snapshot_) compare(**snapshot_, *snapshot);
    const bool reloaded = snapshot_ && (*snapshot_)->config != snapshot->config;
    snapshot_ = boost::make_local_shared<const std::shared_ptr<const nodes::Snapshot>>(std::move(snapshot));
    wake();
    if (!reloaded) return;
    for (std::size_t id = 0; id < pools_.size(); ++id) {
        if (!pools_[id]) continue;
        const auto is_this = [&](const nodes::NodeStatus& status) { return status.node->id == id; };
        const auto& now = **snapshot_;
        if (std::any_of(now.el.nodes.begin(), now.el.nodes.end(), is_this) ||
            std::any_of(now.cl.nodes.begin(), now.cl.nodes.end(), is_this)) {
            continue;
        }
        pools_[id]->retire();
        pools_[id].reset();
    }
}

void Context::compare(const nodes::Snapshot& old, const nodes::Snapshot& now) {
    for (const auto layer : {nodes::Layer::el, nodes::Layer::cl}) {
        for (const auto& status : now.layer(layer).nodes) {
            const auto id = status.node->id;
            for (const auto& before : old.layer(layer).nodes) {
                if (before.node != status.node || before.fit == status.fit) continue;
                failures_in_a_row_[id] = 0; // what took it out counts no more when it is back
                if (!status.fit && pools_[id]) pools_[id]->interrupt();
            }
        }
    }
}

upstream::Pool& Context::pool(const nodes::Node& node) {
    auto& pool = pools_[node.id];
    if (!pool) {
        const auto& global = (*snapshot_)->config->global;
        const upstream::Pool::Settings settings{
            std::max<std::size_t>(1, node.http.max_connections / workers_), global.connect_timeout,
            global.upstream_idle_timeout, node.layer == nodes::Layer::cl, connection_budget_};
        pool = std::make_shared<upstream::Pool>(io, wheel, node.http, settings, metrics.nodes[node.id],
                                                metrics.pool_waiters);
    }
    return *pool;
}

void Context::wake() {
    for (auto& waiter : waiting_)
        waiter.timer.cancel();
}

void Context::close_pools() {
    closed_ = true;
    wake();
    for (auto& pool : pools_) {
        if (pool) pool->close_all();
    }
}

void Context::succeeded(std::uint32_t node_id, std::chrono::microseconds latency) {
    failures_in_a_row_[node_id] = 0;
    // EWMA with weight 1/8, as TCP smooths its round-trip time (RFC 6298).
    auto& average = latency_us_[node_id];
    const auto sample = static_cast<std::uint32_t>(std::clamp<std::int64_t>(latency.count(), 1, 100'000'000));
    average = average == 0 ? sample : average - average / 8 + sample / 8;
}

void Context::refused(std::uint32_t node_id) {
    evidence_.witness(node_id, {nodes::Evidence::Kind::refused, 1, "connection refused"});
}

void Context::failed(std::uint32_t node_id, std::string_view what) {
    evidence_.witness(node_id, {nodes::Evidence::Kind::failing, ++failures_in_a_row_[node_id], what});
}

void Context::not_allowed(std::uint32_t node_id) {
    if (std::exchange(not_allowed_[node_id], std::uint8_t{1}) != 0) return;
    evidence_.witness(node_id, {nodes::Evidence::Kind::not_allowed, 0, "not allowed"});
}

void Context::rest(std::uint32_t node_id, std::chrono::seconds duration) {
    rests_until_[node_id] = net::Clock::now() + std::min(duration, longest_rest);
    resting_[node_id] = 1;
    any_resting_ = true;
}

std::span<const std::uint8_t> Context::resting(net::Clock::time_point now) {
    if (!any_resting_) return {};
    any_resting_ = false;
    for (std::size_t id = 0; id < resting_.size(); ++id) {
        if (resting_[id] != 0 && rests_until_[id] <= now) resting_[id] = 0;
        any_resting_ = any_resting_ || resting_[id] != 0;
    }
    return resting_;
}

void Context::lacks_method(std::uint32_t node_id, std::uint16_t method_index, net::Clock::time_point now) {
    // Methods unknown to weir share one slot, so nothing can be remembered of a single one.
    if (method_index >= chain::known_methods().size()) return;
    auto& slots = lacking_[node_id];
    if (!slots) slots = std::make_unique<std::array<net::Clock::time_point, method_slots>>();
    (*slots)[method_index] = now + lacking_is_believed;
}

bool Context::may_lack_method(std::uint32_t node_id, std::uint16_t method_index,
                              net::Clock::time_point now) const {
    const auto& slots = lacking_[node_id];
    return slots && method_index < method_slots && (*slots)[method_index] > now;
}

} // namespace weir::forward
