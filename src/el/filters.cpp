#include "el/filters.hpp"

#include "chain/json_members.hpp"
#include "el/errors.hpp"

#include <utility>

namespace weir::el {

using chain::Call;
using net::Clock;
using net::Task;
using net::use_task;

namespace {

/// Resolved like any JSON string; nothing when the first parameter is none.
std::optional<std::string> id_of(std::string_view params) {
    std::optional<std::string> id;
    chain::each_element(params, [&](std::string_view element) {
        if (element.starts_with('"')) id = chain::unescaped(chain::text_of(element));
        return false;
    });
    return id;
}

std::string logs_call(std::string_view id, std::string_view query) {
    std::string text = R"({"jsonrpc":"2.0","id":)";
    return text.append(id).append(R"(,"method":"eth_getLogs","params":[)").append(query).append("]}");
}

} // namespace

Filters::Filters(forward::Context& context, feeds::Board& board, RandomIds& ids, FilterPort& port,
                 std::size_t worker, Holdings& holdings, net::ByteBudget& kept)
    : context_(context)
    , board_(board)
    , ids_(ids)
    , port_(port)
    , worker_(worker)
    , holdings_(holdings)
    , kept_(kept) {}

void Filters::drain() {
    draining_ = true;
    for (auto& wait : waits_)
        wait.timer.cancel();
}

void Filters::stop() {
    stopped_ = true;
    for (auto& wait : waits_)
        wait.timer.cancel();
    while (!filters_.empty())
        remove(filters_.begin()->first);
}

FilterAnswer Filters::refusal(const Call& call, int code, std::string_view message, unsigned status) const {
    return {.text = error_object(call.id, code, message), .status = status, .ours = true};
}

/// Neither a feed nor a worker has answered in time.
FilterAnswer Filters::nobody_answered(const Call& call) const {
    if (stopped_ || draining_) return refusal(call, internal_error, shutting_down, 503);
    if (!(*context_.snapshot())->el.in_service())
        return refusal(call, internal_error, "no fit execution node", 503);
    return refusal(call, internal_error, "the filter did not answer in time", 504);
}

Task<FilterAnswer> Filters::answer(const Call& call, const Holdings::Address& client,
                                   Clock::time_point deadline) {
    if (stopped_) co_return nobody_answered(call);
    FilterAnswer answered;
    if (call.method.starts_with("eth_new")) {
        answered = co_await make(call, client, deadline);
    } else {
        answered = co_await use(call, deadline);
    }
    if (call.id.empty()) answered = {}; // a notification (JSON-RPC 2.0 §4.1)
    co_return answered;
}

Task<FilterAnswer> Filters::make(const Call& call, const Holdings::Address& client,
                                 Clock::time_point deadline) {
    if (call.id.empty()) co_return FilterAnswer(); // without its id there is no use for a filter
    if (draining_) co_return nobody_answered(call);
    auto request = read_filter_request(call);
    if (!request) co_return refusal(call, invalid_params, request.error());
    const auto& most = limits();
    auto taken = holdings_.take(holdings_.of_client(client), most.max_filters,
                                config::or_unlimited(most.max_filters_per_address));
    if (taken.full != Holdings::Full::no) {
        context_.metrics.filters_refused.add();
        co_return refusal(call, limit_exceeded,
                          taken.full == Holdings::Full::all
                              ? "more than " + std::to_string(most.max_filters) + " filters"
                              : "more than " + std::to_string(most.max_filters_per_address) +
                                    " filters of one address");
    }
    net::ByteBudget::Charge charge(kept_);
    if (!charge.raise_to(request->size())) {
        co_return refusal(call, limit_exceeded, "clients keep as much as max_filter_bytes allows");
    }
    FilterAnswer answered;
    Wait wait(context_.io);
    wait.for_feed = true;
    waits_.push_back(wait);
    const auto ticket = board_.join(request->feed, [&](const feeds::Joined& joined) {
        wait.end();
        if (joined.feed == 0) {
            answered.text = error_answer(call.id, joined.error);
            answered.status = (*context_.snapshot())->el.in_service() ? 200 : 503;
        } else if (stopped_) {
            board_.leave(joined.feed);
        } else {
            answered.text = string_result(
                call.id, listen(joined.feed, std::move(*request), std::move(charge), std::move(taken.place)));
        }
    });
    co_await until_over(wait, deadline);
    if (!wait.over) board_.cancel(ticket);
    if (answered.text.empty()) answered = nobody_answered(call);
    co_return answered;
}

Task<> Filters::until_over(Wait& wait, Clock::time_point deadline) {
    while (!wait.over && !stopped_ && !(draining_ && wait.for_feed) && Clock::now() < deadline) {
        wait.timer.expires_at(deadline);
        co_await wait.timer.async_wait(use_task);
    }
}

/// The feed's events are for this filter from here on: within the call that tells of the feed, so that none
/// is missed.
std::string Filters::listen(feeds::FeedId feed, FilterRequest request, net::ByteBudget::Charge charge,
                            Holdings::Place place) {
    auto filter = std::make_unique<Filter>(*this, context_.wheel, std::move(charge), ids_.next(),
                                           std::move(request), limits().filter_max_bytes);
    board_.listen(feed, *filter);
    filter->used(limits().filter_timeout);
    context_.metrics.filters.add();
    auto id = filter->id();
    filters_.emplace(id, Held{std::move(place), std::move(filter)});
    return id;
}

Task<FilterAnswer> Filters::use(const Call& call, Clock::time_point deadline) {
    const auto id = id_of(call.params);
    if (!id) co_return refusal(call, invalid_params, "invalid argument 0: the filter's id is missing");
    const auto what = call.method == "eth_getFilterChanges" ? Use::changes
                      : call.method == "eth_getFilterLogs"  ? Use::logs
                                                            : Use::uninstall;
    Used used;
    const auto worker = RandomIds::worker_of(*id);
    if (worker == worker_) {
        used = use_here(what, *id);
    } else {
        Wait wait(context_.io);
        const auto ticket = next_ticket_++;
        const bool sent =
            port_.post(worker, [asker = worker_, ticket, what, id = *id, deadline](Filters& owner) {
                owner.use_for(asker, ticket, what, id, deadline);
            });
        if (sent) {
            waits_.push_back(wait);
            errands_.emplace(ticket, &wait);
            co_await until_over(wait, deadline);
            errands_.erase(ticket);
            if (!wait.over) co_return nobody_answered(call);
            used = std::move(wait.used);
        }
    }
    FilterAnswer answered;
    if (what == Use::uninstall) {
        answered.text = result_answer(call.id, used.known ? "true" : "false");
    } else if (!used.known || used.text.empty()) {
        answered = refusal(call, not_found, "filter not found");
    } else if (what == Use::logs) {
        answered.text = logs_call(call.id, used.text);
        answered.ask_nodes = true;
    } else {
        answered.text = result_answer(call.id, used.text);
        answered.head = used.head;
        // What the client asks next shall not come from a node that is behind this.
        if (used.head) context_.seen_heads.told(*used.head);
    }
    co_return answered;
}

/// On the worker that has the filter, for a call that another one has.
void Filters::use_for(std::size_t worker, std::uint64_t ticket, Use what, const std::string& id,
                      Clock::time_point deadline) {
    if (Clock::now() >= deadline) return; // nobody waits: what is kept is for the next poll
    port_.post(worker, [ticket, used = use_here(what, id)](Filters& asker) mutable {
        const auto found = asker.errands_.find(ticket);
        if (found == asker.errands_.end()) return;
        found->second->used = std::move(used);
        found->second->end();
    });
}

Filters::Used Filters::use_here(Use what, const std::string& id) {
    const auto found = filters_.find(id);
    if (found == filters_.end()) return {};
    auto& filter = *found->second.filter;
    Used used{.known = true, .text = {}, .head = {}};
    switch (what) {
    case Use::uninstall:
        remove(id);
        break;
    case Use::logs:
        filter.used(limits().filter_timeout);
        used.text = filter.query().value_or(std::string());
        break;
    case Use::changes: {
        filter.used(limits().filter_timeout);
        auto taken = filter.take();
        used.text = std::move(taken.array);
        used.head = taken.head;
        break;
    }
    }
    return used;
}

void Filters::dropped(Filter& filter) {
    context_.metrics.filters_dropped.add();
    remove(filter.id());
}

void Filters::remove(const std::string& id) {
    filters_.erase(filters_.find(id)); // not by key: that may be the filter's own
    context_.metrics.filters.sub();
}

} // namespace weir::el
