#include "el_node.hpp"

#include "el_objects.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace simnode {
namespace {

constexpr std::uint64_t max_log_range = 10'000;
constexpr std::uint64_t epoch = 32;
const RpcError invalid_params{-32602, "invalid params"};

std::uint64_t epochs_back(std::uint64_t head, std::uint64_t count) {
    auto current = head / epoch;
    return current < count ? 0 : (current - count) * epoch;
}

ElNode::Result of(const json::value& value) {
    return {json::serialize(value), {}};
}

} // namespace

const std::map<std::string_view, ElNode::Method>& ElNode::methods() {
    static const std::map<std::string_view, Method> table{
        {"eth_blockNumber", &ElNode::block_number},
        {"eth_chainId", &ElNode::chain_id},
        {"net_version", &ElNode::net_version},
        {"eth_syncing", &ElNode::syncing},
        {"web3_clientVersion", &ElNode::client_version},
        {"eth_gasPrice", &ElNode::gas_price},
        {"eth_maxPriorityFeePerGas", &ElNode::gas_price},
        {"eth_estimateGas", &ElNode::estimate_gas},
        {"eth_getBlockByNumber", &ElNode::block},
        {"eth_getBlockByHash", &ElNode::block},
        {"eth_getHeaderByNumber", &ElNode::header},
        {"eth_feeHistory", &ElNode::fee_history},
        {"eth_getTransactionByHash", &ElNode::transaction},
        {"eth_getTransactionReceipt", &ElNode::receipt},
        {"eth_getBlockReceipts", &ElNode::block_receipts},
        {"eth_getLogs", &ElNode::logs},
        {"erigon_getLogs", &ElNode::logs},
        {"eth_getBalance", &ElNode::balance},
        {"eth_getTransactionCount", &ElNode::transaction_count},
        {"eth_getCode", &ElNode::code},
        {"eth_call", &ElNode::execute},
        {"eth_sendRawTransaction", &ElNode::send_raw_transaction},
        {"eth_sendTransaction", &ElNode::send_transaction},
        {"sim_bytes", &ElNode::bytes},
        {"sim_echo", &ElNode::echo},
    };
    return table;
}

ElNode::Result ElNode::call(const Ask& ask) {
    auto method = methods().find(ask.method);
    if (method == methods().end())
        throw RpcError{-32601, "the method " + std::string(ask.method) + " does not exist/is not available"};
    Context context{ask, {}, ask.effects.visible_head(chain_.head())};
    auto params = json::parse({ask.params.data(), ask.params.size()});
    if (params.is_array())
        context.params = std::move(params.get_array());
    else if (ask.method != "sim_echo" && !params.is_null())
        throw RpcError{-32602, "non-array args"};
    return (this->*method->second)(context);
}

std::string_view ElNode::Context::text(std::size_t index) const {
    if (index >= params.size())
        throw RpcError{-32602, "missing value for required argument " + std::to_string(index)};
    if (!params[index].is_string()) throw invalid_params;
    return {params[index].get_string().data(), params[index].get_string().size()};
}

bool ElNode::Context::flag(std::size_t index) const {
    return index < params.size() && params[index].is_bool() && params[index].get_bool();
}

std::optional<Block> ElNode::numbered(const Context& context, std::uint64_t number) const {
    if (number > context.head || chain_.is_null_round(number)) return std::nullopt;
    return chain_.block(number);
}

std::optional<Block> ElNode::hashed(const Context& context, std::string_view text) const {
    auto hash = hash_from_hex(text);
    if (!hash) throw RpcError{-32602, "invalid argument: hex string is no hash"};
    auto found = chain_.find_block(*hash);
    return found && found->number <= context.head ? found : std::nullopt;
}

std::optional<Block> ElNode::block_at(const Context& context, std::size_t index) const {
    if (index < context.params.size() && context.params[index].is_object()) { // EIP-1898
        auto& object = context.params[index].get_object();
        if (auto* hash = object.if_contains("blockHash"); hash && hash->is_string())
            return hashed(context, hash->get_string());
        auto* number = object.if_contains("blockNumber");
        if (!number || !number->is_string()) throw invalid_params;
        return numbered(context, from_quantity(number->get_string()).value_or(UINT64_MAX));
    }
    if (index >= context.params.size() || context.params[index].is_null())
        return numbered(context, context.head);
    auto text = context.text(index);
    if (text == "latest" || text == "pending") return numbered(context, context.head);
    if (text == "safe") return numbered(context, epochs_back(context.head, 1));
    if (text == "finalized") return numbered(context, epochs_back(context.head, 2));
    if (text == "earliest") return numbered(context, 0);
    if (text.size() == 66) return hashed(context, text);
    auto number = from_quantity(text);
    if (!number) throw RpcError{-32602, "invalid argument " + std::to_string(index) + ": not a block number"};
    return numbered(context, *number);
}

