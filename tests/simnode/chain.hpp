// The chain that every simnode of one seed agrees on without talking to another. A block is a pure
// function of the seed, the branches that lead to it, and its number, so nothing is stored: not even
// a node at block ten million holds more than a node at block one. A hash carries its block's number,
// masked, in its last bytes; that is how a block or transaction is found by hash.
#pragma once

#include "hashing.hpp"
#include "options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/system_timer.hpp>

#include <functional>
#include <vector>

namespace simnode {

/// From block `from` on, the chain is on branch number `branch`.
struct Fork {
    std::uint64_t from;
    std::uint64_t branch;
    bool operator==(const Fork&) const = default;
};
/// The forks that lead to a block, lowest first; empty on a chain that was never reorganised.
using Path = std::vector<Fork>;

struct Block {
    std::uint64_t number;
    Path path;
    Hash hash, parent;
    Hash root, parent_root; // the same block as the consensus layer names it
    std::int64_t timestamp_ms;
    unsigned transactions;
};

struct TransactionPlace {
    Block block;
    unsigned index;
};

/// Blocks `from`…`old_head` of `old_path` are no longer canonical.
struct Reorg {
    std::uint64_t from, old_head;
    Path old_path;
};

class Chain {
  public:
    Chain(boost::asio::io_context& io, const Options& options);

    std::uint64_t head() const;
    /// As on Filecoin: numbers in which no block was made.
    bool is_null_round(std::uint64_t number) const;
    boost::asio::any_io_executor executor() { return timer_.get_executor(); }
    std::int64_t genesis_ms() const { return genesis_ms_; }
    std::int64_t slot_ms() const { return slot_ms_; }
    const Path& path() const { return path_; }
    bool has_empty_blooms() const { return empty_blooms_; }

    void advance(std::uint64_t blocks);
    void set_head(std::uint64_t number);
    /// Puts other blocks in place of the last `depth` ones; the head keeps its number.
    void reorg(std::uint64_t depth);

    Block block(std::uint64_t number) const { return block(number, path_); }
    Block block(std::uint64_t number, const Path& path) const;
    Hash transaction_hash(const Block& block, unsigned index) const;
    /// Blocks that a reorganisation took away are found too, as on a real node.
    std::optional<Block> find_block(const Hash& hash) const;
    std::optional<Block> find_root(const Hash& root) const;
    std::optional<TransactionPlace> find_transaction(const Hash& hash) const;
    bool canonical(const Block& block) const;

    /// Called after each change of the head.
    std::function<void()> on_head;
    /// Called after the head was set to a lower number: it may pass the same blocks again.
    std::function<void()> on_rewind;
    std::function<void(const Reorg&)> on_reorg;

  private:
    Hash hash_of(char kind, std::uint64_t number, unsigned index, const Path& path) const;
    std::optional<Block> find(char kind, const Hash& hash) const;
    std::uint64_t before(std::uint64_t number) const;
    void wait_for_next_block();
    std::int64_t clock_head() const;

    std::uint64_t null_rounds_;
    std::uint64_t seed_;
    bool empty_blooms_;
    std::int64_t block_time_ms_;
    std::int64_t slot_ms_;
    std::int64_t genesis_ms_;
    std::int64_t offset_ = 0; // what control added to the clock's head
    std::uint64_t head_;
    Path path_;
    std::vector<Path> abandoned_;
    std::uint64_t branches_ = 0;
    boost::asio::system_timer timer_;
};

} // namespace simnode
