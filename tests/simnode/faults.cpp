#include "faults.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <stdexcept>

namespace simnode {
namespace json = boost::json;
namespace {

using Apply = std::function<void(Effects&)>;

std::uint64_t number(const json::object& object, std::string_view name, std::uint64_t fallback) {
    auto* value = object.if_contains(name);
    if (!value) return fallback;
    json::error_code error;
    auto out = value->to_number<std::uint64_t>(error);
    if (error) throw std::invalid_argument(std::string(name) + " must be a whole number");
    return out;
}

std::int64_t signed_number(const json::object& object, std::string_view name, std::int64_t fallback) {
    auto* value = object.if_contains(name);
    if (!value) return fallback;
    json::error_code error;
    auto out = value->to_number<std::int64_t>(error);
    if (error) throw std::invalid_argument(std::string(name) + " must be a whole number");
    return out;
}

/// A string as it is; any other value as JSON, so that a body can be written as an object.
std::string text(const json::object& object, std::string_view name, std::string fallback) {
    auto* value = object.if_contains(name);
    if (!value) return fallback;
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

/// {"name":"value"} or, for repeated names, [["name","value"],…].
Headers headers(const json::object& object) {
    Headers out;
    auto* value = object.if_contains("headers");
    if (!value) return out;
    if (auto* fields = value->if_object()) {
        for (auto& field : *fields)
            out.emplace_back(field.key(), std::string(field.value().as_string()));
        return out;
    }
    for (auto& pair : value->as_array())
        out.emplace_back(pair.as_array().at(0).as_string(), pair.as_array().at(1).as_string());
    return out;
}

Apply drip(const json::object& fault) {
    Effects::Drip drip{std::max<std::uint64_t>(1, number(fault, "bytes", 1)), signed_number(fault, "ms", 50)};
    return [=](Effects& effects) { effects.drip = drip; };
}

Apply http_status(const json::object& fault) {
    Effects::Status status{static_cast<unsigned>(number(fault, "status", 503)), text(fault, "body", ""),
                           headers(fault)};
    return [=](Effects& effects) { effects.status = status; };
}

/// A second answer, unless something else is asked for.
Apply late_bytes(const json::object& fault) {
    const std::string another = R"({"jsonrpc":"2.0","id":1,"result":"0xdead"})";
    const auto answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                        std::to_string(another.size()) + "\r\n\r\n" + another;
    Effects::Late late{text(fault, "body", answer), signed_number(fault, "ms", 50)};
    return [=](Effects& effects) { effects.late = late; };
}

Apply batch_limit(const json::object& fault) {
    Effects::Error error{
        signed_number(fault, "code", -32600), text(fault, "message", "batch too large"), {}, {}};
    if (fault.contains("status")) error.status = static_cast<unsigned>(number(fault, "status", 200));
    Effects::BatchLimit limit{number(fault, "calls", 0), error, fault.contains("in_array"),
                              fault.contains("names_first")};
    return [=](Effects& effects) { effects.batch_limit = limit; };
}

Apply rpc_error(const json::object& fault) {
    Effects::Error error{
        signed_number(fault, "code", -32603), text(fault, "message", "internal error"), {}, {}};
    if (auto* data = fault.if_contains("data")) error.data = json::serialize(*data);
    if (fault.contains("status")) error.status = static_cast<unsigned>(number(fault, "status", 500));
    return [=](Effects& effects) { effects.error = error; };
}

/// Nothing for a kind that does not exist. README.md has the table.
Apply effect_of(std::string_view kind, const json::object& fault, std::uint64_t head) {
    auto flag = [](bool Effects::*member) { return [=](Effects& effects) { effects.*member = true; }; };
    auto set = [](auto member, auto value) { return [=](Effects& effects) { effects.*member = value; }; };

    if (kind == "refuse") return [](Effects&) {};
    if (kind == "hang") return flag(&Effects::hang);
    if (kind == "delay") return set(&Effects::delay_ms, signed_number(fault, "ms", 1000));
    if (kind == "drip") return drip(fault);
    if (kind == "reset_mid_body") return set(&Effects::reset_after, number(fault, "after_bytes", 10));
    if (kind == "reset_before_answer") return flag(&Effects::reset_before_answer);
    if (kind == "executes_then_resets") return flag(&Effects::executes_then_resets);
    if (kind == "truncate") return set(&Effects::truncate, number(fault, "percent", 50));
    if (kind == "gzip") return flag(&Effects::gzip);
    if (kind == "deaf") return flag(&Effects::deaf);
    if (kind == "early_events") return flag(&Effects::early_events);
    if (kind == "duplicate_events") return flag(&Effects::duplicate_events);
    if (kind == "http_status") return http_status(fault);
    if (kind == "rpc_error") return rpc_error(fault);
    if (kind == "not_json")
        return set(&Effects::not_json,
                   text(fault, "body", "<html><body>Service temporarily out</body></html>"));
    if (kind == "giant") return set(&Effects::giant, number(fault, "bytes", 300'000'000));
    if (kind == "wrong_chain_id") return set(&Effects::chain_id, number(fault, "chain_id", 999));
    if (kind == "wrong_id") return set(&Effects::id, text(fault, "id", "4242"));
    if (kind == "padded") return flag(&Effects::padded);
    if (kind == "marked") return flag(&Effects::marked);
    if (kind == "id_last") return flag(&Effects::id_last);
    if (kind == "extra_answer")
        return set(&Effects::extra, text(fault, "body", R"({"jsonrpc":"2.0","id":4242,"result":"0xdead"})"));
    if (kind == "batch_limit") return batch_limit(fault);
    if (kind == "batch_reversed") return flag(&Effects::batch_reversed);
    if (kind == "verbatim")
        return [bytes = text(fault, "bytes", "")](Effects& effects) { effects.verbatim = bytes; };
    if (kind == "late_bytes") return late_bytes(fault);
    if (kind == "null_result") return flag(&Effects::null_result);
    if (kind == "empty_logs") return flag(&Effects::empty_logs);
    if (kind == "freeze") return set(&Effects::frozen_head, head);
    if (kind == "wipe") return set(&Effects::wiped, number(fault, "head", 0));
    if (kind == "invent")
        return set(&Effects::invents,
                   Effects::Invention{number(fault, "blocks", 2000),
                                      std::max<std::uint64_t>(1, number(fault, "per_second", 400))});
    if (kind == "lie_number") return set(&Effects::number_off, signed_number(fault, "by", 50));
    if (kind == "lie_parent") return flag(&Effects::wrong_parent);
    if (kind == "other_genesis") return flag(&Effects::other_genesis);
    if (kind == "no_genesis") return flag(&Effects::no_genesis);
    if (kind == "lag") return set(&Effects::lag, number(fault, "blocks", 10));
    if (kind == "lie") return set(&Effects::lie, number(fault, "ahead", 1000));
    if (kind == "syncing" && fault.contains("object"))
        return [object = json::serialize(fault.at("object"))](Effects& effects) {
            effects.syncing = true;
            effects.syncing_object = object;
        };
    if (kind == "syncing") return flag(&Effects::syncing);
    if (kind == "optimistic") return flag(&Effects::optimistic);
    if (kind == "el_offline") return flag(&Effects::el_offline);
    if (kind == "health_status")
        return set(&Effects::health_status, static_cast<unsigned>(number(fault, "status", 503)));
    return {};
}

} // namespace

unsigned Faults::layers_of(const json::object& fault) {
    auto layer = text(fault, "layer", "both");
    auto http = static_cast<unsigned>(Layer::el_http), websocket = static_cast<unsigned>(Layer::el_websocket),
         cl = static_cast<unsigned>(Layer::cl);
    if (layer == "el") return http | websocket;
    if (layer == "http") return http;
    if (layer == "ws") return websocket;
    if (layer == "cl") return cl;
    if (layer == "both") return http | websocket | cl;
    throw std::invalid_argument("layer must be el, http, ws, cl or both");
}

std::uint64_t Faults::add(const json::object& fault, std::uint64_t head) {
    auto kind = text(fault, "kind", "");
    Fault added{0,
                layers_of(fault),
                text(fault, "match", ""),
                std::nullopt,
                kind == "refuse",
                effect_of(kind, fault, head)};
    if (!added.apply) throw std::invalid_argument("no fault of kind \"" + kind + '"');
    if (fault.contains("count")) added.left = number(fault, "count", 1);
    added.id = ++last_id_;
    faults_.push_back(std::move(added));
    return last_id_;
}

void Faults::clear(std::uint64_t id) {
    faults_.remove_if([&](const Fault& fault) { return fault.id == id; });
}

bool Faults::Fault::concerns(Layer layer, std::string_view name) const {
    return (layers & static_cast<unsigned>(layer)) && (match.empty() || name.find(match) != name.npos);
}

bool Faults::none(Layer layer) const {
    for (auto& fault : faults_)
        if (fault.layers & static_cast<unsigned>(layer)) return false;
    return true;
}

Effects Faults::take(Layer layer, std::string_view name) {
    Effects effects;
    for (auto fault = faults_.begin(); fault != faults_.end();) {
        bool used_up = false;
        if (fault->concerns(layer, name) && fault->left != 0U) {
            fault->apply(effects);
            used_up = fault->left && --*fault->left == 0;
        }
        fault = used_up ? faults_.erase(fault) : std::next(fault);
    }
    return effects;
}

Effects Faults::look(Layer layer, std::string_view name) const {
    Effects effects;
    for (auto& fault : faults_)
        if (fault.concerns(layer, name)) fault.apply(effects);
    return effects;
}

bool Faults::refuses(Layer layer) const {
    for (auto& fault : faults_)
        if (fault.refuse && (fault.layers & static_cast<unsigned>(layer))) return true;
    return false;
}

} // namespace simnode
