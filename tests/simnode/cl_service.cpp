#include "cl_service.hpp"

#include "cl_objects.hpp"
#include "el_service.hpp"
#include "json_rpc.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace simnode {
namespace {

constexpr std::string_view events_path = "/eth/v1/events";
constexpr std::uint64_t default_state_size = 1'000'000;

Answer of(const json::value& value) {
    Answer answer;
    answer.body = json::serialize(value);
    return answer;
}

Answer data(json::value value) {
    return of({{"data", std::move(value)}});
}

Answer failure(unsigned status, std::string_view message) {
    auto answer = of({{"code", status}, {"message", message}});
    answer.status = status;
    return answer;
}

/// The Beacon API's usual wrapping.
Answer about_chain(const Effects& effects, bool finalized, json::value value) {
    return of(
        {{"execution_optimistic", effects.optimistic}, {"finalized", finalized}, {"data", std::move(value)}});
}

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        auto end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

/// Method, raw target, header fields and body as they came: what a proxy changed shows here.
Answer echo(const Request& request) {
    json::array headers;
    for (auto& [name, value] : request.headers)
        headers.push_back(json::array{name, value});
    return of({{"method", request.method},
               {"target", request.target},
               {"headers", std::move(headers)},
               {"body_length", request.body.size()},
               {"body_sha256", hex(sha256(request.body)).substr(2)}});
}

/// One range of bytes (RFC 9110 §14): nothing if absent or not understood, false if it cannot be satisfied.
std::optional<bool> apply_range(std::string_view field, BodyStream& stream) {
    if (!field.starts_with("bytes=") || field.find(',') != field.npos) return std::nullopt;
    field.remove_prefix(6);
    auto dash = field.find('-');
    if (dash == field.npos) return std::nullopt;
    auto first = from_decimal(field.substr(0, dash)), last = from_decimal(field.substr(dash + 1));
    auto size = stream.to;
    if (first) {
        if (last && *last < *first) return std::nullopt;
        if (*first >= size) return false;
        stream.from = *first;
        stream.to = std::min(size, last.value_or(size - 1) + 1);
    } else if (last && *last > 0) {
        stream.from = size - std::min(size, *last);
    } else {
        return std::nullopt;
    }
    return true;
}

} // namespace

ClService::ClService(Chain& chain, Faults& faults, Stats& stats, const Options& options)
    : chain_(chain)
    , faults_(faults)
    , stats_(stats)
    , options_(options)
    , follower_(chain, faults, Layer::cl, events_path) {
    follower_.on_block = [this](const Block& block) {
        events_.send("block", json::serialize(block_event(block)));
        events_.send("head", json::serialize(head_event(chain_, block)));
        if (block.number % slots_per_epoch == 0)
            events_.send("finalized_checkpoint", json::serialize(finalized_event(chain_, block.number)));
    };
    follower_.on_reorg = [this](const Reorg& reorg) {
        events_.send("chain_reorg", json::serialize(reorg_event(chain_, reorg)));
    };
}

Answer ClService::answer(const Request& request) {
    ++stats_.cl.requests;
    count(stats_.cl.by_name, request.path());
    auto effects = faults_.take(Layer::cl, request.target);
    Answer answer;
    if (auto other = replacement(effects)) {
        answer = std::move(*other);
    } else if (effects.error) {
        answer = failure(effects.error->status.value_or(500), effects.error->message);
    } else if (effects.null_result) {
        answer = data(nullptr);
    } else if (effects.giant) {
        answer.content_type = "application/octet-stream";
        answer.stream.emplace();
        answer.stream->to = *effects.giant;
        answer.stream->record = stats_.begin_stream();
    } else {
        answer = respond(request, effects);
    }
    answer.travel_as(effects);
    return answer;
}

bool ClService::Context::matches(std::initializer_list<std::string_view> pattern) const {
    return std::ranges::equal(pattern, path,
                              [](auto wanted, auto is) { return wanted == "*" || wanted == is; });
}

