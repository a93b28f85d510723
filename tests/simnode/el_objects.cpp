#include "el_objects.hpp"

#include <algorithm>
#include <stdexcept>

namespace simnode {
namespace {

constexpr std::uint64_t transfer_gas = 21'000, gas_price = 1'000'000'000;
constexpr unsigned contracts = 3, holders = 4;

const std::string no_hash = "0x" + std::string(64, '0');
const std::string no_bloom = "0x" + std::string(512, '0');
const std::string no_uncles =
    "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"; // keccak(rlp([]))

std::string account(std::string_view role, std::uint64_t index) {
    return address_hex(keccak256(std::string(role) + std::to_string(index)));
}

std::string topic_of_address(const std::string& address) {
    return "0x" + std::string(24, '0') + address.substr(2);
}

std::string root_hash(const Block& block, std::string_view what) {
    return hex(keccak256(std::string(view(block.hash)).append(what)));
}

/// Yellow Paper §4.3: three bits of 2048 for each address and topic.
void add_to_bloom(std::string& bloom, std::string_view hex_value) {
    auto hash = keccak256(*from_hex(hex_value));
    for (std::size_t i = 0; i < 6; i += 2) {
        auto bit = static_cast<unsigned>(hash[i] << 8 | hash[i + 1]) & 2047U;
        auto& byte = bloom[255 - bit / 8];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | 1U << bit % 8);
    }
}

std::string bloom_of(const std::vector<Log>& logs) {
    if (logs.empty()) return no_bloom;
    std::string bloom(256, '\0');
    for (auto& log : logs) {
        add_to_bloom(bloom, log.address);
        for (auto& topic : log.topics)
            add_to_bloom(bloom, topic);
    }
    return hex(bloom);
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string sender(const Hash& transaction) {
    return account("holder", transaction[4] % holders);
}

void place_in(json::object& out, const std::optional<Block>& block, std::uint64_t index) {
    if (!block) {
        for (auto* name : {"blockHash", "blockNumber", "transactionIndex"})
            out[name] = nullptr;
        return;
    }
    out["blockHash"] = hex(block->hash);
    out["blockNumber"] = quantity(block->number);
    out["transactionIndex"] = quantity(index);
}

} // namespace

std::vector<std::string> LogFilter::choices(const json::value& value) {
    std::vector<std::string> out;
    if (value.is_null()) return out;
    if (value.is_string()) return {lower(value.get_string())};
    if (!value.is_array()) throw std::invalid_argument("invalid filter");
    for (auto& one : value.get_array()) {
        if (!one.is_string()) throw std::invalid_argument("invalid filter");
        out.push_back(lower(one.get_string()));
    }
    return out;
}

LogFilter::LogFilter(const json::object& filter) {
    if (auto* address = filter.if_contains("address")) addresses_ = choices(*address);
    auto* topics = filter.if_contains("topics");
    if (!topics || topics->is_null()) return;
    if (!topics->is_array()) throw std::invalid_argument("invalid topics");
    for (auto& topic : topics->get_array())
        topics_.push_back(choices(topic));
}

bool LogFilter::matches(const Log& log) const {
    auto fits = [](const std::vector<std::string>& wanted, const std::string& value) {
        return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
    };
    if (!fits(addresses_, log.address) || topics_.size() > log.topics.size()) return false;
    for (std::size_t i = 0; i < topics_.size(); ++i)
        if (!fits(topics_[i], log.topics[i])) return false;
    return true;
}

std::vector<Log> logs_of(const Chain& chain, const Block& block) {
    static const std::string transfer = hex(keccak256("Transfer(address,address,uint256)"));
    std::vector<Log> logs;
    for (unsigned i = 0; i < block.transactions; ++i) {
        auto hash = chain.transaction_hash(block, i);
        // The first transaction always logs, so that a block without logs needs no special care.
        unsigned size = i == 0 ? 1 + hash[1] % 2 : hash[1] % 3;
        for (unsigned n = 0; n < size; ++n)
            logs.push_back({account("contract", (hash[2] + n) % contracts),
                            {transfer, topic_of_address(sender(hash)),
                             topic_of_address(account("holder", hash[5 + n] % holders))},
                            hex(keccak256(view(hash))),
                            i,
                            static_cast<unsigned>(logs.size())});
    }
    return logs;
}

json::object header_json(const Chain& chain, const Block& block) {
    json::object out;
    out["number"] = quantity(block.number);
    out["hash"] = hex(block.hash);
    out["parentHash"] = hex(block.parent);
    out["timestamp"] = quantity(static_cast<std::uint64_t>(block.timestamp_ms / 1000));
    out["logsBloom"] = chain.has_empty_blooms() ? no_bloom : bloom_of(logs_of(chain, block));
    out["gasUsed"] = quantity(block.transactions * transfer_gas);
    out["gasLimit"] = quantity(30'000'000);
    out["baseFeePerGas"] = quantity(gas_price / 2 + block.hash[3] * 1000U);
    out["miner"] = account("miner", 0);
    out["stateRoot"] = root_hash(block, "state");
    out["transactionsRoot"] = root_hash(block, "transactions");
    out["receiptsRoot"] = root_hash(block, "receipts");
    out["mixHash"] = root_hash(block, "mix");
    out["sha3Uncles"] = no_uncles;
    out["difficulty"] = "0x0";
    out["nonce"] = "0x0000000000000000";
    out["extraData"] = "0x";
    return out;
}

json::object block_json(const Chain& chain, const Block& block, bool whole_transactions) {
    auto out = header_json(chain, block);
    json::array transactions;
    for (unsigned i = 0; i < block.transactions; ++i)
        if (whole_transactions)
            transactions.emplace_back(transaction_json(chain, block, i));
        else
            transactions.emplace_back(hex(chain.transaction_hash(block, i)));
    out["transactions"] = std::move(transactions);
    out["uncles"] = json::array();
    out["size"] = quantity(600 + block.transactions * 110U);
    return out;
}

json::object transaction_json(const Chain& chain, const Block& block, unsigned index) {
    auto hash = chain.transaction_hash(block, index);
    json::object out;
    out["hash"] = hex(hash);
    place_in(out, block, index);
    out["type"] = "0x0";
    out["from"] = sender(hash);
    out["to"] = account("contract", hash[2] % contracts);
    out["nonce"] = quantity(block.number);
    out["value"] = quantity(number_of(hash));
    out["gas"] = quantity(transfer_gas);
    out["gasPrice"] = quantity(gas_price);
    out["input"] = "0x";
    out["v"] = "0x25";
    out["r"] = hex(keccak256(view(hash)));
    out["s"] = hex(hash);
    return out;
}

json::object receipt_json(const Chain& chain, const Block& block, unsigned index) {
    auto hash = chain.transaction_hash(block, index);
    std::vector<Log> own;
    for (auto& log : logs_of(chain, block))
        if (log.transaction == index) own.push_back(std::move(log));
    json::object out;
    out["transactionHash"] = hex(hash);
    place_in(out, block, index);
    out["from"] = sender(hash);
    out["to"] = account("contract", hash[2] % contracts);
    out["cumulativeGasUsed"] = quantity((index + 1) * transfer_gas);
    out["gasUsed"] = quantity(transfer_gas);
    out["effectiveGasPrice"] = quantity(gas_price);
    out["contractAddress"] = nullptr;
    json::array logs;
    for (auto& log : own)
        logs.emplace_back(log_json(chain, block, log, false));
    out["logs"] = std::move(logs);
    out["logsBloom"] = bloom_of(own);
    out["type"] = "0x0";
    out["status"] = "0x1";
    return out;
}

json::object log_json(const Chain& chain, const Block& block, const Log& log, bool removed) {
    json::object out;
    out["address"] = log.address;
    out["topics"] = json::array(log.topics.begin(), log.topics.end());
    out["data"] = log.data;
    out["blockNumber"] = quantity(block.number);
    out["transactionHash"] = hex(chain.transaction_hash(block, log.transaction));
    out["transactionIndex"] = quantity(log.transaction);
    out["blockHash"] = hex(block.hash);
    out["logIndex"] = quantity(log.index);
    out["removed"] = removed;
    return out;
}

json::object sent_transaction_json(const std::string& hash, const std::optional<Block>& block) {
    json::object out;
    out["hash"] = hash;
    place_in(out, block, block ? block->transactions : 0);
    out["type"] = "0x0";
    out["from"] = account("holder", 0);
    out["to"] = account("contract", 0);
    out["nonce"] = "0x0";
    out["value"] = "0x0";
    out["gas"] = quantity(transfer_gas);
    out["gasPrice"] = quantity(gas_price);
    out["input"] = "0x";
    out["v"] = "0x25";
    out["r"] = no_hash;
    out["s"] = no_hash;
    return out;
}

json::object sent_receipt_json(const std::string& hash, const Block& block) {
    json::object out;
    out["transactionHash"] = hash;
    place_in(out, block, block.transactions);
    out["from"] = account("holder", 0);
    out["to"] = account("contract", 0);
    out["cumulativeGasUsed"] = quantity((block.transactions + 1) * transfer_gas);
    out["gasUsed"] = quantity(transfer_gas);
    out["effectiveGasPrice"] = quantity(gas_price);
    out["contractAddress"] = nullptr;
    out["logs"] = json::array();
    out["logsBloom"] = no_bloom;
    out["type"] = "0x0";
    out["status"] = "0x1";
    return out;
}

} // namespace simnode
