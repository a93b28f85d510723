#include "nodes/checks.hpp"

#include "chain/hex.hpp"
#include "chain/layer.hpp"
#include "chain/values.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace weir::nodes {

namespace json = boost::json;
using net::Clock;
using net::Task;
using upstream::Failure;

namespace {

constexpr unsigned too_many_requests = 429;
constexpr int limit_exceeded = -32005; // EIP-1474
constexpr std::size_t max_version_length = 128;
constexpr std::size_t hash_digits = 64, version_digits = 8;
constexpr std::uint64_t slots_between_finality = 8; // one epoch of the minimal preset, a quarter of mainnet's

/// A question whose failure ends the check.
bool failed(const upstream::Reply& reply, CheckResult& result) {
    if (reply.failure == Failure::none) return false;
    result.outcome =
        reply.failure == Failure::refused ? CheckResult::Outcome::refused : CheckResult::Outcome::failed;
    result.failure = reply.explanation;
    return true;
}

bool refuse(CheckResult& result, std::string why) {
    result.outcome = CheckResult::Outcome::failed;
    result.answered_badly = true;
    result.failure = std::move(why);
    return false;
}

/// Too many questions, says the node (RFC 6585 §4): it is there all the same.
void limited(CheckResult& result, std::string why) {
    result.outcome = CheckResult::Outcome::limited;
    result.failure = std::move(why);
}

/// Versions go to logs, metrics and pages: printable, and not endless.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, max_version_length))
        out.push_back(c >= ' ' && c < 127 ? c : '?');
    return out;
}

upstream::Question rpc(std::string_view method, std::string_view params = "[]") {
    return upstream::rpc_question(method, params, 1); // stand-ins with one fixed answer know no other id
}

upstream::Question get(std::string target) {
    upstream::Question question;
    question.target = std::move(target);
    return question;
}

/// The value of "result", or nothing with the reason.
std::optional<json::value> rpc_result(const upstream::Reply& reply, std::string_view method,
                                      CheckResult& result) {
    if (reply.status == too_many_requests) {
        limited(result, std::string(method) + ": HTTP 429");
        return std::nullopt;
    }
    boost::system::error_code ec;
    json::value answer = json::parse(reply.body, ec);
    const auto* object = ec ? nullptr : answer.if_object();
    if (!object) {
        refuse(result, reply.status == 200 ? std::string(method) + ": answer is not JSON"
                                           : std::string(method) + ": HTTP " + std::to_string(reply.status));
        return std::nullopt;
    }
    if (const auto* value = object->if_contains("result")) return *value;
    std::string why = std::string(method) + ": error";
    if (const auto* error = object->if_contains("error"); error && error->is_object()) {
        if (const auto* code = error->as_object().if_contains("code")) {
            why += ' ' + json::serialize(*code);
            if (*code == limit_exceeded) {
                limited(result, why);
                return std::nullopt;
            }
        }
    }
    refuse(result, why);
    return std::nullopt;
}

const json::value* at(const json::value& value, std::initializer_list<std::string_view> path) {
    const json::value* here = &value;
    for (const auto key : path) {
        const auto* object = here->if_object();
        here = object ? object->if_contains(key) : nullptr;
        if (!here) return nullptr;
    }
    return here;
}

std::string text_at(const json::value& value, std::initializer_list<std::string_view> path) {
    const auto* found = at(value, path);
    return found && found->is_string() ? std::string(std::string_view(found->as_string())) : std::string();
}

/// As the Beacon API has it, or as a plain JSON number.
std::optional<std::uint64_t> decimal_at(const json::value& value,
                                        std::initializer_list<std::string_view> path) {
    const auto* found = at(value, path);
    if (!found) return std::nullopt;
    if (found->is_string()) return chain::parse_decimal(std::string_view(found->as_string()));
    if (const auto* number = found->if_int64(); number && *number >= 0)
        return static_cast<std::uint64_t>(*number);
    const auto* large = found->if_uint64();
    return large ? std::optional(*large) : std::nullopt;
}

bool is_true(const json::value* value) {
    return value && value->is_bool() && value->as_bool();
}

std::optional<Checkpoint> finalized_in(const std::string& body) {
    boost::system::error_code ec;
    const json::value document = json::parse(body, ec);
    if (ec) return std::nullopt;
    const auto epoch = decimal_at(document, {"data", "finalized", "epoch"});
    auto root = text_at(document, {"data", "finalized", "root"});
    if (!epoch || root.empty()) return std::nullopt;
    return Checkpoint{*epoch, std::move(root)};
}

