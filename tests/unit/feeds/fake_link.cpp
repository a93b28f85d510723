#include "fake_link.hpp"

#include <utility>

namespace weir::upstream {

struct WsLink::State : feeds::FakeLink {};

namespace {
std::map<const WsLink*, feeds::FakeLink*> fakes;
}

WsLink::WsLink(net::IoContext&, net::DeadlineWheel&, LinkLimits, metrics::ControlMetrics&)
    : state_(std::make_unique<State>()) {
    fakes[this] = state_.get();
}
WsLink::~WsLink() {
    fakes.erase(this);
}
net::Task<std::string> WsLink::open(Endpoint, Addresses) {
    co_return std::string();
}
net::Task<std::string> WsLink::run() {
    co_return std::string();
}
void WsLink::close() {
    state_->open = false;
}
bool WsLink::is_open() const {
    return state_->open;
}
void WsLink::call(std::string_view method, std::string_view params, OnAnswer answer) {
    state_->calls.push_back({std::string(method), std::string(params), std::move(answer), {}});
}
void WsLink::subscribe(std::string_view method, std::string_view params, OnAnswer answer, OnEvent event) {
    state_->calls.push_back({std::string(method), std::string(params), std::move(answer), std::move(event)});
}
void WsLink::unsubscribe(std::string_view, std::string_view id) {
    state_->unsubscribed.emplace_back(id);
    state_->subscriptions.erase(std::string(id));
}

} // namespace weir::upstream

namespace weir::feeds {

void FakeLink::take() {
    static int ids = 0;
    const auto id = "\"0x" + std::to_string(++ids) + '"';
    auto call = std::move(calls.front());
    calls.erase(calls.begin());
    subscriptions[id] = std::move(call.event);
    call.answer({upstream::LinkAnswer::Kind::result, id});
}

void FakeLink::answer(upstream::LinkAnswer answer) {
    const auto call = std::move(calls.front());
    calls.erase(calls.begin());
    call.answer(answer);
}

void FakeLink::refuse(std::string error) {
    answer({upstream::LinkAnswer::Kind::error, error});
}

void FakeLink::emit(std::string_view result) {
    const auto all = subscriptions; // one may be given up within its event
    for (const auto& [id, event] : all) {
        if (subscriptions.contains(id)) event(result);
    }
}

std::shared_ptr<upstream::WsLink> make_fake_link(net::IoContext& io, net::DeadlineWheel& wheel) {
    static metrics::ControlMetrics unused;
    return std::make_shared<upstream::WsLink>(io, wheel, upstream::LinkLimits{}, unused);
}

FakeLink& fake_of(const std::shared_ptr<upstream::WsLink>& link) {
    return *upstream::fakes.at(link.get());
}

} // namespace weir::feeds
