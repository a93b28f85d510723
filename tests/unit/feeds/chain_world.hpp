// A small block tree for the feeds' property tests: blocks that name themselves, branches, and their logs.
#pragma once

#include "chain/header.hpp"
#include "chain/values.hpp"

#include <map>
#include <string>
#include <vector>

namespace weir::feeds {

class ChainWorld {
  public:
    ChainWorld() { genesis_ = make(nullptr); }

    chain::HeaderPtr genesis() const { return genesis_; }
    /// A new block on top of that one.
    chain::HeaderPtr child(const chain::HeaderPtr& parent) { return make(parent); }
    chain::HeaderPtr find(const std::string& hash) const { return blocks_.at(hash); }
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

  private:
    chain::HeaderPtr make(const chain::HeaderPtr& parent) {
        chain::Header header;
        header.number = parent ? parent->number + 1 : 1000;
        header.parent = parent ? parent->hash : chain::keccak256_hex("before");
        header.hash = chain::keccak256_hex("block " + std::to_string(blocks_.size()));
        header.json = header.hash;
        auto made = std::make_shared<const chain::Header>(std::move(header));
        blocks_.emplace(made->hash, made);
        return made;
    }

    std::map<std::string, chain::HeaderPtr> blocks_;
    chain::HeaderPtr genesis_;
};

} // namespace weir::feeds