/// The questions of one check: one after the other over the same connection, if it lasts.
struct Asking {
    upstream::Pool& pool;
    const upstream::Addresses& addresses;
    Clock::time_point deadline;
    CheckResult& result;
    bool reconnected = false; ///< one of them needed a new connection
};

Task<upstream::Reply> ask(Asking& asking, upstream::Question& question, Clock::time_point deadline) {
    auto reply = co_await upstream::ask(asking.pool, asking.addresses, std::move(question), deadline);
    asking.reconnected |= reply.new_connection;
    asking.result.address = reply.address;
    co_return reply;
}

/// What is good to know and not to be had from everybody: it may take a share of the time that is left.
Task<upstream::Reply> ask_in_passing(Asking& asking, upstream::Question& question) {
    const auto now = Clock::now();
    return ask(asking, question, now + (asking.deadline - now) / 4);
}

/// Nodes that have pruned it, and some providers, do not give block 0: then the chain id alone counts.
Task<> ask_for_genesis(Asking& asking, CheckResult& result) {
    auto question = rpc("eth_getBlockByNumber", R"(["0x0",false])");
    const auto reply = co_await ask_in_passing(asking, question);
    if (reply.failure != Failure::none) co_return;
    CheckResult ignored;
    if (const auto block = rpc_result(reply, "eth_getBlockByNumber", ignored))
        result.network.genesis = chain::hex_of(text_at(*block, {"hash"}), hash_digits);
}

Task<> ask_for_beacon_genesis(Asking& asking, CheckResult& result) {
    auto question = get("/eth/v1/beacon/genesis");
    const auto reply = co_await ask_in_passing(asking, question);
    if (reply.failure != Failure::none || reply.status != 200) co_return;
    boost::system::error_code ec;
    const json::value genesis = json::parse(reply.body, ec);
    if (ec) co_return;
    result.network.genesis =
        chain::hex_of(text_at(genesis, {"data", "genesis_validators_root"}), hash_digits);
    const auto time = decimal_at(genesis, {"data", "genesis_time"});
    const auto version = chain::hex_of(text_at(genesis, {"data", "genesis_fork_version"}), version_digits);
    if (result.network.genesis.empty() || !time || version.empty()) co_return;
    result.network.details = "genesis time " + std::to_string(*time) + ", fork version " + version;
}

Task<> ask_for_version(Asking& asking, CheckResult& result, chain::Layer layer) {
    auto question = layer == chain::Layer::el ? rpc("web3_clientVersion") : get("/eth/v1/node/version");
    const auto reply = co_await ask(asking, question, asking.deadline);
    if (reply.failure != Failure::none) co_return; // not every provider tells
    CheckResult ignored;
    std::string text;
    if (layer == chain::Layer::el) {
        const auto version = rpc_result(reply, "web3_clientVersion", ignored);
        if (version && version->is_string()) text = std::string_view(version->as_string());
    } else {
        boost::system::error_code ec;
        const json::value version = json::parse(reply.body, ec);
        if (!ec) text = text_at(version, {"data", "version"});
    }
    result.client_version = printable(text);
}

Task<CheckResult> check_el(upstream::Pool& pool, upstream::Addresses addresses, Acquaintance& acquaintance,
                           Clock::time_point deadline) {
    CheckResult result;
    Asking asking{pool, addresses, deadline, result};
    const auto begin = Clock::now();
    auto question = rpc("eth_blockNumber");
    const auto number = co_await ask(asking, question, deadline);
    if (failed(number, result)) co_return result;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    const auto head = rpc_result(number, "eth_blockNumber", result);
    if (!head) co_return result;
    result.head =
        head->is_string() ? chain::read_block_number(std::string_view(head->as_string())) : std::nullopt;
    if (!result.head) {
        refuse(result, "eth_blockNumber: not a hex quantity, or no block's number");
        co_return result;
    }
    // "where it answers": an error says nothing against the node.
    auto syncing_question = rpc("eth_syncing");
    const auto syncing = co_await ask(asking, syncing_question, deadline);
    if (failed(syncing, result)) co_return result;
    CheckResult ignored;
    const auto state = rpc_result(syncing, "eth_syncing", ignored);
    if (state) result.sync = read_eth_syncing(*state, *result.head);
    if (asking.reconnected) acquaintance.made_at.reset(); // it may have been restarted, or be another one
    if (acquaintance.is_due(begin)) {
        co_await ask_for_version(asking, result, chain::Layer::el);
        co_await ask_for_genesis(asking, result);
        // Last: whatever became of the connection, the answer comes over the one that the next check will
        // use.
        auto chain_question = rpc("eth_chainId");
        const auto reply = co_await ask(asking, chain_question, deadline);
        if (failed(reply, result)) co_return result;
        const auto chain_id = rpc_result(reply, "eth_chainId", result);
        if (!chain_id) co_return result;
        result.network.chain_id = chain_id->is_string()
                                      ? chain::read_quantity(std::string_view(chain_id->as_string()))
                                      : std::nullopt;
        if (!result.network.chain_id) {
            refuse(result, "eth_chainId: not a hex quantity");
            co_return result;
        }
        acquaintance.made_at = begin;
    }
    result.outcome = CheckResult::Outcome::answered;
    co_return result;
}

