#include "chain/beacon_path.hpp"

#include <algorithm>
#include <array>

namespace weir::chain {

namespace {

/// What follows "/eth/vN/"; empty when the target is no Beacon API path.
std::string_view below_version(std::string_view path) {
    if (!path.starts_with("/eth/v")) return {};
    path.remove_prefix(6);
    const auto slash = path.find('/');
    if (slash == std::string_view::npos || slash == 0) return {};
    if (!std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(slash),
                     [](char c) { return c >= '0' && c <= '9'; })) {
        return {};
    }
    return path.substr(slash + 1);
}

// POSTs that change nothing: long lists of validators do not fit into a URL.
constexpr std::array<std::string_view, 8> asking_posts{"validator/duties/attester/",
                                                       "validator/duties/sync/",
                                                       "validator/liveness/",
                                                       "beacon/rewards/",
                                                       "beacon/states/",
                                                       "beacon/deposit_snapshot",
                                                       "validator/beacon_committee_selections",
                                                       "validator/sync_committee_selections"};

// POSTs whose content says who they are: sent twice, they are taken once.
constexpr std::array<std::string_view, 9> publishing_posts{"beacon/blocks",
                                                           "beacon/blinded_blocks",
                                                           "beacon/pool/",
                                                           "validator/aggregate_and_proofs",
                                                           "validator/contribution_and_proofs",
                                                           "validator/beacon_committee_subscriptions",
                                                           "validator/sync_committee_subscriptions",
                                                           "validator/prepare_beacon_proposer",
                                                           "validator/register_validator"};

constexpr std::array<std::string_view, 7> block_ids{
    "beacon/blocks/",        "beacon/blinded_blocks/", "beacon/headers/",     "beacon/states/",
    "beacon/blob_sidecars/", "beacon/blobs/",          "debug/beacon/states/"};

template <std::size_t N>
bool begins_with_any(std::string_view text, const std::array<std::string_view, N>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](auto prefix) { return text.starts_with(prefix); });
}

} // namespace

BeaconCall classify_beacon_call(std::string_view http_method, std::string_view target) {
    BeaconCall call;
    const auto path = target.substr(0, target.find('?'));
    const auto rest = below_version(path);
    if (http_method == "GET" || http_method == "HEAD" || http_method == "OPTIONS") {
        call.kind =
            rest == "events" && http_method == "GET" ? BeaconCall::Kind::events : BeaconCall::Kind::read;
        call.names_block = begins_with_any(rest, block_ids);
    } else if (http_method == "POST") {
        if (begins_with_any(rest, asking_posts)) {
            call.kind = BeaconCall::Kind::read;
            call.names_block = begins_with_any(rest, block_ids);
        } else if (begins_with_any(rest, publishing_posts)) {
            call.kind = BeaconCall::Kind::publish;
        }
    }
    return call;
}

} // namespace weir::chain
