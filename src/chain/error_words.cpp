#include "chain/error_words.hpp"

#include <array>

namespace weir::chain {

namespace {

using Phrase = std::string_view;

// Another transaction has this one's place, or will not let it in: of the transaction itself nothing is
// known.
constexpr std::array refused{
    Phrase("replacement transaction underpriced"), // go-ethereum core/txpool/errors.go, Besu, Erigon, Reth
    Phrase("could not replace existing tx"),       // Erigon txpoolcfg NotReplaced
    Phrase("replacement not allowed"),             // Nethermind AcceptTxResult
    Phrase("transaction underpriced"),             // go-ethereum, Nethermind
    Phrase("another transaction with same nonce"), // Parity, OpenEthereum
    Phrase("another tx which has the same nonce"), // Klaytn
    Phrase("replace by fee"),            // Lotus: "already in mpool, increase GasPremium … to trigger"
    Phrase("address already reserved"),  // go-ethereum, blob pool
    Phrase("nonce too high"),            // go-ethereum, Besu, zkSync
    Phrase("nonce gap"),                 // Nethermind NonceGap; Lotus "unfulfilled nonce gap"
    Phrase("nonce too far in future"),   // Nethermind
    Phrase("nonce is too distant"),      // Besu
    Phrase("sender is over rate limit"), // OP sequencers: about the sender, not about the caller
};

// These very bytes are there already.
constexpr std::array known{
    Phrase("already known"), // go-ethereum, Reth, Erigon ("ALREADY_EXISTS: already known"), Nethermind
                             // (AlreadyKnown, nethermind#4148, #12153), Arbitrum, OP, coreth, BSC, Bor, Edge
    Phrase("known transaction"),              // go-ethereum before 1.9.16, Besu, Klaytn, Harmony, Hardhat;
                                              // zkSync "known transaction. transaction with hash …"
    Phrase("already in the system"),          // zkSync
    Phrase("already imported"),               // Parity ("same hash was already imported", -32010), Reth,
                                              // Anvil, Substrate's Pool(AlreadyImported) (Moonbeam)
    Phrase("existing tx with same hash"),     // Erigon txpoolcfg DuplicateHash
    Phrase("existing txn with same hash"),    // Erigon 3
    Phrase("transaction with the same hash"), // Parity
    Phrase("already exists in cache"),        // CometBFT (Ethermint, Cronos, Sei): "tx already exists in …"
    Phrase("already in mpool"),               // Filecoin: Lotus, Venus
    Phrase("message with nonce already exists"), // Lotus ErrExistingNonce: the same message
    Phrase("already in mempool"),                // Avalanche, CometBFT
    Phrase("already in the mempool"), Phrase("already exists in mempool"),
    Phrase("already exists in the mempool"), Phrase("already in pool"), Phrase("already in the pool"),
    Phrase("already in txpool"), Phrase("already in the txpool"), Phrase("already in transaction pool"),
    Phrase("already have transaction"), Phrase("transaction already exist"),
    Phrase("tx already exist"),              // Conflux
    Phrase("duplicate transaction"),         // Hedera; TRON DUP_TRANSACTION_ERROR
    Phrase("dup transaction error"),         //
    Phrase("transaction already finalized"), // Harmony
};

// Its nonce is used: by itself, perhaps.
constexpr std::array old_nonce{
    Phrase("nonce too low"),    // go-ethereum, Besu, Erigon, Reth, Nethermind, coreth, zkSync, Arbitrum
    Phrase("nonce is too low"), // Parity: "Transaction nonce is too low. Try incrementing the nonce."
    Phrase("old nonce"),        // Nethermind OldNonce (-32010, -32000)
    Phrase("nonce has already been used"),
    Phrase("nonce already used"),        // Nethermind OwnNonceAlreadyUsed
    Phrase("wrong transaction nonce"),   // Nethermind before 2025
    Phrase("invalid transaction nonce"), // Arbitrum before Nitro, for low and high alike
    Phrase("invalid nonce"),             // Ethermint: "invalid nonce; got 1, expected 2"
    Phrase("stale nonce"),               // Conflux
    Phrase("pool stale"),                // Substrate: Pool(Stale)
    Phrase("invalid transaction stale"), // Substrate
    Phrase("transaction is outdated"),   // Substrate
    Phrase("minimum expected nonce"),    // Lotus
};

constexpr std::array executed{
    Phrase("execution reverted"),
    Phrase("reverted"),
    Phrase("VM execution error"),
    Phrase("VM exception"),
    Phrase("EVM error"),
    Phrase("out of gas"),
    Phrase("gas too low"),
    Phrase("insufficient funds"),
    Phrase("insufficient balance"),
    Phrase("intrinsic gas"),
    Phrase("transaction fee too low"),
    Phrase("fee too low"), // Nethermind: FeeTooLow, FeeTooLowToCompete
    Phrase("invalid opcode"),
    Phrase("exceeds block gas limit"),
    Phrase("gas limit exceeded|"), // Nethermind GasLimitExceeded
    Phrase("invalid sender"),
    Phrase("less than block base fee"),
    Phrase("exceeds the configured cap"),
    // Besu's RpcErrorType, whose codes mean other things elsewhere
    Phrase("invalid signature"),
    Phrase("wrong chain id"),
    Phrase("invalid chain id"),
    Phrase("upfront cost exceeds"),
    Phrase("gas price below"),
    Phrase("fee cap exceeded"),
    Phrase("not authorized to send transactions"),
};

constexpr std::array execution_rows{
    ErrorWords{ErrorClass::nonce, refused},
    ErrorWords{ErrorClass::known_transaction, known},
    ErrorWords{ErrorClass::nonce_too_low, old_nonce},
    ErrorWords{ErrorClass::execution, executed},
};

constexpr std::array rate{
    Phrase("rate limit"),
    Phrase("rate exceeded"), // Infura: "project ID request rate exceeded"
    Phrase("too many requests"),
    Phrase("exceeded the quota"),
    Phrase("quota exceeded"),
    Phrase("reached the quota"),
    Phrase("request count exceeded"), // Infura: "daily request count exceeded"
    Phrase("request limit"),          // QuickNode: "50/second request limit reached"
    Phrase("requests limited to"),    // QuickNode: "trace requests limited to 25/second"
    Phrase("credits limited to"),     // QuickNode (-32012): "credits limited to 6000/sec"
    Phrase("monthly capacity limit"), // Alchemy
    Phrase("compute units"),          // Alchemy: "exceeded its compute units per second capacity"
    Phrase("per second"),
    Phrase("requests per"),
    Phrase("requests/s|"),
    Phrase("requests/sec"),
    Phrase("throttled"),
    Phrase("throttling"),
};

// Why eth_getLogs and the like are refused. ponder's getLogsRetryHelper, eRPC's error normalizer.
constexpr std::array large{
    Phrase("block range"),  // go-ethereum --rpc.rangelimit, Erigon, Reth ("query exceeds max block range"),
                            // BSC and PublicNode ("exceed maximum block range"), Base, Chainstack, Alchemy
                            // ("this block range should work"), Infura ("Try with this block range"),
                            // Ankr ("block range is too wide"), BlockPI, Moonbeam, Somnia, Swell
    Phrase("blocks range"), // QuickNode: "limited to a 10,000 blocks range"
    Phrase("range too large"),       // OP, Base
    Phrase("range is too large"),    // Merkle: "eth_getLogs range is too large, max is 10k blocks"
    Phrase("range too wide"),        //
    Phrase("range is too wide"),     //
    Phrase("range limit"),           // Besu: "Requested range exceeds maximum RPC range limit"; Chainstack
    Phrase("exceeds the range"),     // BlastAPI: "exceeds the range allowed for your plan"
    Phrase("max range"),             // Cloudflare: "Max range: 800"
    Phrase("ranges over"),           // dRPC: "ranges over 10000 blocks are not supported on freetier"
    Phrase("block span"),            //
    Phrase("too many blocks"),       // Avalanche: "requested too many blocks from … to …"
    Phrase("requested blocks is"),   // thirdweb: "Maximum allowed number of requested blocks is"
    Phrase("blocks distance"),       // Ankr: "maximum [from, to] blocks distance"
    Phrase("is limited to"),         // QuickNode, 1RPC, BlastAPI: "eth_getLogs is limited to a 10,000 range"
    Phrase("are limited to"),        //
    Phrase("limit the query to"),    // Coinbase: "please limit the query to at most 1,000 blocks"
    Phrase("query must be smaller"), // Harmony
    Phrase("query returned more than"), // Infura, zkEVM, Polygon
    Phrase("matched by query exceeds"), // Arbitrum: "logs matched by query exceeds limit of 10000"
    Phrase("query exceeds"),            // LlamaNodes, Ankr, Reth: "query exceeds max results 20000"
    Phrase("exceeds max results"),      //
    Phrase("exceed max topics"),        // go-ethereum
    Phrase("exceed max addresses"),     // go-ethereum
    Phrase("max number of addresses"),  // go-ethereum: "… or topics per search position"
    Phrase("less number of address"),   // several providers: "specify less number of address"
    Phrase("too many results"),         //
    Phrase("too many logs"),            // Nethermind: "Too many logs requested. Max logs per response is …"
    Phrase("too many topics"),          //
    Phrase("too many addresses"),       //
    Phrase("logs over more"),           //
    Phrase("log response size exceeded"), // Alchemy
    Phrase("response too large"),         // OP: "backend response too large"
    Phrase("response is too large"),      //
    Phrase("response is too big"),        // jsonrpsee, so Reth and others: "Response is too big"
    Phrase("response size should not"),   // 1RPC
    Phrase("response size exceed"),       //
    Phrase("result too large"),           //
    Phrase("result set too large"),       //
    Phrase("too large request"),          // Besu
    Phrase("try paginating"),             //
};

constexpr std::array missing{
    Phrase("header not found"),
    Phrase("block not found"), // also finalized, safe, pending …
    Phrase("unknown block"),
    Phrase("missing trie node"),
    Phrase("pruned"),
    Phrase("no historical"),
    Phrase("is not available"),
    Phrase("historical state"),
    Phrase("state unavailable"), // Besu: "World state unavailable"
    Phrase("4444|"),             // EIP-4444
    Phrase("pre-merge history"),
    Phrase("could not find block"),
    Phrase("cannot be found"), // Nethermind: "one of the blocks specified in filter … cannot be found"
    Phrase("block is out of range"),
    Phrase("block number out of range"),
    Phrase("block out of range"),   // Parity: BlockOutOfRange
    Phrase("invalid block height"), // EVMs on Cosmos
    Phrase("beyond head block"),    // go-ethereum, eth_feeHistory
    Phrase("height must be less than or equal"),
    Phrase("invalid blockhash finalized"),
    Phrase("cannot query unfinalized"),
    Phrase("genesis is not traceable"),
    Phrase("after last accepted block"), // Avalanche
    Phrase("no state available"),
    Phrase("trie does not"),
    Phrase("greater than latest"),
    Phrase("not currently canonical"),
    Phrase("requested data is not available"),
    Phrase("transaction not found"),
};

// The whole of a node's store is gone: nothing that it says of the chain can be right for long.
constexpr std::array store_gone{
    Phrase("database closed"), // go-ethereum ethdb
    Phrase("database is closed"),
    Phrase("database not open"),
    Phrase("db closed"),
    Phrase("pebble: closed"),
    Phrase("leveldb: closed"),
    Phrase("no space left"),
    Phrase("disk full"),
    Phrase("disk is full"),
    Phrase("disk quota"),
    Phrase("read-only file system"),
    Phrase("input/output error"),
    Phrase("too many open files"),
    Phrase("MDBX_MAP_FULL"), // erigon#2545
    Phrase("MDBX_PANIC"),    // erigon#4873
    Phrase("MDBX_CORRUPTED"),
    Phrase("database corrupted"),
    Phrase("database is corrupted"),
    Phrase("corruption"), // RocksDB: "Corruption: block checksum mismatch"
};

// Something in a node's store failed: one record of one index, as after a crash (go-ethereum's log index) or
// where a client has pruned more than it tells (bsc#2179).
constexpr std::array store_failed{
    Phrase("pebble"),       // go-ethereum
    Phrase("leveldb"),      // go-ethereum, BSC, Bor
    Phrase("goleveldb"),    //
    Phrase("mdbx"),         // Erigon, Reth
    Phrase("libmdbx"),      //
    Phrase("lmdb"),         // older Erigon
    Phrase("rocksdb"),      // Besu, Nethermind, OpenEthereum, zkSync
    Phrase("badger"),       // Lotus
    Phrase("bolt db"),      //
    Phrase("database err"), // "database error", "DatabaseError(…)" (Reth)
    Phrase("database failure"),
    Phrase("db error"),
    Phrase("failed to retrieve log"), // go-ethereum, core/filtermaps
    Phrase("method handler crashed"), // go-ethereum rpc/service.go: a panic of its own
};

constexpr std::array plan{
    Phrase("limit exceeded"), // the name of -32005 in EIP-1474
    Phrase("limit reached"),
    Phrase("reached the free tier"),
    Phrase("upgrade your tier"),
};

constexpr std::array not_allowed{
    Phrase("unauthorized"),
    Phrase("invalid api key"),
    Phrase("key is inactive"),
    Phrase("must be authenticated"),
    Phrase("not included in your current plan"),
};

constexpr std::array not_ready{
    Phrase("syncing"),
    Phrase("node is not ready"),
    Phrase("initial sync"),
    Phrase("no server available"),
    Phrase("no backend is currently healthy"), // proxyd, in front of OP and Base
    Phrase("service unavailable"),
    Phrase("temporarily unavailable"),
    Phrase("bad gateway"),
    Phrase("gateway timeout"),
    Phrase("gateway time-out"),
    Phrase("under too much load"),
    Phrase("execution timeout"),
    Phrase("execution aborted"), // go-ethereum: "execution aborted (timeout = 5s)"
    Phrase("request timed out"),
    Phrase("timeout expired"), // Besu TIMEOUT_ERROR
};

constexpr std::array request{
    Phrase("invalid params"),
    Phrase("invalid argument"),
    Phrase("param is required"),
    Phrase("validation errors"),
    Phrase("invalid type"),
    Phrase("malformed blocknumber"),
    Phrase("rlp|"),
    Phrase("typed transaction too short"),
    Phrase("transaction type not supported"),
};

// It broke off what it was doing, or lost what it needs for it.
constexpr std::array broke_off{
    Phrase("context deadline exceeded"), // Go: Erigon's rpcdaemon, Lotus, proxies written in it
    Phrase("context canceled"),          Phrase("i/o timeout"),        Phrase("broken pipe"),
    Phrase("connection reset by peer"),  Phrase("connection refused"),
};

constexpr std::array rows{
    ErrorWords{ErrorClass::too_large, large},       ErrorWords{ErrorClass::missing_data, missing},
    ErrorWords{ErrorClass::store_gone, store_gone}, ErrorWords{ErrorClass::trouble, store_failed},
    ErrorWords{ErrorClass::rate_limit, plan},       ErrorWords{ErrorClass::not_allowed, not_allowed},
    ErrorWords{ErrorClass::not_ready, not_ready},   ErrorWords{ErrorClass::request, request},
    ErrorWords{ErrorClass::trouble, broke_off},
};

constexpr std::array no_method{
    Phrase("method not found"),      Phrase("does not exist"),  Phrase("not supported"),
    Phrase("unsupported method"), // Alchemy, with -32600
    Phrase("is disabled"),           Phrase("not whitelisted"), Phrase("not allowed to access"),
    Phrase("method not enabled"), // Besu, -32604
    Phrase("method is not enabled"), Phrase("no such method"),  Phrase("unknown method"),
};

constexpr std::array eof{
    Phrase("unexpected EOF"),
    Phrase("EOF$"),
};

} // namespace

std::span<const ErrorWords> words_of_execution() {
    return execution_rows;
}
std::span<const std::string_view> words_of_rate() {
    return rate;
}
std::span<const ErrorWords> words_of_the_rest() {
    return rows;
}
std::span<const std::string_view> words_of_no_method() {
    return no_method;
}
std::span<const std::string_view> words_of_an_eof() {
    return eof;
}

} // namespace weir::chain