Answer ClService::respond(const Request& request, const Effects& effects) {
    Context context{request, effects, segments(request.path()), effects.visible_head(chain_.head())};
    if (context.matches({"sim", "echo"})) return echo(request);
    if (request.method == "OPTIONS") {
        Answer answer;
        answer.status = 204;
        answer.headers.emplace_back("Allow", "GET, HEAD, POST, OPTIONS");
        return answer;
    }
    if (request.method == "POST") {
        auto answer = post_answer(context);
        return answer ? *answer : failure(404, "Route not found");
    }
    if (request.method != "GET" && request.method != "HEAD") return failure(405, "Method not allowed");
    if (request.path() == events_path) return event_stream(request);
    auto answer = node_answer(context);
    if (!answer) answer = beacon_answer(context);
    return answer ? *answer : failure(404, "Route not found");
}

std::optional<Answer> ClService::node_answer(const Context& context) const {
    auto& effects = context.effects;
    if (context.matches({"eth", "v1", "node", "health"})) {
        Answer answer;
        answer.content_type = "";
        answer.status = effects.health_status.value_or(effects.syncing ? 206 : 200);
        return answer;
    }
    if (context.matches({"eth", "v1", "node", "syncing"})) {
        return data({{"head_slot", std::to_string(effects.claimed_head(chain_.head()))},
                     {"sync_distance", effects.syncing ? "1000" : "0"},
                     {"is_syncing", effects.syncing},
                     {"is_optimistic", effects.optimistic},
                     {"el_offline", effects.el_offline}});
    }
    if (context.matches({"eth", "v1", "node", "version"}))
        return data({{"version", options_.client_version}});
    if (context.matches({"eth", "v1", "node", "identity"})) {
        auto id = hex(keccak256("identity " + std::to_string(options_.seed)));
        return data(
            {{"peer_id", "16Uiu2" + id.substr(2, 40)},
             {"enr", "enr:-" + id.substr(2)},
             {"p2p_addresses", json::array{"/ip4/127.0.0.1/tcp/9000"}},
             {"discovery_addresses", json::array()},
             {"metadata", {{"seq_number", "1"}, {"attnets", "0x0000000000000000"}, {"syncnets", "0x00"}}}});
    }
    return std::nullopt;
}

std::optional<Answer> ClService::beacon_answer(const Context& context) const {
    auto& path = context.path;
    if (context.matches({"eth", "v1", "beacon", "genesis"}))
        return data(genesis(chain_, chain_id(context.effects), context.effects.other_genesis));
    if (context.matches({"eth", "v1", "config", "spec"}))
        return data(specification(chain_, chain_id(context.effects)));
    if (context.matches({"eth", "v1", "beacon", "headers", "*"}))
        return block_answer(context, path[4], "header");
    if (context.matches({"eth", "v2", "beacon", "blocks", "*"}))
        return block_answer(context, path[4], "block");
    if (context.matches({"eth", "v1", "beacon", "blocks", "*", "root"}))
        return block_answer(context, path[4], "root");
    if (context.matches({"eth", "v1", "beacon", "states", "*", "finality_checkpoints"}))
        return block_answer(context, path[4], "finality");
    if (context.matches({"eth", "v1", "beacon", "states", "*", "root"}))
        return block_answer(context, path[4], "state root");
    if (context.matches({"eth", "v2", "debug", "beacon", "states", "*"})) return debug_state(context);
    return std::nullopt;
}

std::optional<Block> ClService::block_of(const Context& context, std::string_view id) const {
    // A node that lies about its head also shows a header for it.
    if (id == "head") return chain_.block(context.effects.claimed_head(chain_.head()));
    if (id == "genesis") return chain_.block(0);
    if (id == "finalized") return chain_.block(finalized_epoch(context.head) * slots_per_epoch);
    if (id == "justified") return chain_.block(justified_epoch(context.head) * slots_per_epoch);
    std::optional<Block> found;
    if (auto root = hash_from_hex(id))
        found = chain_.find_root(*root);
    else if (auto slot = from_decimal(id); slot && *slot <= context.head)
        found = chain_.block(*slot);
    return found && found->number <= context.head ? found : std::nullopt;
}

