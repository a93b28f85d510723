#include "ws_host.hpp"

#include "json_rpc.hpp"
#include "ws_session.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace simnode {
namespace {

constexpr std::string_view events = "eth_subscription";

std::string notification(const Subscription& subscription, const std::string& result) {
    auto* space = subscription.kind == Subscription::Kind::ticks ? "sim" : "eth";
    return R"({"jsonrpc":"2.0","method":")" + std::string(space) +
           R"(_subscription","params":{"subscription":")" + subscription.id + R"(","result":)" + result +
           "}}";
}

/// A kind that only this node knows: the numbers of blocks.
std::string tick(const Block& block) {
    return R"({"tick":")" + quantity(block.number) + "\"}";
}

} // namespace

WsHost::WsHost(ElNode& node, ElService& service, Faults& faults, Stats& stats)
    : node_(node)
    , service_(service)
    , faults_(faults)
    , stats_(stats)
    , follower_(node.chain(), faults, Layer::el_websocket, events)
    , invention_(node.chain().executor()) {
    follower_.on_block = [this](const Block& block) { block_came(block); };
    follower_.on_reorg = [this](const Reorg& reorg) { logs_lost(reorg); };
    node_.on_pending = [this, others = std::move(node_.on_pending)](const std::string& hash) {
        if (others) others(hash);
        transaction_came(hash);
    };
}

void WsHost::take(Socket socket, std::string received) {
    start_session(*this, std::move(socket), std::move(received));
}
void WsHost::take(TlsStream stream, std::string received) {
    start_session(*this, std::move(stream), std::move(received));
}

void WsHost::opened(Subscriber* session) {
    sessions_.insert(session);
    server_->opened(session);
    ++stats_.websockets.open;
    ++stats_.websockets.accepted;
}

void WsHost::closed(Subscriber* session) {
    if (sessions_.erase(session) == 0) return;
    server_->closed(session);
    --stats_.websockets.open;
    stats_.websockets.subscriptions_open -= session->subscriptions.size();
    session->subscriptions.clear();
}

void WsHost::abort_all() {
    auto sessions = sessions_;
    for (auto* session : sessions)
        session->abort();
}

bool WsHost::silent() const {
    return faults_.look(Layer::el_websocket, events).hang;
}

template <class Result>
void WsHost::publish(Subscription::Kind kind, Result result) {
    auto times = faults_.look(Layer::el_websocket, events).duplicate_events ? 2 : 1;
    auto sessions = sessions_; // one that does not read is dropped by this
    for (auto* session : sessions) {
        if (!sessions_.contains(session)) continue;
        auto subscriptions = session->subscriptions;
        for (auto& subscription : subscriptions) {
            if (subscription.kind != kind) continue;
            std::optional<std::string> text = result(subscription);
            for (int i = 0; text && i < times; ++i)
                session->notify(notification(subscription, *text));
        }
    }
}

void WsHost::faults_changed() {
    if (faults_.refuses(Layer::el_websocket)) abort_all();
    if (faults_.look(Layer::el_websocket, "upgrade").deaf)
        for (auto* session : sessions_)
            session->mute();
    follower_.update();
    if (!faults_.look(Layer::el_websocket, events).invents)
        invented_.reset();
    else if (!invented_)
        invent();
    auto syncing = faults_.look(Layer::el_websocket, events).syncing;
    if (std::exchange(syncing_, syncing) == syncing) return;
    auto head = node_.chain().head();
    auto state = json::serialize(json::object{
        {"syncing", true},
        {"status", {{"currentBlock", quantity(head)}, {"highestBlock", quantity(head + 1000)}}}});
    publish(Subscription::Kind::syncing, [&](auto&) { return syncing ? state : "false"; });
}

void WsHost::announce(const Block& block) {
    auto effects = faults_.look(Layer::el_websocket, events);
    auto header = header_json(node_.chain(), block);
    header["number"] = quantity(block.number + static_cast<std::uint64_t>(effects.number_off));
    if (effects.wrong_parent) header["parentHash"] = hex(keccak256("no parent of " + hex(block.hash)));
    auto text = json::serialize(header);
    if (effects.padded) pad_quantities(text);
    publish(Subscription::Kind::heads, [&](auto&) { return text; });
}

/// Announces a chain of its own above the head, which nobody else has and it does not give either.
void WsHost::invent() {
    auto invention = faults_.look(Layer::el_websocket, events).invents;
    if (!invention || invented_.value_or(0) >= invention->blocks) return;
    auto& chain = node_.chain();
    if (!invented_) {
        invented_ = 0;
        invented_from_ = chain.head() + 1;
    }
    auto path = chain.path();
    path.push_back({invented_from_, UINT32_MAX});
    announce(chain.block(invented_from_ + (*invented_)++, path));
    invention_.expires_after(std::chrono::microseconds(1'000'000 / invention->per_second));
    invention_.async_wait([this](boost::system::error_code error) {
        if (!error && invented_) invent();
    });
}

