#include "cl_objects.hpp"

namespace simnode {
namespace {

std::string derived(const Block& block, std::string_view what) {
    return hex(keccak256(std::string(view(block.root)).append(what)));
}

const std::string no_root = "0x" + std::string(64, '0');
const std::string signature = "0x" + std::string(192, 'c');

std::uint64_t epochs_back(std::uint64_t head, std::uint64_t count) {
    auto epoch = head / slots_per_epoch;
    return epoch < count ? 0 : epoch - count;
}

json::object checkpoint(const Chain& chain, std::uint64_t epoch) {
    // The Beacon API gives the zero root for the epoch of genesis.
    auto root = epoch == 0 ? no_root : hex(chain.block(epoch * slots_per_epoch).root);
    return {{"epoch", std::to_string(epoch)}, {"root", root}};
}

/// The last block before an epoch decides its duties.
std::string dependent_root(const Chain& chain, std::uint64_t epoch) {
    return hex(chain.block(epoch == 0 ? 0 : epoch * slots_per_epoch - 1).root);
}

json::object header_message(const Block& block) {
    return {{"slot", std::to_string(block.number)},
            {"proposer_index", std::to_string(block.root[0])},
            {"parent_root", hex(block.parent_root)},
            {"state_root", state_root(block)}};
}

} // namespace

std::uint64_t finalized_epoch(std::uint64_t head) {
    return epochs_back(head, 2);
}
std::uint64_t justified_epoch(std::uint64_t head) {
    return epochs_back(head, 1);
}
std::string state_root(const Block& block) {
    return derived(block, "state");
}

json::object header_data(const Block& block, bool canonical) {
    auto message = header_message(block);
    message["body_root"] = derived(block, "body");
    return {{"root", hex(block.root)},
            {"canonical", canonical},
            {"header", {{"message", std::move(message)}, {"signature", signature}}}};
}

json::object beacon_block(const Block& block) {
    auto message = header_message(block);
    message["body"] = {{"graffiti", derived(block, "graffiti")},
                       {"execution_payload",
                        {{"block_number", std::to_string(block.number)}, {"block_hash", hex(block.hash)}}}};
    return {{"message", std::move(message)}, {"signature", signature}};
}

json::object finality(const Chain& chain, std::uint64_t head) {
    auto justified = justified_epoch(head);
    return {{"previous_justified", checkpoint(chain, justified == 0 ? 0 : justified - 1)},
            {"current_justified", checkpoint(chain, justified)},
            {"finalized", checkpoint(chain, finalized_epoch(head))}};
}

json::object specification(const Chain& chain, std::uint64_t chain_id) {
    return {{"CONFIG_NAME", "simnode"},
            {"PRESET_BASE", "mainnet"},
            {"SLOTS_PER_EPOCH", std::to_string(slots_per_epoch)},
            {"SECONDS_PER_SLOT", std::to_string(std::max<std::int64_t>(1, chain.slot_ms() / 1000))},
            {"DEPOSIT_CHAIN_ID", std::to_string(chain_id)},
            {"DEPOSIT_NETWORK_ID", std::to_string(chain_id)},
            {"DENEB_FORK_EPOCH", "0"}};
}

json::object genesis(const Chain& chain, std::uint64_t chain_id, bool other) {
    return {{"genesis_time", std::to_string(chain.genesis_ms() / 1000)},
            {"genesis_validators_root",
             hex(keccak256((other ? "other validators of " : "validators of ") + std::to_string(chain_id)))},
            {"genesis_fork_version", "0x00000000"}};
}

json::object head_event(const Chain& chain, const Block& block) {
    auto epoch = block.number / slots_per_epoch;
    return {{"slot", std::to_string(block.number)},
            {"block", hex(block.root)},
            {"state", state_root(block)},
            {"epoch_transition", block.number % slots_per_epoch == 0},
            {"previous_duty_dependent_root", dependent_root(chain, epoch == 0 ? 0 : epoch - 1)},
            {"current_duty_dependent_root", dependent_root(chain, epoch)},
            {"execution_optimistic", false}};
}

json::object block_event(const Block& block) {
    return {
        {"slot", std::to_string(block.number)}, {"block", hex(block.root)}, {"execution_optimistic", false}};
}

json::object reorg_event(const Chain& chain, const Reorg& reorg) {
    auto lost = chain.block(reorg.old_head, reorg.old_path), gained = chain.block(reorg.old_head);
    return {{"slot", std::to_string(reorg.old_head)},
            {"depth", std::to_string(reorg.old_head - reorg.from + 1)},
            {"old_head_block", hex(lost.root)},
            {"new_head_block", hex(gained.root)},
            {"old_head_state", state_root(lost)},
            {"new_head_state", state_root(gained)},
            {"epoch", std::to_string(reorg.old_head / slots_per_epoch)},
            {"execution_optimistic", false}};
}

json::object finalized_event(const Chain& chain, std::uint64_t head) {
    auto block = chain.block(finalized_epoch(head) * slots_per_epoch);
    return {{"block", hex(block.root)},
            {"state", state_root(block)},
            {"epoch", std::to_string(finalized_epoch(head))},
            {"execution_optimistic", false}};
}

} // namespace simnode