Answer ClService::block_answer(const Context& context, std::string_view id, std::string_view what) const {
    auto named = id == "head" || id == "genesis" || id == "finalized" || id == "justified";
    if (!named && !hash_from_hex(id) && !from_decimal(id))
        return failure(400, "Invalid block ID: " + std::string(id));
    auto block = block_of(context, id);
    if (!block) return failure(404, "Block not found: " + std::string(id));
    auto finalized = block->number <= finalized_epoch(context.head) * slots_per_epoch;
    auto wrap = [&](json::value value) { return about_chain(context.effects, finalized, std::move(value)); };
    if (what == "header") return wrap(header_data(*block, chain_.canonical(*block)));
    if (what == "root") return wrap({{"root", hex(block->root)}});
    if (what == "state root") return wrap({{"root", state_root(*block)}});
    if (what == "finality") return wrap(finality(chain_, block->number));
    auto answer = of({{"version", "deneb"},
                      {"execution_optimistic", context.effects.optimistic},
                      {"finalized", finalized},
                      {"data", beacon_block(*block)}});
    answer.headers.emplace_back("Eth-Consensus-Version", "deneb");
    return answer;
}

Answer ClService::debug_state(const Context& context) const {
    auto& request = context.request;
    if (auto id = context.path[5]; !block_of(context, id))
        return failure(404, "State not found: " + std::string(id));
    Answer answer;
    answer.content_type = "application/octet-stream";
    answer.headers = {{"Eth-Consensus-Version", "deneb"}, {"Accept-Ranges", "bytes"}};
    BodyStream stream;
    stream.to = from_decimal(request.query("size")).value_or(default_state_size);
    stream.chunked = request.query("chunked") == "1";
    auto size = std::to_string(stream.to);
    auto range = apply_range(request.header("range"), stream);
    if (range == false) {
        auto refused = failure(416, "Range not satisfiable");
        refused.headers.emplace_back("Content-Range", "bytes */" + size);
        return refused;
    }
    if (range) {
        answer.status = 206;
        answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(stream.from) + '-' +
                                                         std::to_string(stream.to - 1) + '/' + size);
    }
    if (request.method == "GET") stream.record = stats_.begin_stream();
    answer.stream = std::move(stream);
    return answer;
}

Answer ClService::event_stream(const Request& request) {
    auto topics = EventHub::topics_of(request.target);
    if (topics.empty()) return failure(400, "Missing topics");
    Answer answer;
    answer.content_type = "text/event-stream";
    answer.headers.emplace_back("Cache-Control", "no-cache");
    answer.subscribe = [this, topics = std::move(topics)](std::weak_ptr<EventSink> sink) {
        events_.add(std::move(sink), topics);
    };
    return answer;
}

std::optional<Answer> ClService::post_answer(const Context& context) const {
    auto publishes = context.matches({"eth", "v1", "beacon", "blocks"}) ||
                     context.matches({"eth", "v2", "beacon", "blocks"}) ||
                     context.matches({"eth", "v1", "beacon", "blinded_blocks"}) ||
                     context.matches({"eth", "v2", "beacon", "blinded_blocks"}) ||
                     context.matches({"eth", "v1", "beacon", "pool", "*"}) ||
                     context.matches({"eth", "v2", "beacon", "pool", "*"});
    if (publishes) {
        Answer answer;
        answer.content_type = "";
        return answer;
    }
    if (context.matches({"eth", "v1", "validator", "duties", "attester", "*"}))
        return attester_duties(context);
    return std::nullopt;
}

Answer ClService::attester_duties(const Context& context) const {
    auto epoch = from_decimal(context.path[5]);
    json::error_code error;
    auto body = json::parse({context.request.body.data(), context.request.body.size()}, error);
    if (!epoch || error || !body.is_array()) return failure(400, "Invalid epoch or body");
    json::array duties;
    for (auto& index : body.get_array()) {
        auto validator = index.is_string() ? std::string(index.get_string()) : json::serialize(index);
        auto chance = number_of(keccak256(validator + ' ' + std::to_string(*epoch)));
        duties.push_back({{"pubkey", hex(keccak256(validator)) + std::string(32, '0')},
                          {"validator_index", validator},
                          {"committee_index", std::to_string(chance % 64)},
                          {"committee_length", "128"},
                          {"committees_at_slot", "64"},
                          {"validator_committee_index", std::to_string(chance / 64 % 128)},
                          {"slot", std::to_string(*epoch * slots_per_epoch + chance % slots_per_epoch)}});
    }
    return of({{"dependent_root", hex(chain_.block(finalized_epoch(context.head) * slots_per_epoch).root)},
               {"execution_optimistic", context.effects.optimistic},
               {"data", std::move(duties)}});
}

} // namespace simnode
