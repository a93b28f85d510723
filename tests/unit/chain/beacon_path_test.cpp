#include "chain/beacon_path.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weir::chain {
namespace {

using Kind = BeaconCall::Kind;

struct Row {
    const char* method;
    const char* target;
    Kind kind;
    bool names_block = false;
};

TEST(BeaconPath, EveryKindOfCallIsTold) {
    const std::vector<Row> rows{
        {"GET", "/eth/v1/node/health", Kind::read},
        {"GET", "/eth/v1/beacon/genesis", Kind::read},
        {"HEAD", "/eth/v1/node/version", Kind::read},
        {"OPTIONS", "/eth/v1/node/version", Kind::read},
        {"GET", "/eth/v1/config/spec?x=1", Kind::read},
        {"GET", "/eth/v1/events?topics=head&topics=block", Kind::events},
        {"GET", "/eth/v1/events", Kind::events},
        {"HEAD", "/eth/v1/events", Kind::read},
        {"GET", "/eth/v1/events/", Kind::read},
        // a block stands in the path
        {"GET", "/eth/v2/beacon/blocks/head", Kind::read, true},
        {"GET", "/eth/v1/beacon/blocks/0xab/root", Kind::read, true},
        {"GET", "/eth/v1/beacon/blinded_blocks/12", Kind::read, true},
        {"GET", "/eth/v1/beacon/headers/finalized", Kind::read, true},
        {"GET", "/eth/v1/beacon/headers?slot=5", Kind::read},
        {"GET", "/eth/v1/beacon/states/head/validators?id=1", Kind::read, true},
        {"GET", "/eth/v1/beacon/blob_sidecars/0xab", Kind::read, true},
        {"GET", "/eth/v2/debug/beacon/states/head", Kind::read, true},
        // POSTs that only ask
        {"POST", "/eth/v1/validator/duties/attester/5", Kind::read},
        {"POST", "/eth/v1/validator/duties/sync/5", Kind::read},
        {"POST", "/eth/v1/validator/liveness/5", Kind::read},
        {"POST", "/eth/v1/beacon/rewards/attestations/5", Kind::read},
        {"POST", "/eth/v1/beacon/states/head/validators", Kind::read, true},
        {"POST", "/eth/v1/beacon/states/head/validator_balances", Kind::read, true},
        // publishing: taken once however often it is sent
        {"POST", "/eth/v1/beacon/blocks", Kind::publish},
        {"POST", "/eth/v2/beacon/blocks?broadcast_validation=gossip", Kind::publish},
        {"POST", "/eth/v2/beacon/blinded_blocks", Kind::publish},
        {"POST", "/eth/v1/beacon/pool/attestations", Kind::publish},
        {"POST", "/eth/v1/beacon/pool/voluntary_exits", Kind::publish},
        {"POST", "/eth/v1/validator/aggregate_and_proofs", Kind::publish},
        {"POST", "/eth/v1/validator/contribution_and_proofs", Kind::publish},
        {"POST", "/eth/v1/validator/beacon_committee_subscriptions", Kind::publish},
        {"POST", "/eth/v1/validator/sync_committee_subscriptions", Kind::publish},
        {"POST", "/eth/v1/validator/prepare_beacon_proposer", Kind::publish},
        {"POST", "/eth/v1/validator/register_validator", Kind::publish},
        // at most once
        {"POST", "/eth/v1/unheard/of", Kind::other},
        {"POST", "/beacon/blocks", Kind::other},
        {"POST", "/eth/vx/beacon/blocks", Kind::other},
        {"POST", "/eth/v/beacon/blocks", Kind::other},
        {"POST", "/eth/v1", Kind::other},
        {"POST", "", Kind::other},
        {"PUT", "/eth/v1/beacon/blocks", Kind::other},
        {"DELETE", "/eth/v1/keystores", Kind::other},
        {"PATCH", "/eth/v1/beacon/states/head/x", Kind::other},
        {"get", "/eth/v1/node/health", Kind::other},
    };
    for (const auto& row : rows) {
        const auto call = classify_beacon_call(row.method, row.target);
        EXPECT_EQ(call.kind, row.kind) << row.method << ' ' << row.target;
        EXPECT_EQ(call.names_block, row.names_block) << row.method << ' ' << row.target;
    }
}

RC_GTEST_PROP(BeaconPath, TheQueryChangesNothing, (const std::string& query)) {
    const auto method = *rc::gen::element<std::string>("GET", "POST", "PUT");
    const auto path = *rc::gen::element<std::string>("/eth/v1/events", "/eth/v1/beacon/blocks",
                                                     "/eth/v2/beacon/blocks/5", "/x", "/");
    const auto bare = classify_beacon_call(method, path),
               full = classify_beacon_call(method, path + "?" + query);
    RC_ASSERT(bare.kind == full.kind);
    RC_ASSERT(bare.names_block == full.names_block);
}

RC_GTEST_PROP(BeaconPath, OnlyGetHeadAndOptionsMakeAnUnknownPathRepeatable,
              (const std::string& method, const std::string& junk)) {
    RC_PRE(method != "GET" && method != "HEAD" && method != "OPTIONS");
    RC_ASSERT(classify_beacon_call(method, "/unknown/" + junk).kind == Kind::other);
}

} // namespace
} // namespace weir::chain