Task<CheckResult> check_cl(upstream::Pool& pool, upstream::Addresses addresses, Acquaintance& acquaintance,
                           Clock::time_point deadline) {
    CheckResult result;
    Asking asking{pool, addresses, deadline, result};
    const auto begin = Clock::now();
    auto health_question = get("/eth/v1/node/health");
    const auto health = co_await ask(asking, health_question, deadline);
    if (failed(health, result)) co_return result;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    result.health_status = health.status;
    if (health.status == too_many_requests) {
        limited(result, "node/health: HTTP 429");
        co_return result;
    }

    auto head_question = get("/eth/v1/beacon/headers/head");
    const auto header = co_await ask(asking, head_question, deadline);
    // Who says that it is not ready needs no head to be believed, and no second chance.
    if (health.status != 200 && health.status != 206 &&
        (header.failure != Failure::none || header.status != 200)) {
        result.outcome = CheckResult::Outcome::answered;
        co_return result;
    }
    if (failed(header, result)) co_return result;
    if (header.status == too_many_requests) {
        limited(result, "headers/head: HTTP 429");
        co_return result;
    }
    boost::system::error_code ec;
    const json::value document = json::parse(header.body, ec);
    const auto slot = ec ? std::nullopt : decimal_at(document, {"data", "header", "message", "slot"});
    if (slot && *slot <= chain::max_block_number) result.head = slot;
    if (!result.head) {
        // A node that is not ready has no head to tell: its health says more than this does.
        refuse(result, health.status != 200   ? "health " + std::to_string(health.status)
                       : header.status != 200 ? "headers/head: HTTP " + std::to_string(header.status)
                                              : "headers/head: no slot in the answer");
        co_return result;
    }
    result.head_root = text_at(document, {"data", "root"});
    result.head_parent = text_at(document, {"data", "header", "message", "parent_root"});
    auto syncing_question = get("/eth/v1/node/syncing");
    const auto syncing = co_await ask(asking, syncing_question, deadline);
    if (failed(syncing, result)) co_return result;
    const json::value state = json::parse(syncing.body, ec);
    if (!ec) {
        if (const auto* data = at(state, {"data"})) result.sync = read_beacon_syncing(*data);
        result.optimistic = is_true(at(state, {"data", "is_optimistic"}));
        result.el_offline = is_true(at(state, {"data", "el_offline"}));
    }
    if (asking.reconnected) acquaintance = {}; // it may have been restarted, or be another one
    const auto asked_at = acquaintance.finality_asked_at;
    if (!asked_at || *result.head < *asked_at || *result.head - *asked_at >= slots_between_finality) {
        auto finality_question = get("/eth/v1/beacon/states/head/finality_checkpoints");
        const auto reply = co_await ask(asking, finality_question, deadline);
        if (reply.failure == Failure::none && reply.status == 200) {
            result.finalized = finalized_in(reply.body);
            acquaintance.finality_asked_at = result.head;
        }
    }
    if (acquaintance.is_due(begin)) {
        co_await ask_for_version(asking, result, chain::Layer::cl);
        co_await ask_for_beacon_genesis(asking, result); // last, as the execution nodes' chain id
        acquaintance.made_at = begin;
    }
    result.outcome = CheckResult::Outcome::answered;
    co_return result;
}

} // namespace

Task<CheckResult> check(chain::Layer layer, upstream::Pool& pool, upstream::Addresses addresses,
                        Acquaintance& acquaintance, Clock::time_point deadline) {
    return layer == chain::Layer::el ? check_el(pool, std::move(addresses), acquaintance, deadline)
                                     : check_cl(pool, std::move(addresses), acquaintance, deadline);
}

} // namespace weir::nodes