Block ElNode::state_at(const Context& context, std::size_t index) const {
    auto block = block_at(context, index);
    if (!block) throw RpcError{-32000, "header not found"};
    return *block;
}

/// 32 bytes that depend on the first parameter and the block, so that a stale answer can be told.
std::string ElNode::state_word(const Context& context, std::size_t index) const {
    auto block = state_at(context, index);
    return hex(keccak256(json::serialize(context.params.at(0)) + hex(block.hash)));
}

ElNode::Result ElNode::block_number(const Context& context) {
    return of(json::value(quantity(context.ask.effects.claimed_head(chain_.head()))));
}

ElNode::Result ElNode::chain_id(const Context& context) {
    return of(json::value(quantity(context.ask.effects.chain_id.value_or(options_.chain_id))));
}

ElNode::Result ElNode::net_version(const Context& context) {
    return of(json::value(std::to_string(context.ask.effects.chain_id.value_or(options_.chain_id))));
}

ElNode::Result ElNode::syncing(const Context& context) {
    if (!context.ask.effects.syncing) return of(false);
    if (const auto& object = context.ask.effects.syncing_object) return of(json::parse(*object));
    return of({{"startingBlock", "0x0"},
               {"currentBlock", quantity(context.head)},
               {"highestBlock", quantity(context.head + 1000)}});
}

ElNode::Result ElNode::client_version(const Context&) {
    return of(json::value(options_.client_version));
}
ElNode::Result ElNode::gas_price(const Context&) {
    return of("0x3b9aca00");
}
ElNode::Result ElNode::estimate_gas(const Context&) {
    return of("0x5208");
}

ElNode::Result ElNode::block(const Context& context) {
    context.text(0);
    auto block = block_at(context, 0);
    const auto& effects = context.ask.effects;
    if (!block || (block->number == 0 && effects.no_genesis)) return of(nullptr);
    auto out = block_json(chain_, *block, context.flag(1));
    if (block->number == 0 && effects.other_genesis) out["hash"] = hex(keccak256("another genesis"));
    return of(std::move(out));
}

ElNode::Result ElNode::header(const Context& context) {
    context.text(0);
    auto block = block_at(context, 0);
    return of(block ? json::value(header_json(chain_, *block)) : json::value(nullptr));
}

ElNode::Result ElNode::fee_history(const Context& context) {
    auto newest = state_at(context, 1).number;
    auto count = std::min(from_quantity(context.text(0)).value_or(1), newest + 1);
    return of({{"oldestBlock", quantity(newest + 1 - count)},
               {"baseFeePerGas", json::array(count + 1, "0x1")},
               {"gasUsedRatio", json::array(count, 0.5)}});
}

/// Nothing while it is pending, or when it is not known at all.
std::optional<Block> ElNode::mined_in(const Context& context, std::string_view hash) const {
    auto sent = pool_.find(hash);
    return sent == pool_.end() ? std::nullopt : numbered(context, sent->second + 1);
}

ElNode::Result ElNode::transaction(const Context& context) {
    auto text = context.text(0);
    if (pool_.contains(text)) return of(sent_transaction_json(std::string(text), mined_in(context, text)));
    auto hash = hash_from_hex(text);
    if (!hash) throw invalid_params;
    auto place = chain_.find_transaction(*hash);
    if (!place || place->block.number > context.head) return of(nullptr);
    return of(transaction_json(chain_, place->block, place->index));
}

ElNode::Result ElNode::receipt(const Context& context) {
    auto text = context.text(0);
    if (auto block = mined_in(context, text)) return of(sent_receipt_json(std::string(text), *block));
    auto hash = hash_from_hex(text);
    if (!hash) throw invalid_params;
    auto place = chain_.find_transaction(*hash);
    if (!place || place->block.number > context.head) return of(nullptr);
    return of(receipt_json(chain_, place->block, place->index));
}

