#include "control.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace simnode {
namespace json = boost::json;
namespace {

json::object counts_json(const Counts& counts) {
    json::object out;
    for (auto& [name, number] : counts)
        out[name] = number;
    return out;
}

json::object layer_json(const Stats::Layer& layer, std::string_view names) {
    return {{"requests", layer.requests},
            {names, counts_json(layer.by_name)},
            {"connections_open", layer.connections_open},
            {"connections_accepted", layer.connections_accepted}};
}

std::uint64_t required(const json::object& body, std::string_view name) {
    auto* value = body.if_contains(name);
    json::error_code error;
    if (!value) throw std::invalid_argument(std::string(name) + " is missing");
    auto number = value->to_number<std::uint64_t>(error);
    if (error) throw std::invalid_argument(std::string(name) + " must be a whole number");
    return number;
}

bool has(unsigned layers, Layer layer) {
    return (layers & static_cast<unsigned>(layer)) != 0;
}

} // namespace

Answer Control::answer(const Request& request) {
    Answer answer;
    try {
        json::object body;
        if (!request.body.empty()) body = json::parse({request.body.data(), request.body.size()}).as_object();
        answer.body = json::serialize(act(request.path(), body));
    } catch (const std::out_of_range& error) {
        answer.status = 404;
        answer.body = json::serialize(Json{{"error", error.what()}});
    } catch (const std::exception& error) {
        answer.status = 400;
        answer.body = json::serialize(Json{{"error", error.what()}});
    }
    return answer;
}

Control::Json Control::act(std::string_view path, const Json& body) {
    if (path == "/stats") return stats();
    if (path == "/fault") return add_fault(body);
    if (path == "/clear") {
        if (body.contains("id"))
            faults_.clear(required(body, "id"));
        else
            faults_.clear();
        faults_changed();
        return {};
    }
    if (path == "/reset_stats") return stats_.reset(), Json{};
    if (path == "/drop_sockets") return drop_sockets(Faults::layers_of(body)), Json{};
    if (path == "/advance")
        chain_.advance(body.contains("blocks") ? required(body, "blocks") : 1);
    else if (path == "/set")
        chain_.set_head(required(body, "head"));
    else if (path == "/reorg")
        chain_.reorg(required(body, "depth"));
    else if (path != "/head")
        throw std::out_of_range("no such control: " + std::string(path));
    return {{"head", chain_.head()}, {"hash", hex(chain_.block(chain_.head()).hash)}};
}

Control::Json Control::add_fault(const Json& body) {
    auto* kind = body.if_contains("kind");
    if (kind && *kind == "close") { // an event and not a state
        drop_sockets(Faults::layers_of(body));
        return {{"id", 0}};
    }
    auto id = faults_.add(body, chain_.head());
    faults_changed();
    return {{"id", id}};
}

void Control::drop_sockets(unsigned layers) {
    if (has(layers, Layer::el_http)) el->abort_all();
    if (has(layers, Layer::el_websocket)) drop_websockets();
    if (has(layers, Layer::cl)) cl->abort_all();
}

void Control::faults_changed() {
    el->refuse(faults_.refuses(Layer::el_http));
    cl->refuse(faults_.refuses(Layer::cl));
    if (on_faults) on_faults();
}

Control::Json Control::stats() const {
    auto el_layer = stats_.el;
    if (stats_.block_numbers) el_layer.by_name["eth_blockNumber"] += stats_.block_numbers;
    if (stats_.chain_ids) el_layer.by_name["eth_chainId"] += stats_.chain_ids;
    auto& sockets = stats_.websockets;
    return {{"el", layer_json(el_layer, "by_method")},
            {"cl", layer_json(stats_.cl, "by_path")},
            {"ws",
             {{"open", sockets.open},
              {"accepted", sockets.accepted},
              {"messages", sockets.messages},
              {"pings", sockets.pings},
              {"subscriptions_open", sockets.subscriptions_open}}},
            {"event_streams_open", event_streams()},
            {"connections_open", stats_.el.connections_open + stats_.cl.connections_open},
            {"connections_accepted", stats_.el.connections_accepted + stats_.cl.connections_accepted},
            {"executions", counts_json(stats_.executions)},
            {"submissions", counts_json(stats_.submissions)},
            {"send_transactions", stats_.send_transactions},
            {"last_stream",
             {{"bytes", stats_.last_stream->bytes},
              {"complete", stats_.last_stream->complete},
              {"active", stats_.last_stream.use_count() > 1}}}, // its connection still holds it
            {"head", chain_.head()}};
}

} // namespace simnode
