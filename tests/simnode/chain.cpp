#include "chain.hpp"

#include <algorithm>
#include <chrono>

namespace simnode {
namespace {

constexpr std::uint64_t first_head = 100;
constexpr std::int64_t mainnet_slot_ms = 12'000;
constexpr std::int64_t default_genesis_ms = 1'600'000'000'000; // fixed, so that nodes agree on it
constexpr int number_bytes = 6;

std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Path up_to(std::uint64_t number, const Path& path) {
    Path out;
    std::copy_if(path.begin(), path.end(), std::back_inserter(out),
                 [&](const Fork& fork) { return fork.from <= number; });
    return out;
}

/// Hides `number` in the end of a hash; the same call takes it out again.
std::uint64_t masked(const Hash& hash, std::uint64_t number) {
    return (number ^ number_of(hash)) & ((std::uint64_t{1} << 8 * number_bytes) - 1);
}

void put_number(Hash& hash, std::uint64_t number) {
    auto hidden = masked(hash, number);
    for (std::size_t i = 0; i < number_bytes; ++i)
        hash[31 - i] = static_cast<std::uint8_t>(hidden >> 8 * i);
}

std::uint64_t take_number(const Hash& hash) {
    std::uint64_t hidden = 0;
    for (std::size_t i = 32 - number_bytes; i < 32; ++i)
        hidden = hidden << 8 | hash[i];
    return masked(hash, hidden);
}

// 44 bits are left for the block of a transaction.
constexpr std::uint64_t transaction_slots = 16;

} // namespace

Chain::Chain(boost::asio::io_context& io, const Options& options)
    : null_rounds_(options.null_rounds)
    , seed_(options.seed)
    , empty_blooms_(options.empty_blooms)
    , block_time_ms_(options.block_time_ms)
    , slot_ms_(block_time_ms_ > 0 ? block_time_ms_ : mainnet_slot_ms)
    , head_(first_head)
    , timer_(io) {
    if (options.genesis_time_ms)
        genesis_ms_ = *options.genesis_time_ms;
    else if (block_time_ms_ > 0)
        genesis_ms_ = now_ms() - static_cast<std::int64_t>(first_head) * block_time_ms_;
    else
        genesis_ms_ = default_genesis_ms;
    if (block_time_ms_ > 0) wait_for_next_block();
}

std::int64_t Chain::clock_head() const {
    return std::max<std::int64_t>(0, now_ms() - genesis_ms_) / block_time_ms_;
}

std::uint64_t Chain::head() const {
    auto number = block_time_ms_ == 0
                      ? head_
                      : static_cast<std::uint64_t>(std::max<std::int64_t>(0, clock_head() + offset_));
    return is_null_round(number) ? before(number) : number;
}

bool Chain::is_null_round(std::uint64_t number) const {
    return null_rounds_ != 0 && number > first_head && number % null_rounds_ == 0;
}

std::uint64_t Chain::before(std::uint64_t number) const {
    return is_null_round(number - 1) ? number - 2 : number - 1;
}

void Chain::wait_for_next_block() {
    auto due = genesis_ms_ + (clock_head() + 1) * block_time_ms_;
    timer_.expires_at(std::chrono::system_clock::time_point(std::chrono::milliseconds(due)));
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        if (on_head) on_head();
        wait_for_next_block();
    });
}

void Chain::advance(std::uint64_t blocks) {
    head_ += blocks;
    offset_ += static_cast<std::int64_t>(blocks);
    if (on_head) on_head();
}

void Chain::set_head(std::uint64_t number) {
    bool back = number < head();
    head_ = number;
    if (block_time_ms_ > 0) offset_ = static_cast<std::int64_t>(number) - clock_head();
    if (back && on_rewind) on_rewind();
    if (on_head) on_head();
}

void Chain::reorg(std::uint64_t depth) {
    auto top = head();
    auto from = top - std::min(depth, top) + 1; // genesis stays
    Reorg reorg{from, top, path_};
    abandoned_.push_back(path_);
    path_ = up_to(from - 1, path_);
    path_.push_back({from, ++branches_});
    if (on_reorg) on_reorg(reorg);
}

Hash Chain::hash_of(char kind, std::uint64_t number, unsigned index, const Path& path) const {
    std::string name{kind};
    for (auto part : {seed_, number, std::uint64_t{index}})
        name += std::to_string(part) += '.';
    for (auto& fork : path)
        if (fork.from <= number) name += std::to_string(fork.from) + ':' + std::to_string(fork.branch) + '.';
    auto hash = keccak256(name);
    put_number(hash, kind == 't' ? number * transaction_slots + index : number);
    return hash;
}

Block Chain::block(std::uint64_t number, const Path& path) const {
    Block block{number, up_to(number, path), {}, {}, {}, {}, 0, 0};
    block.hash = hash_of('b', number, 0, path);
    block.root = hash_of('r', number, 0, path);
    if (number > 0) {
        block.parent = hash_of('b', before(number), 0, path);
        block.parent_root = hash_of('r', before(number), 0, path);
    }
    block.timestamp_ms = genesis_ms_ + static_cast<std::int64_t>(number) * slot_ms_;
    block.transactions = number == 0 ? 0 : 2 + block.hash[0] % 3;
    return block;
}

Hash Chain::transaction_hash(const Block& block, unsigned index) const {
    return hash_of('t', block.number, index, block.path);
}

std::optional<Block> Chain::find(char kind, const Hash& hash) const {
    auto number = take_number(hash);
    auto matches = [&](const Path& path) { return hash_of(kind, number, 0, path) == hash; };
    if (matches(path_)) return block(number);
    auto path = std::find_if(abandoned_.begin(), abandoned_.end(), matches);
    if (path == abandoned_.end()) return std::nullopt;
    return block(number, *path);
}

std::optional<Block> Chain::find_block(const Hash& hash) const {
    return find('b', hash);
}
std::optional<Block> Chain::find_root(const Hash& root) const {
    return find('r', root);
}

/// Only of the canonical chain: a reorganisation takes its blocks' transactions away with them.
std::optional<TransactionPlace> Chain::find_transaction(const Hash& hash) const {
    auto number = take_number(hash) / transaction_slots;
    auto index = static_cast<unsigned>(take_number(hash) % transaction_slots);
    auto holder = block(number);
    if (index >= holder.transactions || transaction_hash(holder, index) != hash) return std::nullopt;
    return TransactionPlace{std::move(holder), index};
}

bool Chain::canonical(const Block& block) const {
    return block.path == up_to(block.number, path_);
}

} // namespace simnode
