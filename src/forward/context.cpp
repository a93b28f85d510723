#include "forward/context.hpp"

#include <boost/smart_ptr/make_local_shared.hpp>

#include <algorithm>
#include <utility>

namespace weir::forward {

namespace {

constexpr std::chrono::minutes lacking_is_believed{5};
constexpr std::chrono::seconds longest_rest{60};
constexpr std::chrono::milliseconds silence_is_told_again{100};

} // namespace

Context::Context(net::IoContext& io_context, net::DeadlineWheel& deadline_wheel,
                 metrics::WorkerMetrics& counters, EvidenceSink& evidence, nodes::SeenHeads& heads,
                 std::size_t workers, std::size_t max_buffered_bytes)
    : io(io_context)
    , wheel(deadline_wheel)
    , metrics(counters)
    , body_budget(max_buffered_bytes / workers, counters.buffered_bytes.cell())
    , seen_heads(heads)
    , pauses(io_context)
    , evidence_(evidence)
    , workers_(workers) {}

void Context::adopt(std::shared_ptr<const nodes::Snapshot> snapshot) {
    // The list of nodes changes only on a reload; then the pools of those that are gone must go too.
    if (snapshot_) compare(**snapshot_, *snapshot);
    const auto before = snapshot_ ? *snapshot_ : nullptr;
    const bool reloaded = before && before->config != snapshot->config;
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
    for (const auto layer : {nodes::Layer::el, nodes::Layer::cl}) {
        for (const auto& status : (*snapshot_)->layer(layer).nodes) {
            const auto& known = before->layer(layer).nodes;
            const bool stays = std::any_of(known.begin(), known.end(),
                                           [&](const auto& old) { return old.node == status.node; });
            if (!stays) forget(*status.node);
        }
    }
}

/// Nobody holds the last node of this id any more.
void Context::forget(const nodes::Node& now) {
    const auto id = now.id;
    if (pools_[id]) pools_[id]->retire();
    pools_[id].reset();
    latency_us_[id] = 0;
    records_[id].reset();
    resting_[id] = not_allowed_[id] = 0;
    lacking_[id].reset();
    batch_limits.forget(id);
    trouble_again_[id] = silence_told_[id] = {};
    if (!now.continues) metrics.nodes[id].reset();
}

void Context::compare(const nodes::Snapshot& old, const nodes::Snapshot& now) {
    for (const auto layer : {nodes::Layer::el, nodes::Layer::cl}) {
        for (const auto& status : now.layer(layer).nodes) {
            const auto id = status.node->id;
            for (const auto& before : old.layer(layer).nodes) {
                if (before.node != status.node) continue;
                const bool left = before.in_service() && !status.in_service();
                const bool fell_silent = status.silent && !before.silent;
                if ((left || fell_silent) && pools_[id]) pools_[id]->interrupt();
                // What took it out counts no more when it is back.
                if (before.in_service() != status.in_service() && records_[id])
                    records_[id]->forget_failures();
            }
        }
    }
}

upstream::Pool& Context::pool(const nodes::Node& node) {
    auto& pool = pools_[node.id];
    if (!pool) {
        const auto& global = (*snapshot_)->config->global;
        const upstream::Pool::Settings settings{
            std::max<std::size_t>(1, node.http.max_connections / workers_),
            global.connect_timeout,
            global.upstream_idle_timeout,
            global.upstream_max_connection_age,
            node.layer == nodes::Layer::cl,
            connection_budget_};
        pool = std::make_shared<upstream::Pool>(io, wheel, node.http, settings, metrics.nodes[node.id],
                                                metrics.pool_waiters);
    }
    return *pool;
}

net::Task<> Context::change(net::Clock::time_point until) {
    ChangeWaiter waiter(io);
    wait_for_change(waiter);
    waiter.timer.expires_at(until);
    co_await waiter.timer.async_wait(net::use_task);
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

void Context::succeeded(std::uint32_t node_id, CallKind kind, net::Clock::time_point began) {
    const auto now = net::Clock::now();
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - began);
    record(node_id).answered(kind, took, now);
    // EWMA with weight 1/8, as TCP smooths its round-trip time (RFC 6298).
    auto& average = latency_us_[node_id];
    const auto sample = static_cast<std::uint32_t>(std::clamp<std::int64_t>(took.count(), 1, 100'000'000));
    average = average == 0 ? sample : average - average / 8 + sample / 8;
}

void Context::refused(std::uint32_t node_id, net::Clock::time_point began) {
    evidence_.witness(node_id, {nodes::Evidence::Kind::refused, 1, "connection refused", began});
}

void Context::failed(std::uint32_t node_id, const Failed& failure) {
    const auto now = net::Clock::now();
    auto& record = this->record(node_id);
    const TrackRecord::Limits limits{(*snapshot_)->config->global.health_check_max_failures};
    const auto condemned = record.failed(failure.kind, failure.about, failure.began, now, limits);
    if (!condemned) return;
    const auto kind =
        condemned->in_a_row == 0 ? nodes::Evidence::Kind::mostly_failing : nodes::Evidence::Kind::failing;
    evidence_.witness(node_id, {kind, condemned->in_a_row, failure.what, failure.began});
}

void Context::failed_at(std::uint32_t node_id, CallKind kind) {
    const auto now = net::Clock::now();
    record(node_id).heard(now);
    record(node_id).avoid(kind, now);
}

void Context::silent(std::uint32_t node_id, net::Clock::time_point since, net::Clock::time_point now) {
    if (record(node_id).heard_at() >= since || now - silence_told_[node_id] < silence_is_told_again) return;
    silence_told_[node_id] = now;
    evidence_.witness(node_id, {nodes::Evidence::Kind::silent, 0, {}, since});
}

void Context::put_avoided_last(routing::Candidates& order, const nodes::LayerView& layer,
                               CallKind kind) const {
    const auto may_fail = [&](std::uint16_t i) {
        const auto& record = records_[layer.nodes[i].node->id];
        return record && record->has_troubles();
    };
    if (std::none_of(order.begin(), order.end(), may_fail)) return;
    const auto now = net::Clock::now();
    std::stable_partition(order.begin(), order.end(), [&](std::uint16_t i) {
        return !may_fail(i) || !records_[layer.nodes[i].node->id]->is_avoided(kind, now);
    });
}

void Context::not_allowed(std::uint32_t node_id) {
    if (std::exchange(not_allowed_[node_id], std::uint8_t{1}) != 0) return;
    evidence_.witness(node_id, {nodes::Evidence::Kind::not_allowed, 0, "not allowed"});
}

void Context::in_trouble(std::uint32_t node_id, std::string words) {
    trouble_again_[node_id] = net::Clock::now() + nodes::between_words_of_trouble;
    evidence_.in_trouble(node_id, std::move(words));
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
