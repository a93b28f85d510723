// What clients and providers really say, from their sources and from reports: docs/node-errors.md has both.
#include "chain/error_class.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace weir::chain {
namespace {

using enum ErrorClass;

struct Said {
    std::int64_t code;
    std::string_view message;
};

std::string_view class_of(const Said& said, std::string_view method) {
    return to_string(classify_error(said.code, said.message, traits_of(method)));
}

TEST(ErrorWords, AlreadyKnownInTheWordsOfEachClient) {
    for (const auto& said : std::vector<Said>{
             {-32000, "already known"},                              // go-ethereum, Reth, OP, BSC, Bor
             {-32000, "AlreadyKnown"},                               // Nethermind
             {-32010, "AlreadyKnown"},                               // Nethermind before 1.26
             {-32000, "Known transaction"},                          // Besu
             {-32000, "known transaction: 8f3c"},                    // go-ethereum 1.8
             {-32000, "ALREADY_EXISTS: already known"},              // Erigon
             {-32000, "INTERNAL_ERROR: existing tx with same hash"}, // Erigon
             {-32010, "Transaction with the same hash was already imported."},                 // Parity
             {-32603, "tx already exists in cache"},                                           // CometBFT
             {-32000, "already in mpool: validation failure"},                                 // Filecoin
             {1, "message with nonce already exists"},                                         // Lotus
             {3, "known transaction. transaction with hash 0xab is already in the system"},    // zkSync
             {-32603, "submit transaction to pool failed: Pool(AlreadyImported(Any { .. }))"}, // Moonbeam
             {-32000, "tx already in mempool"},                                                // Avalanche
             {-32000, "INTERNAL_ERROR: ALREADY   KNOWN"}, // zkEVM's pool, any spacing
             {-32003, "transaction already imported"}}) { // Anvil
        EXPECT_EQ(class_of(said, "eth_sendRawTransaction"), "known_transaction") << said.message;
    }
}

TEST(ErrorWords, AUsedNonceInTheWordsOfEachClient) {
    for (const auto& said : std::vector<Said>{
             {-32000, "nonce too low"},
             {-32001, "Nonce too low"}, // Besu
             {-32000, "OldNonce"},
             {-32010, "OldNonce, Current nonce: 12, nonce of rejected tx: 3"},
             {-32010, "Transaction nonce is too low. Try incrementing the nonce."},
             {-32000, "INTERNAL_ERROR: nonce too low"},
             {-32000, "nonce too low: address 0xab current nonce (7) > tx nonce (3)"}, // Avalanche
             {3, "nonce too low. allowed nonce range: 7 - 27, actual: 3"},             // zkSync
             {-32000, "invalid nonce; got 1, expected 2: invalid sequence"},           // Ethermint
             {-32603, "submit transaction to pool failed: InvalidTransaction(InvalidTransaction::Stale)"}}) {
        EXPECT_EQ(class_of(said, "eth_sendRawTransaction"), "nonce_too_low") << said.message;
    }
}

TEST(ErrorWords, WhatIsSaidOfAnotherTransactionIsNeverTakenForThisOne) {
    for (const auto& said : std::vector<Said>{
             {-32000, "replacement transaction underpriced"},
             {-32000, "unknown transaction"},
             {-32000, "INTERNAL_ERROR: could not replace existing tx"},
             {1,
              "message from f1ab with nonce 3 already in mpool, increase GasPremium to 5 from 4 to trigger "
              "replace by fee: replace by fee has too low GasPremium"}, // Lotus
             {-32010, "There is another transaction with same nonce in the queue"}}) {
        const auto named = class_of(said, "eth_sendRawTransaction");
        EXPECT_NE(named, "known_transaction") << said.message;
        EXPECT_NE(named, "nonce_too_low") << said.message;
    }
}

TEST(ErrorWords, TransactionsThatBesuRefusesAreNotTakenForARateOrAMethod) {
    for (const auto& said : std::vector<Said>{{-32002, "Invalid signature"},
                                              {-32004, "Upfront cost exceeds account balance"},
                                              {-32005, "Transaction gas limit exceeds block gas limit"},
                                              {-32007, "Sender account not authorized to send transactions"},
                                              {-32009, "Gas price below configured minimum gas price"}})
        EXPECT_EQ(class_of(said, "eth_sendRawTransaction"), "execution") << said.message;
}

TEST(ErrorWords, TooManyLogsInTheWordsOfEachProvider) {
    for (const auto& said : std::vector<Said>{
             {-32005,
              "query returned more than 10000 results. Try with this block range [0x1, 0x2]."}, // Infura
             {-32000, "exceed maximum block range: 50000"},        // PublicNode, BSC
             {-32000, "block range greater than 100 max"},         // go-ethereum, Swell
             {-32602, "block range is too wide"},                  // Ankr
             {-32600, "block range is too wide"},                  //
             {-32614, "eth_getLogs is limited to a 10,000 range"}, // QuickNode
             {-32602, "eth_getLogs and eth_newFilter are limited to a 10,000 blocks range"},
             {-32600,
              "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, "
              "this block range should work: [0x2710, 0x2903]"}, // Alchemy
             {-32602,
              "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range"},
             {-32005, "Requested range exceeds maximum RPC range limit"},                  // Besu
             {-32005, "Too many logs requested. Max logs per response is 20000."},         // Nethermind
             {-32602, "query exceeds max results 20000, retry with the range 1-2"},        // Reth
             {-32602, "query exceeds max block range 100000"},                             // Reth
             {-32008, "Response is too big"},                                              // jsonrpsee
             {-32000, "requested too many blocks from 1 to 5000, maximum is set to 2048"}, // Avalanche
             {-32000, "logs matched by query exceeds limit of 10000"},                     // Arbitrum
             {-32000, "backend response too large"},                                       // OP
             {-32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"},
             {-32005,
              "Block range limit exceeded. See more details at https://docs.chainstack.com/docs/limits"},
             {-32000, "ranges over 10000 blocks are not supported on freetier"}, // dRPC
             {-32000, "exceeds the range allowed for your plan (10000 > 500)"},  // BlastAPI
             {-32001, "response size should not greater than 10000000 bytes"},   // 1RPC
             {-32602, "Maximum allowed number of requested blocks is 2000"},     // thirdweb
             {-32000, "query must be smaller than size 1024"},                   // Harmony
             {-32000, "maximum [from, to] blocks distance: 1000"},               // Ankr
             {-32005, "limit exceeded"},                                         // bsc-dataseed
             {-32005, "words that no table has"}}) {
        const auto named = class_of(said, "eth_getLogs");
        EXPECT_TRUE(named == "too_large" || named == "request") << named << ' ' << said.message;
    }
}

TEST(ErrorWords, ARateOnEthGetLogsIsOneWhereTheWordsSaySo) {
    for (const auto& said : std::vector<Said>{{-32005, "project ID request rate exceeded"},
                                              {-32005, "daily request count exceeded, request rate limited"},
                                              {-32005, "Too Many Requests"},
                                              {-32007, "50/second request limit reached"},
                                              {-32012, "credits limited to 6000/sec"},
                                              {429, "exceeded its compute units per second capacity"}}) {
        EXPECT_EQ(class_of(said, "eth_getLogs"), "rate_limit") << said.message;
        EXPECT_EQ(class_of(said, "eth_call"), "rate_limit") << said.message;
    }
    EXPECT_EQ(class_of({-32005, "limit exceeded"}, "eth_call"), "rate_limit");
    EXPECT_EQ(class_of({-32005, ""}, "eth_call"), "rate_limit");
    EXPECT_EQ(class_of({-32005, ""}, "trace_filter"), "too_large");
    EXPECT_EQ(class_of({-32005, ""}, "erigon_getLogs"), "too_large");
}

TEST(ErrorWords, DatabaseAndDiskWordsAreTheNodesTrouble) {
    for (const auto& said :
         std::vector<Said>{{-32000, "failed to retrieve log value pointer for index 5: pebble: not found"},
                           {-32000, "pebble: not found"}, // bsc#2179
                           {-32000, "leveldb: not found"},
                           {-32000, "mdbx_txn_begin: MDBX_READERS_FULL: maximum number of readers reached"},
                           {-32000, "mdbx_cursor_get: invalid argument"},
                           {-32603, "RocksDbException: IO error"},
                           {-32603, "Internal error: DatabaseError(Read)"},
                           {-32000, "context deadline exceeded"},
                           {-32000, "rpc error: unexpected EOF"},
                           {-32000, "Post \\\"http://127.0.0.1:8551\\\": EOF"},
                           {-32000, "method handler crashed"}})
        EXPECT_EQ(class_of(said, "eth_getLogs"), "trouble") << said.message;
    for (const auto& said :
         std::vector<Said>{{-32000, "database closed"},
                           {-32000, "leveldb: closed"},
                           {-32000, "pebble: closed"},
                           {-32000, "write /data/geth/000123.log: no space left on device"},
                           {-32603, "MDBX_MAP_FULL: Environment mapsize limit reached"},
                           {-32603, "Corruption: block checksum mismatch"}})
        EXPECT_EQ(class_of(said, "eth_getLogs"), "store_gone") << said.message;
}

TEST(ErrorWords, WhatACallerCanCauseIsNotTakenForTrouble) {
    EXPECT_EQ(class_of({3, "execution reverted: pebble: closed"}, "eth_call"), "execution");
    EXPECT_EQ(class_of({-32000, "execution reverted: no space left"}, "eth_call"), "execution");
    EXPECT_EQ(class_of({3, "execution reverted: already known"}, "eth_sendRawTransaction"), "execution");
    EXPECT_EQ(class_of({3, "words unheard of"}, "eth_sendRawTransaction"), "execution");
    EXPECT_EQ(class_of({-32000, "missing trie node ab (path ) leveldb: not found"}, "eth_call"),
              "missing_data");
    EXPECT_EQ(class_of({-32602, "invalid argument 0: unexpected EOF"}, "eth_call"), "request");
    EXPECT_EQ(class_of({-32000, "unexpected EOF"}, "eth_sendRawTransaction"), "other")
        << "what go-ethereum's decoder says of a transaction that is cut off";
    EXPECT_EQ(class_of({-32000, "EOF container: invalid magic"}, "eth_call"), "other");
}

TEST(ErrorWords, NobodyCallsForARestWithWhatHeWroteIntoHisParams) {
    EXPECT_EQ(class_of({-32602, "unknown variant `rate limit`, expected one of latest"}, "eth_call"),
              "request");
    EXPECT_EQ(class_of({-32602, R"(cannot unmarshal \"too many requests\" into Go value)"}, "eth_call"),
              "request");
}

} // namespace
} // namespace weir::chain
