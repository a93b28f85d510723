// The consensus layer's view of a block, in the JSON of the Beacon API: every number is a string.
#pragma once

#include "chain.hpp"

#include <boost/json/object.hpp>

namespace simnode {

namespace json = boost::json;

constexpr std::uint64_t slots_per_epoch = 32;

std::uint64_t finalized_epoch(std::uint64_t head);
std::uint64_t justified_epoch(std::uint64_t head);
std::string state_root(const Block& block);

/// One element of /eth/v1/beacon/headers.
json::object header_data(const Block& block, bool canonical);
json::object beacon_block(const Block& block);
json::object finality(const Chain& chain, std::uint64_t head);
json::object specification(const Chain& chain, std::uint64_t chain_id);
json::object genesis(const Chain& chain, std::uint64_t chain_id, bool other);

json::object head_event(const Chain& chain, const Block& block);
json::object block_event(const Block& block);
json::object reorg_event(const Chain& chain, const Reorg& reorg);
json::object finalized_event(const Chain& chain, std::uint64_t head);

} // namespace simnode
