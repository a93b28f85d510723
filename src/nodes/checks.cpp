#include "nodes/checks.hpp"

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

constexpr std::size_t max_version_length = 128;
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
    result.failure = std::move(why);
    return false;
}

/// Versions go to logs, metrics and pages: printable, and not endless.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, max_version_length))
        out.push_back(c >= ' ' && c < 127 ? c : '?');
    return out;
}

upstream::Question rpc(std::string_view method) {
    return upstream::rpc_question(method, "[]", 1); // stand-ins with one fixed answer know no other id
}

upstream::Question get(std::string target) {
    upstream::Question question;
    question.target = std::move(target);
    return question;
}

/// The value of "result", or nothing with the reason.
std::optional<json::value> rpc_result(const upstream::Reply& reply, std::string_view method,
                                      CheckResult& result) {
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
        if (const auto* code = error->as_object().if_contains("code")) why += ' ' + json::serialize(*code);
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

bool is_true(const json::value* value) {
    return value && value->is_bool() && value->as_bool();
}

std::optional<Checkpoint> finalized_in(const std::string& body) {
    boost::system::error_code ec;
    const json::value document = json::parse(body, ec);
    if (ec) return std::nullopt;
    const auto epoch = chain::parse_decimal(text_at(document, {"data", "finalized", "epoch"}));
    auto root = text_at(document, {"data", "finalized", "root"});
    if (!epoch || root.empty()) return std::nullopt;
    return Checkpoint{*epoch, std::move(root)};
}

} // namespace

Task<CheckResult> check_el(upstream::Pool& pool, upstream::Addresses addresses, Acquaintance& acquaintance,
                           Clock::time_point deadline) {
    CheckResult result;
    const auto begin = Clock::now();
    auto question = rpc("eth_blockNumber");
    const auto number = co_await upstream::ask(pool, addresses, std::move(question), deadline);
    if (failed(number, result)) co_return result;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    const auto head = rpc_result(number, "eth_blockNumber", result);
    if (!head) co_return result;
    result.head =
        head->is_string() ? chain::parse_quantity(std::string_view(head->as_string())) : std::nullopt;
    if (!result.head) {
        refuse(result, "eth_blockNumber: not a hex quantity");
        co_return result;
    }
    if (number.new_connection) acquaintance.known = false; // it may have been restarted, or be another one
    if (!acquaintance.known) {
        auto chain_question = rpc("eth_chainId");
        const auto reply = co_await upstream::ask(pool, addresses, std::move(chain_question), deadline);
        if (failed(reply, result)) co_return result;
        const auto chain_id = rpc_result(reply, "eth_chainId", result);
        if (!chain_id) co_return result;
        result.chain_id = chain_id->is_string()
                              ? chain::parse_quantity(std::string_view(chain_id->as_string()))
                              : std::nullopt;
        if (!result.chain_id) {
            refuse(result, "eth_chainId: not a hex quantity");
            co_return result;
        }
        auto version_question = rpc("web3_clientVersion");
        const auto version = co_await upstream::ask(pool, addresses, std::move(version_question), deadline);
        CheckResult ignored; // not every provider tells
        if (version.failure == Failure::none) {
            const auto text = rpc_result(version, "web3_clientVersion", ignored);
            if (text && text->is_string())
                result.client_version = printable(std::string_view(text->as_string()));
        }
        acquaintance.known = true;
    }
    // "where it answers": an error says nothing against the node.
    auto syncing_question = rpc("eth_syncing");
    const auto syncing = co_await upstream::ask(pool, addresses, std::move(syncing_question), deadline);
    if (failed(syncing, result)) co_return result;
    CheckResult ignored;
    const auto state = rpc_result(syncing, "eth_syncing", ignored);
    result.syncing = state && state->is_object();
    result.outcome = CheckResult::Outcome::answered;
    co_return result;
}

Task<CheckResult> check_cl(upstream::Pool& pool, upstream::Addresses addresses, Acquaintance& acquaintance,
                           Clock::time_point deadline) {
    CheckResult result;
    const auto begin = Clock::now();
    auto health_question = get("/eth/v1/node/health");
    const auto health = co_await upstream::ask(pool, addresses, std::move(health_question), deadline);
    if (failed(health, result)) co_return result;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    result.health_status = health.status;
    if (health.new_connection) acquaintance = {};

    auto head_question = get("/eth/v1/beacon/headers/head");
    const auto header = co_await upstream::ask(pool, addresses, std::move(head_question), deadline);
    // Who says that it is not ready needs no head to be believed, and no second chance.
    if (health.status != 200 && health.status != 206 &&
        (header.failure != Failure::none || header.status != 200)) {
        result.outcome = CheckResult::Outcome::answered;
        co_return result;
    }
    if (failed(header, result)) co_return result;
    boost::system::error_code ec;
    const json::value document = json::parse(header.body, ec);
    const auto* slot = ec ? nullptr : at(document, {"data", "header", "message", "slot"});
    if (slot && slot->is_string()) result.head = chain::parse_decimal(std::string_view(slot->as_string()));
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
    const auto syncing = co_await upstream::ask(pool, addresses, std::move(syncing_question), deadline);
    if (failed(syncing, result)) co_return result;
    const json::value state = json::parse(syncing.body, ec);
    if (!ec) {
        result.syncing = is_true(at(state, {"data", "is_syncing"}));
        result.optimistic = is_true(at(state, {"data", "is_optimistic"}));
        result.el_offline = is_true(at(state, {"data", "el_offline"}));
    }
    if (!acquaintance.known) {
        auto version_question = get("/eth/v1/node/version");
        const auto reply = co_await upstream::ask(pool, addresses, std::move(version_question), deadline);
        if (reply.failure == Failure::none) {
            const json::value version = json::parse(reply.body, ec);
            const auto* text = ec ? nullptr : at(version, {"data", "version"});
            if (text && text->is_string())
                result.client_version = printable(std::string_view(text->as_string()));
        }
        acquaintance.known = true;
    }
    const auto asked_at = acquaintance.finality_asked_at;
    if (!asked_at || *result.head < *asked_at || *result.head - *asked_at >= slots_between_finality) {
        auto finality_question = get("/eth/v1/beacon/states/head/finality_checkpoints");
        const auto reply = co_await upstream::ask(pool, addresses, std::move(finality_question), deadline);
        if (reply.failure == Failure::none && reply.status == 200) {
            result.finalized = finalized_in(reply.body);
            acquaintance.finality_asked_at = result.head;
        }
    }
    result.outcome = CheckResult::Outcome::answered;
    co_return result;
}

} // namespace weir::nodes
