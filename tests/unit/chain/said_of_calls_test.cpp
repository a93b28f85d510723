// Of calls: what clients and providers really say, and the like of it, under their codes. From
// go-ethereum, Nethermind, Besu, Erigon, Reth, coreth, Nitro, op-geth and proxyd, zkSync, Lotus, CometBFT,
// Conflux, Frontier, Sei; Alchemy, Infura, QuickNode, Ankr, Chainstack, dRPC, BlastAPI, Cloudflare,
// PublicNode; eRPC's error normalizer, dshackle's bounds, ponder, graph-node and chainlink's client errors.
#include "said_by_nodes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::chain {
namespace {

using enum ErrorClass;

TEST(NodesSay, Reverts) {
    const std::vector<ErrorClass> wanted{execution, nonce};
    for (const auto& said : std::vector<Said>{
             {3, "eth_call", "execution reverted: rate limit exceeded"},
             {-32000, "eth_call", "execution reverted: too many requests"},
             {-32603, "eth_call", "VM Exception while processing transaction: revert rate limit exceeded"},
             {-32603, "eth_call",
              "Error: VM Exception while processing transaction: reverted with reason string 'block not "
              "found'"},
             {-32000, "eth_call", "err: execution reverted: header not found (supplied gas 500)"},
             {-32015, "eth_call", "VM execution error.", "\"Reverted 0x08c379a0\""},
             {-32015, "eth_call", "VM execution error."},
             {1, "eth_call",
              "message execution failed: exit 33, revert reason: Error(rate limit exceeded), vm error: "
              "message failed with backtrace"},
             {1, "eth_call",
              "message execution failed (exit=[33], revert reason=[Error(pruned)], vm error=[x])"},
             {-32000, "eth_call", "Transaction reverted: header not found"},
             {-32603, "eth_call",
              "Returned error: VM Exception while processing transaction: revert database closed"},
             {-32000, "eth_call", "failed with 50000000 gas: execution reverted: syncing"},
             {-32000, "eth_call", "call failed: execution reverted: pebble"},
             {-32000, "eth_call", "gas required exceeds allowance (50000000)"},
             {-32000, "eth_call", "EVM error: InvalidJump"},
             {-32000, "eth_call", "revert: limit exceeded"},
             {-32603, "eth_call", "Internal error", "\"execution reverted: rate limit exceeded\""},
             {-32603, "eth_call", "Internal JSON-RPC error.",
              "{\"code\":-32000,\"message\":\"execution reverted: not found\"}"},
         })
        expect_one_of(wanted, said);
}

TEST(NodesSay, TooLarge) {
    const std::vector<ErrorClass> wanted{too_large};
    for (const auto& said : std::vector<Said>{
             {-32602, "eth_getLogs", "range 1000000 exceeds limit of 10000"},
             {-32602, "eth_getLogs", "query block range exceeds server limit, narrow your filter: 5"},
             {-32602, "eth_getLogs", "query exceeds max block range 5000"},
             {-32602, "eth_getLogs", "query exceeds max results 20000, retry with the range 1-2"},
             {-32000, "eth_getLogs",
              "block range is larger than max block range, block range = 5120, max block range = 5000"},
             {-32600, "eth_getLogs", "block range too high"},
             {-32600, "eth_getLogs",
              "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, "
              "this block range should work: [0x1a30dfd, 0x1a30ff0]"},
             {-32600, "eth_getLogs",
              "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. "
              "Based on your parameters, this block range should work: [0x1, 0xa]. Upgrade to PAYG for "
              "expanded block range."},
             {-32602, "eth_getLogs",
              "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and "
              "no limit on the response size, or you can request any block range with a cap of 10K logs in "
              "the response."},
             {-32005, "eth_getLogs",
              "query returned more than 10000 results. Try with this block range [0x1, 0x2]."},
             {-32005, "eth_getLogs", "query returned more than 10000 results"},
             {-32005, "eth_getLogs", "query timeout exceeded"},
             {-32005, "eth_getLogs", "limit exceeded"},
             {-32005, "eth_getLogs", "Requested range exceeds maximum RPC range limit"},
             {-32005, "eth_getLogs", "Limit Exceeded"},
             {-32005, "eth_getLogs", ""},
             {-32614, "eth_getLogs", "eth_getLogs is limited to a 10,000 range"},
             {-32602, "eth_getLogs", "eth_getLogs and eth_newFilter are limited to a 10,000 blocks range"},
             {-32000, "eth_getLogs", "exceed maximum block range: 50000"},
             {-32701, "eth_getLogs", "exceed maximum block range: 50000"},
             {-32000, "eth_getLogs", "logs matched by query exceeds limit of 10000"},
             {-32047, "eth_getLogs", "Max range: 800"},
             {-32000, "eth_getLogs", "block range is too wide"},
             {-32062, "eth_getLogs", "Block range is too large"},
             {35, "eth_getLogs", "ranges over 10000 blocks are not supported on freetier"},
             {-32000, "eth_getLogs", "requested too many blocks from 1 to 5000, maximum is set to 2048"},
             {-32000, "eth_getLogs", "Too many logs requested. Max logs per response is 20000."},
             {-32008, "eth_getLogs", "Response is too big", "\"Exceeded max limit of 167772160\""},
             {-32008, "debug_traceBlockByNumber", "Response is too big"},
             {-32007, "debug_traceBlockByNumber", "Request is too big", "\"Exceeded max limit of 10485760\""},
             {-32003, "eth_getLogs", "response too large"},
             {-32003, "debug_traceBlockByNumber", "response too large"},
             {-32020, "eth_getLogs", "backend response too large"},
             {-32000, "eth_getLogs", "exceed max addresses or topics per search position"},
             {-32000, "eth_getLogs", "exceed max topics"},
             {-32602, "eth_getLogs", "specify less number of addresses"},
             {-32602, "eth_getLogs", "This query contains 5001 filters. The current limit is 5000."},
             {-32000, "eth_getLogs", "query set is too large"},
             {-32000, "eth_getLogs", "too many blocks requested"},
             {-32000, "eth_getLogs", "range too large, max is 10k blocks"},
             {-32000, "eth_getLogs", "eth_getLogs range is too large, max is 1k blocks"},
             {-32000, "eth_getLogs", "Max block range exceeded"},
             {-32000, "eth_getLogs",
              "Block range limit exceeded. See more details at "
              "https://docs.chainstack.com/docs/limits#evm-range-limits"},
             {-32000, "eth_getLogs", "Maximum allowed number of requested blocks is 1000"},
             {-32000, "eth_getLogs", "maximum [from, to] blocks distance: 2000"},
             {-32600, "eth_getLogs", "maximum number of blocks exceeded: 2000"},
             {-32602, "eth_getLogs",
              "invalid epoch range: range between to and from heights is too large (maximum: 2880)"},
             {-32000, "eth_getLogs", "range between to and from heights is too large"},
             {-32000, "eth_getLogs", "filter result exceeded: too many results"},
             {-32000, "eth_getLogs", "block distance exceeds maximum 1000"},
             {-32000, "eth_getLogs", "The query spans too many blocks"},
             {-32000, "eth_getLogs", "fromBlock - toBlock distance is too big, maximum 10000"},
             {-32000, "eth_getLogs", "log count exceeds 10000"},
             {-32000, "eth_getLogs", "logs count exceeds the limit 10000"},
             {-32000, "eth_getLogs", "Result window too large"},
             {-32000, "eth_getLogs", "number of logs exceeds maximum 10000"},
             {-32000, "eth_getLogs", "Query exceeded maximum number of logs"},
             {-32000, "eth_getLogs", "more than 10000 logs returned"},
             {-32000, "eth_getLogs", "returned more than 10000 results"},
             {-32603, "eth_getLogs", "returned too much data"},
             {-32000, "eth_getLogs", "the result exceeds 10MB"},
             {-32000, "eth_getLogs", "response size is larger than 150MB limit"},
             {-32000, "eth_getLogs", "Response size exceeds limit"},
             {-32000, "eth_getLogs", "response size limit exceeded"},
             {-32000, "debug_traceTransaction", "response size limit exceeded"},
             {-32005, "eth_getLogs", "eth_getLogs block range too large, range: 20000, max: 10000"},
             {-32000, "eth_getLogs", "eth_getLogs block range limit of 10000 exceeded"},
             {-32000, "eth_getLogs", "toBlock - fromBlock must be less than 5000"},
             {-32000, "eth_getLogs", "please narrow the block range"},
             {-32000, "eth_getLogs", "maximum number of logs exceeded"},
             {-32000, "eth_getLogs", "query exceeds limit"},
             {-32603, "eth_getLogs", "query result set exceeds 10000"},
             {-32000, "eth_getLogs", "you have exceeded the maximum block range of 3000"},
             {-32000, "eth_getLogs", "log query limit exceeded"},
             {-32000, "eth_getLogs", "Exceeded max range limit for eth_getLogs: 1000"},
             {-32000, "trace_filter", "too many traces requested"},
             {-32005, "trace_filter", "Trace filter range too large"},
             {-32602, "eth_getLogs", "Query timeout exceeded. Consider reducing your block range."},
         })
        expect_one_of(wanted, said);
}

TEST(NodesSay, Rates) {
    const std::vector<ErrorClass> wanted{rate_limit};
    for (const auto& said : std::vector<Said>{
             {-32005, "eth_getLogs", "Too Many Requests"},
             {-32005, "eth_getLogs", "project ID request rate exceeded"},
             {-32005, "eth_getLogs", "daily request count exceeded, request rate limited"},
             {-32005, "eth_getLogs", "rate limit exceeded"},
             {-32005, "eth_getLogs",
              "You've exceeded the RPS limit available on the current plan. Learn more: "
              "https://docs.chainstack.com/docs/pricing-introduction"},
             {-32005, "eth_call", "You've exceeded the RPS limit available on the current plan."},
             {-32005, "eth_getLogs", "method eth_getLogs in batch triggered rate limit"},
             {-32005, "eth_getLogs", "Request rate limited"},
             {-32005, "eth_getLogs", "request rate limited"},
             {-32005, "eth_getLogs", "Exceeded the quota usage"},
             {-32005, "eth_getLogs", "Your app has exceeded its throughput limit"},
             {-32005, "eth_getLogs", "exceeded its concurrent requests capacity"},
             {-32005, "eth_getLogs", "over rate limit"},
             {-32016, "eth_getLogs", "over rate limit"},
             {-32016, "eth_call", "over rate limit"},
             {-32005, "eth_getLogs", "rate-limited"},
             {-32005, "eth_getLogs", "RateLimitExceeded"},
             {-32005, "eth_getLogs", "daily limit reached"},
             {-32005, "eth_getLogs", "monthly quota exceeded"},
             {-32005, "eth_getLogs", "Too many request, try again later"},
             {-32005, "eth_getLogs",
              "CU limit exceeded; Your app has exceeded its compute units per second capacity"},
             {-32005, "eth_getLogs", "API call rate limit exhausted"},
             {429, "eth_call", "Your app has exceeded its compute units per second capacity."},
             {429, "eth_call", "Your app has exceeded its concurrent requests capacity. "},
             {-32000, "eth_call", "Your app has exceeded its throughput limit"},
             {-32000, "eth_call",
              "Monthly capacity limit exceeded. Visit https://dashboard.alchemy.com/settings/billing to "
              "upgrade your scaling policy for continued service."},
             {-32007, "eth_call",
              "50/second request limit reached - reduce calls per second or upgrade your account at "
              "quicknode.com"},
             {-32003, "eth_call",
              "daily request limit reached - upgrade your account at https://quicknode.com"},
             {-32009, "eth_call", "trace requests limited to 25/second"},
             {-32012, "eth_call", "credits limited to 6000/sec"},
             {-32000, "eth_call", "Too many requests, reason: call rate limit exhausted, retry in 10s"},
             {-32053, "eth_call", "Too many requests, reason: call rate limit exhausted, retry in 10s"},
             {-32029, "eth_call",
              "Too Many Requests, Please apply an OnFinality API key or contact us to receive a higher rate "
              "limit"},
             {15, "eth_call", "Too many request, try again later"},
             {-32000, "eth_call", "You reached the free tier limits. You have 2 options"},
             {-32000, "eth_call", "Exceeded the quota usage"},
             {-32097, "eth_call", "Rate limit reached"},
             {-32000, "eth_call", "Capacity exceeded, request rate exceeded, apply for a higher tier"},
             {-32090, "eth_call", "Too many requests, retry in 10s"},
             {-32000, "eth_call", "error code: 1015"},
             {-32001, "eth_call", "rate limited"},
             {-32000, "eth_call", "rate-limited"},
             {-32000, "eth_call", "You are being rate limited"},
             {-32005, "eth_call", "limit exceeded"},
             {-32005, "eth_call", "request limit exceeded"},
             {-32000, "eth_call", "Service requests limit exceeded"},
             {-32000, "eth_call", "exceeded maximum retries / requests quota"},
             {-32000, "eth_call", "out of CU"},
             {-32000, "eth_call", "You have exceeded your daily request limit"},
             {-32000, "eth_call", "usage limit reached"},
             {-32000, "eth_call", "your plan's requests quota has been exhausted"},
             {-32000, "eth_call", "Max RPS reached"},
             {-32000, "eth_call", "request rate exceeded"},
             {-32000, "eth_call", "cu rate exceeded"},
             {-32005, "eth_call", "ExceededCUPS"},
             {-32000, "eth_call", "concurrency limit reached"},
             {-32000, "eth_call", "too many concurrent requests"},
             {-32000, "eth_call", "too many connections"},
             {-32009, "eth_call", "Server is busy, try again later"},
             {-32000, "eth_call", "call rate limit exhausted"},
             {-32000, "eth_call", "Request throttled"},
             {-32000, "eth_call", "slow down"},
             {-32000, "eth_call", "reached request capacity"},
             {-32000, "eth_call", "You've hit the limit for your current plan"},
             {-32000, "eth_sendRawTransaction", "daily request limit reached"},
             {-32005, "eth_sendRawTransaction", "limit exceeded"},
             {-32000, "eth_sendRawTransaction", "Too many requests"},
         })
        expect_one_of(wanted, said);
}

TEST(NodesSay, AContractsReasonBehindTheWordsOfWhoeverPassesItOn) {
    for (const auto& said : std::initializer_list<Said>{
             {-32000, "eth_estimateGas", "rpc error: code = Unknown desc = execution reverted: ERC20: no"},
             {-32000, "eth_estimateGas", "rpc error: code = Internal desc = execution reverted"},
             {-32603, "eth_call", "Internal error: execution reverted"},
             {-32603, "eth_call", "Internal JSON-RPC error. execution reverted"},
             {-32000, "eth_call", "unexpected error: execution reverted"},
             {-32000, "eth_call", "upstream request failed: execution reverted"},
             {-32000, "eth_call", "provider call failed: execution reverted: timeout"}}) {
        expect_one_of({ErrorClass::execution}, said);
    }
    expect_one_of({ErrorClass::store_gone},
                  {-32000, "eth_call", "failed to revert to snapshot: database closed"});
    expect_one_of({ErrorClass::other, ErrorClass::execution},
                  {-32000, "eth_call", "rpc error: code = Unknown desc = stack underflow"});
}

TEST(NodesSay, WhatIsWrongWithParamsOrWithASenderIsNotTheNodes) {
    expect_one_of({ErrorClass::request}, {-32602, "debug_traceCall", "tracer timeout must be positive"});
    expect_one_of({ErrorClass::request}, {-32602, "debug_traceCall", "invalid timeout: x"});
    expect_one_of({ErrorClass::other},
                  {-32000, "eth_sendRawTransaction", "address is blacklisted: access denied"});
    expect_one_of({ErrorClass::not_allowed}, {-32000, "eth_call", "access denied"});
}

} // namespace
} // namespace weir::chain