void WsHost::block_came(const Block& block) {
    if (sessions_.empty()) return;
    auto& chain = node_.chain();
    auto logs = logs_of(chain, block);
    for (unsigned i = 0; i < block.transactions; ++i)
        transaction_came(hex(chain.transaction_hash(block, i)));
    announce(block);
    publish(Subscription::Kind::ticks, [&](auto&) { return tick(block); });
    for (auto& log : logs)
        publish(Subscription::Kind::logs, [&](auto& subscription) -> std::optional<std::string> {
            if (!subscription.filter.matches(log)) return std::nullopt;
            return json::serialize(log_json(chain, block, log, false));
        });
}

void WsHost::logs_lost(const Reorg& reorg) {
    auto& chain = node_.chain();
    for (auto number = reorg.from; number <= reorg.old_head; ++number) {
        auto block = chain.block(number, reorg.old_path);
        for (auto& log : logs_of(chain, block))
            publish(Subscription::Kind::logs, [&](auto& subscription) -> std::optional<std::string> {
                if (!subscription.filter.matches(log)) return std::nullopt;
                return json::serialize(log_json(chain, block, log, true));
            });
    }
}

void WsHost::transaction_came(const std::string& hash) {
    if (silent()) return;
    publish(Subscription::Kind::pending, [&](auto& subscription) {
        if (!subscription.whole_transactions) return quoted(hash);
        return json::serialize(sent_transaction_json(hash, std::nullopt));
    });
}

std::optional<std::string> WsHost::call(Subscriber& session, const Call& call) {
    auto space = call.method.substr(0, call.method.find('_'));
    auto verb = call.method.substr(std::min(space.size() + 1, call.method.size()));
    auto subscribes = verb == "subscribe";
    if ((space != "eth" && space != "sim") || (!subscribes && verb != "unsubscribe")) return std::nullopt;
    auto params = json::parse({call.params.data(), call.params.size()});
    if (!params.is_array() || params.get_array().empty() || !params.get_array()[0].is_string())
        throw RpcError{-32602, "missing value for required argument 0"};
    return subscribes ? subscribe(session, space, params.get_array())
                      : unsubscribe(session, params.get_array());
}

std::string WsHost::subscribe(Subscriber& session, std::string_view space, const json::array& params) {
    auto& name = params[0].get_string();
    Subscription subscription{new_id(), Subscription::Kind::heads, {}, false};
    auto* option = params.size() > 1 ? &params[1] : nullptr;
    if (space == "sim") {
        if (name != "ticks")
            throw RpcError{-32601, "no \"" + std::string(name) + "\" subscription in sim namespace"};
        subscription.kind = Subscription::Kind::ticks;
    } else if (name == "newHeads") {
        subscription.kind = Subscription::Kind::heads;
    } else if (name == "logs") {
        subscription.kind = Subscription::Kind::logs;
        if (option && !option->is_object()) throw RpcError{-32602, "invalid argument 1: not a filter"};
        try {
            if (option) subscription.filter = LogFilter(option->get_object());
        } catch (const std::invalid_argument& error) {
            throw RpcError{-32602, error.what()};
        }
    } else if (name == "newPendingTransactions") {
        subscription.kind = Subscription::Kind::pending;
        subscription.whole_transactions = option && option->is_bool() && option->get_bool();
    } else if (name == "syncing") {
        subscription.kind = Subscription::Kind::syncing;
    } else {
        throw RpcError{-32601, "no \"" + std::string(name) + "\" subscription in eth namespace"};
    }
    session.subscriptions.push_back(subscription);
    ++stats_.websockets.subscriptions_open;
    if (faults_.look(Layer::el_websocket, events).early_events) send_early(session, subscription);
    return quoted(subscription.id);
}

/// The head as an event that comes before the answer which names its subscription.
void WsHost::send_early(Subscriber& session, const Subscription& subscription) {
    auto& chain = node_.chain();
    auto block = chain.block(chain.head());
    if (subscription.kind == Subscription::Kind::ticks)
        session.notify(notification(subscription, tick(block)));
    if (subscription.kind == Subscription::Kind::heads)
        session.notify(notification(subscription, json::serialize(header_json(chain, block))));
}

std::string WsHost::unsubscribe(Subscriber& session, const json::array& params) {
    std::string_view id = params[0].get_string();
    if (std::erase_if(session.subscriptions, [&](auto& one) { return one.id == id; }) == 0)
        throw RpcError{-32000, "subscription not found"};
    --stats_.websockets.subscriptions_open;
    return "true";
}

/// As go-ethereum makes them: 16 random bytes without leading zeros.
std::string WsHost::new_id() {
    std::string bytes;
    for (int i = 0; i < 16; ++i)
        bytes += static_cast<char>(random_() >> 56);
    auto text = hex(bytes);
    return "0x" + text.substr(std::min(text.find_first_not_of('0', 2), text.size() - 1));
}

} // namespace simnode
