// A small block tree for the feeds' tests: blocks that name themselves, branches, and their logs.
#pragma once

#include "chain/header.hpp"
#include "chain/hex.hpp"
#include "chain/values.hpp"

#include <map>
#include <string>
#include <vector>

namespace weir::feeds {

struct WorldLog {
    int address = 0, topic = 0;
    std::string json;
};

class ChainWorld {
  public:
    ChainWorld() { genesis_ = make(nullptr); }

    static std::string address(int n) { return "0x" + std::string(39, '0') + static_cast<char>('a' + n); }
    static std::string topic(int n) { return "0x" + std::string(63, '0') + static_cast<char>('a' + n); }

    chain::HeaderPtr genesis() const { return genesis_; }
    /// A new block on top of that one.
    chain::HeaderPtr child(const chain::HeaderPtr& parent) { return make(parent); }
    /// One that leaves so many numbers out, as Filecoin's null rounds do.
    chain::HeaderPtr child_after(const chain::HeaderPtr& parent, std::uint64_t left_out) {
        return make(parent, left_out);
    }
    bool has(const std::string& hash) const { return blocks_.contains(hash); }
    chain::HeaderPtr find(const std::string& hash) const { return blocks_.at(hash); }
    /// How many blocks there were before it.
    std::size_t age(const std::string& hash) const { return ages_.at(hash); }
    std::size_t size() const { return blocks_.size(); }
    chain::HeaderPtr ancestor(chain::HeaderPtr block, std::uint64_t depth) const {
        while (depth-- > 0 && block->number > genesis_->number)
            block = find(block->parent);
        return block;
    }
    bool is_ancestor(const chain::HeaderPtr& old, chain::HeaderPtr block) const {
        while (block->number > old->number)
            block = find(block->parent);
        return block->hash == old->hash;
    }
    /// None to three, of addresses and topics that its hash decides.
    static std::vector<WorldLog> logs(const chain::Header& block) {
        std::vector<WorldLog> logs;
        const int count = static_cast<int>(chain::hex_value(block.hash[10])) % 4;
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(20 + 2 * i);
            WorldLog log{static_cast<int>(chain::hex_value(block.hash[at])) % 3,
                         static_cast<int>(chain::hex_value(block.hash[at + 1])) % 3,
                         {}};
            log.json = R"({"address":")" + address(log.address) + R"(","topics":[")" + topic(log.topic) +
                       R"("],"logIndex":"0x)" + std::to_string(i) + R"(","blockHash":")" + block.hash +
                       R"(","removed":false})";
            logs.push_back(std::move(log));
        }
        return logs;
    }
    /// As eth_getBlockByHash gives it.
    static std::string block_json(const chain::Header& header) {
        return header.json.substr(0, header.json.size() - 1) +
               R"(,"size":"0x1","transactions":[],"uncles":[]})";
    }

    /// The same hash with another number or parent: what a node may say, since nobody computes hashes.
    static chain::HeaderPtr falsified(const chain::HeaderPtr& block, std::uint64_t number,
                                      const std::string& parent) {
        auto lie = *block;
        lie.number = number;
        lie.parent = parent;
        lie.json = R"({"hash":")" + lie.hash + R"(","parentHash":")" + parent + R"(","number":")" +
                   chain::to_quantity(number) + R"(","logsBloom":")" + lie.bloom + R"("})";
        return std::make_shared<const chain::Header>(std::move(lie));
    }

  private:
    chain::HeaderPtr make(const chain::HeaderPtr& parent, std::uint64_t left_out = 0) {
        chain::Header header;
        header.number = parent ? parent->number + 1 + left_out : 1000;
        header.parent = parent ? parent->hash : chain::keccak256_hex("before");
        header.hash = chain::keccak256_hex("block " + std::to_string(blocks_.size()));
        header.bloom = bloom(logs(header));
        header.json = R"({"hash":")" + header.hash + R"(","parentHash":")" + header.parent +
                      R"(","number":")" + chain::to_quantity(header.number) + R"(","logsBloom":")" +
                      header.bloom + R"("})";
        auto made = std::make_shared<const chain::Header>(std::move(header));
        ages_.emplace(made->hash, blocks_.size());
        blocks_.emplace(made->hash, made);
        return made;
    }

    /// Yellow Paper §4.3.1, bit by bit.
    static std::string bloom(const std::vector<WorldLog>& logs) {
        std::string bytes(256, '\0');
        const auto add = [&](const std::string& hex) {
            std::string raw;
            for (std::size_t i = 2; i < hex.size(); i += 2)
                raw += static_cast<char>(chain::hex_value(hex[i]) << 4 | chain::hex_value(hex[i + 1]));
            const auto hash = chain::keccak256_hex(raw);
            for (std::size_t i = 2; i < 14; i += 4) {
                const auto bit = std::stoul(hash.substr(i, 4), nullptr, 16) & 2047;
                bytes[255 - bit / 8] = static_cast<char>(bytes[255 - bit / 8] | 1 << (bit % 8));
            }
        };
        for (const auto& log : logs) {
            add(address(log.address));
            add(topic(log.topic));
        }
        std::string out = "0x";
        for (const char c : bytes) {
            out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
            out += "0123456789abcdef"[c & 15];
        }
        return out;
    }

    std::map<std::string, chain::HeaderPtr> blocks_;
    std::map<std::string, std::size_t> ages_;
    chain::HeaderPtr genesis_;
};

} // namespace weir::feeds