ElNode::Result ElNode::block_receipts(const Context& context) {
    auto block = block_at(context, 0);
    if (!block) return of(nullptr);
    json::array receipts;
    for (unsigned i = 0; i < block->transactions; ++i)
        receipts.emplace_back(receipt_json(chain_, *block, i));
    return of(receipts);
}

ElNode::Result ElNode::logs(const Context& context) {
    if (context.params.empty() || !context.params[0].is_object()) throw invalid_params;
    auto& object = context.params[0].get_object();
    LogFilter filter;
    try {
        filter = LogFilter(object);
    } catch (const std::invalid_argument& error) {
        throw RpcError{-32602, error.what()};
    }
    json::array out;
    auto collect = [&](const Block& block) {
        for (auto& log : logs_of(chain_, block))
            if (filter.matches(log)) out.emplace_back(log_json(chain_, block, log, false));
    };
    if (auto* hash = object.if_contains("blockHash"); hash && hash->is_string()) {
        auto block = hashed(context, hash->get_string());
        if (!block) throw RpcError{-32000, "unknown block"};
        collect(*block);
        return of(out);
    }
    auto edge = [&](std::string_view name) {
        Context one{context.ask, {}, context.head};
        if (auto* value = object.if_contains(name)) one.params.push_back(*value);
        auto block = block_at(one, 0);
        return block ? block->number : context.head + 1; // past the head
    };
    auto from = edge("fromBlock"), to = std::min(edge("toBlock"), context.head);
    if (from <= to && to - from >= max_log_range) throw RpcError{-32005, "block range too large"};
    for (auto number = from; number <= to; ++number)
        if (!chain_.is_null_round(number)) collect(chain_.block(number));
    return of(out);
}

ElNode::Result ElNode::balance(const Context& context) {
    context.text(0);
    return of(json::value("0x1" + state_word(context, 1).substr(2, 15)));
}

ElNode::Result ElNode::transaction_count(const Context& context) {
    context.text(0);
    return of(json::value(quantity(state_at(context, 1).number)));
}

ElNode::Result ElNode::code(const Context& context) {
    context.text(0);
    state_at(context, 1);
    return of("0x6001600101");
}

ElNode::Result ElNode::execute(const Context& context) {
    if (context.params.empty() || !context.params[0].is_object()) throw invalid_params;
    return of(json::value(state_word(context, 1)));
}

void ElNode::enter_pool(const std::string& hash) {
    pool_.emplace(hash, chain_.head());
    count(stats_.executions, hash);
    if (on_pending) on_pending(hash);
}

ElNode::Result ElNode::send_raw_transaction(const Context& context) {
    auto bytes = from_hex(context.text(0));
    if (!bytes || bytes->empty()) throw RpcError{-32602, "invalid argument 0: not a transaction in hex"};
    auto hash = hex(keccak256(*bytes));
    count(stats_.submissions, hash);
    if (pool_.contains(hash)) throw RpcError{-32000, "already known"};
    enter_pool(hash);
    return of(json::value(hash));
}

ElNode::Result ElNode::send_transaction(const Context& context) {
    if (context.params.empty() || !context.params[0].is_object()) throw invalid_params;
    ++stats_.send_transactions;
    // A node signs each with a nonce of its own: the same request twice is two transactions.
    auto hash = hex(keccak256(std::to_string(options_.seed) + " sent " + std::to_string(pool_.size())));
    enter_pool(hash);
    return of(json::value(hash));
}

ElNode::Result ElNode::bytes(const Context& context) {
    if (context.params.empty() || !context.params[0].is_int64() || context.params[0].get_int64() < 0)
        throw invalid_params;
    return {{}, static_cast<std::uint64_t>(context.params[0].get_int64())};
}

ElNode::Result ElNode::echo(const Context& context) {
    std::string out = "{\"params\":" + std::string(context.ask.params) + ",\"headers\":[";
    bool first = true;
    if (context.ask.request)
        for (auto& [name, value] : context.ask.request->headers) {
            out += std::exchange(first, false) ? "[" : ",[";
            (((out += quoted(name)) += ',') += quoted(value)) += ']';
        }
    return {out + "]}", {}};
}

} // namespace simnode
