// What clients and providers say of themselves. Data of chain/error_words, included nowhere else. Most of it
// is said in too many ways to be listed: what something is about, and what is said of it, stand apart then.
#pragma once

#include <array>
#include <string_view>

namespace weir::chain::words {

using Phrase = std::string_view;

inline constexpr std::array rate{
    Phrase("rate limit"),
    Phrase("ratelimit"),
    Phrase("rate exceeded"),    // Infura: "project ID request rate exceeded"
    Phrase("too many request"), // dRPC: "Too many request, try again later"
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
    Phrase("error code: 1015"), // Cloudflare, so LlamaRPC and many more
    Phrase("slow down|"),
    Phrase("exceeded CU"), // NodeReal: ExceededCU, ExceededCUPS
    Phrase("out of CU"),
    Phrase("too many connections"),
};

// The same by what there is too much of: "You've exceeded the RPS limit" (Chainstack), "exceeded its
// throughput limit", "exceeded its concurrent requests capacity" (Alchemy), "daily limit reached".
inline constexpr std::array measured{
    Phrase("rps|"),  Phrase("throughput"), Phrase("concurren"),    Phrase("quota"),
    Phrase("daily"), Phrase("monthly"),    Phrase("credits"),      Phrase("cu|"),
    Phrase("cups|"), Phrase("bandwidth"),  Phrase("request rate"),
};
inline constexpr std::array used_up{
    Phrase("limit"),    Phrase("exceed"),  Phrase("exhaust"),  Phrase("reached"),
    Phrase("too many"), Phrase("used up"), Phrase("capacity"),
};

// A plan, said less clearly; of a call without bounds it may be its size.
inline constexpr std::array plan{
    Phrase("limit exceeded"), // the name of -32005 in EIP-1474
    Phrase("limit reached"),      Phrase("limits reached"),   Phrase("reached the free tier"),
    Phrase("upgrade your tier"),  Phrase("request capacity"), Phrase("limit for your current plan"),
    Phrase("exceeded your plan"), Phrase("usage limit"),      Phrase("exceeded your limit"),
};

// The node is not there yet.
inline constexpr std::array ahead{
    Phrase("after last accepted block"), // Avalanche
    Phrase("beyond head block"),         // go-ethereum, eth_feeHistory
    Phrase("greater than latest"),
    Phrase("greater than the latest"),
    Phrase("higher than latest"),
    Phrase("higher than the latest"),
    Phrase("height must be less than or equal"), // EVMs on Cosmos
    Phrase("less than or equal to the current blockchain height"),
    Phrase("maximum proof window"), // Reth: of how many blocks it keeps what proofs need
};
inline constexpr std::array placed{
    Phrase("block"), Phrase("range|"), Phrase("epoch"), Phrase("tipset"), Phrase("height"),
};
/// "block range extends beyond current head block" (go-ethereum, eth_getLogs, execution-apis#875),
/// "requested a future epoch (beyond 'latest')" (Lotus).
inline constexpr std::array not_yet{
    Phrase("beyond"),          Phrase("not yet"),      Phrase("in future"),    Phrase("in the future"),
    Phrase("is for a future"), Phrase("future block"), Phrase("future epoch"),
};

inline constexpr std::array missing{
    Phrase("unknown block"),
    Phrase("missing trie node"),
    Phrase("pruned"),
    Phrase("pruning"),           // go-ethereum: "old data not available due to pruning"
    Phrase("has been purged"),   // Erigon
    Phrase("already discarded"), // Frontier: "State already discarded for"
    Phrase("no historical"),
    Phrase("historical state"),
    Phrase("historical backend"), // op-geth
    Phrase("state unavailable"),  // Besu: "World state unavailable"
    Phrase("4444|"),              // EIP-4444
    Phrase("pre-merge history"),
    Phrase("could not find block"),
    Phrase("no block found"),
    Phrase("no state found"),     // Reth
    Phrase("could not be found"), // Nethermind
    Phrase("cannot be found"),    // Nethermind: "one of the blocks specified in filter … cannot be found"
    Phrase("could not find"),     // Lotus: "ipld: could not find bafy…"
    Phrase("cannot find"),        // Nethermind: "Cannot find block hash", Cronos "cannot find EVM IAVL store"
    Phrase("requested epoch was not found"),
    Phrase("block is out of range"),
    Phrase("block number out of range"),
    Phrase("block out of range"),   // Parity: BlockOutOfRange
    Phrase("invalid block height"), // EVMs on Cosmos
    Phrase("invalid blockhash finalized"),
    Phrase("cannot query unfinalized"),
    Phrase("genesis is not traceable"),
    Phrase("genesis not found"),
    Phrase("no state available"),
    Phrase("trie does not"),
    Phrase("not currently canonical"),
    Phrase("requested data is not available"),
    Phrase("transaction not found"),
    Phrase("parent missing"),                      // go-ethereum: "block 5 found, but parent missing"
    Phrase("tipset state"),                        // Lotus: "failed to compute tipset state"
    Phrase("failed to load state"),                // Lotus, 0g
    Phrase("failed to get tipset"),                // Lotus
    Phrase("bad tipset height"),                   // Lotus
    Phrase("unsupported block number"),            // Arbitrum
    Phrase("does not maintain archive"),           // Fantom
    Phrase("evm module does not exist"),           // Sei
    Phrase("available only for the latest block"), // Erigon, eth_getProof
    Phrase("block is too old"),                    // Erigon, eth_getProof
    Phrase("not a supported commitment"),
};

/// What a node may lack, and how it says so: "header for hash not found", "block #123 not found",
/// "history is not fully indexed", "the block … has not been processed yet".
inline constexpr std::array data{
    Phrase("header"),   Phrase("block"),
    Phrase("state|"),   Phrase("states|"),
    Phrase("history"),  Phrase("histories"),
    Phrase("receipt"),  Phrase("tipset"),
    Phrase("epoch"),    Phrase("trie|"),
    Phrase("body"),     Phrase("height"),
    Phrase("version"),  Phrase("transaction index"),
    Phrase("metadata"), Phrase("log index"),
};
inline constexpr std::array lacking{
    Phrase("not found"),          Phrase("not available"),
    Phrase("is unavailable"),     Phrase("are unavailable"),
    Phrase("unavailable"),        Phrase("does not exist"),
    Phrase("not fully indexed"),  Phrase("indexed yet"),
    Phrase("been fully indexed"), Phrase("indexing is in progress"),
    Phrase("not been processed"), Phrase("no longer available"),
    Phrase("not yet available"),  Phrase("not yet indexed"),
};
/// A block by a name that a node does not know: "safe is not a supported …", "pending tag is not supported".
inline constexpr std::array tags{
    Phrase("pending"),          Phrase("safe|"),   Phrase("finalized"),  Phrase("tag|"),
    Phrase("transaction type"), Phrase("tx type"), Phrase("tx of type"), Phrase("account"),
};
inline constexpr std::array unsupported{
    Phrase("not supported"),
    Phrase("unsupported"),
    Phrase("not a supported"),
    Phrase("does not exist"),
};

// The whole of a node's store is gone: nothing that it says of the chain can be right for long.
inline constexpr std::array store_gone{
    Phrase("database closed"), // go-ethereum ethdb
    Phrase("database is closed"),
    Phrase("database not open"),
    Phrase("db closed"),
    Phrase("pebble: closed"),
    Phrase("leveldb: closed"),
    Phrase("no space left"),
    Phrase("not enough space"),
    Phrase("disk full"),
    Phrase("disk is full"),
    Phrase("disk quota"),
    Phrase("disk I/O error"), // SQLite
    Phrase("disk image is malformed"),
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
inline constexpr std::array store_failed{
    Phrase("pebble"),       // go-ethereum
    Phrase("leveldb"),      // go-ethereum, BSC, Bor
    Phrase("goleveldb"),    //
    Phrase("ethdb"),        // go-ethereum
    Phrase("freezer"),      // go-ethereum: the ancient store
    Phrase("ancient"),      //
    Phrase("mdbx"),         // Erigon, Reth
    Phrase("libmdbx"),      //
    Phrase("lmdb"),         // older Erigon
    Phrase("rocksdb"),      // Besu, Nethermind, OpenEthereum, zkSync
    Phrase("sqlite"),       //
    Phrase("badger"),       // Lotus
    Phrase("bolt db"),      //
    Phrase("database err"), // "database error", "DatabaseError(…)" (Reth)
    Phrase("database failure"),
    Phrase("database is locked"),
    Phrase("db error"),
    Phrase("failed to retrieve log"), // go-ethereum, core/filtermaps
    Phrase("method handler crashed"), // go-ethereum rpc/service.go: a panic of its own
    Phrase("snapshot stale"),         // go-ethereum core/state/snapshot
    Phrase("layer stale"),            // go-ethereum triedb/pathdb
};

inline constexpr std::array not_allowed{
    Phrase("unauthorized"),
    Phrase("invalid api key"),
    Phrase("key is inactive"),
    Phrase("must be authenticated"), // Alchemy
    Phrase("authentication required"),
    Phrase("not included in your current plan"), // Chainstack
    Phrase("available on your current plan"),    // Chainstack
    Phrase("personal token"),                    // PublicNode: archive requests
    Phrase("not have access"),                   // Infura: "project ID does not have access to archive state"
    Phrase("invalid token"),
    Phrase("token is invalid"), // dRPC
};
/// Of a transaction it may be the sender that is kept out, whoever asks: "address is blacklisted: access
/// denied".
inline constexpr std::array kept_out{
    Phrase("access denied"),
    Phrase("permission denied"),
    Phrase("forbidden|"),
    Phrase("token expired"),
};
/// "API key disabled", "API key is not allowed to access blockchain" (Ankr), "invalid project id", "rejected
/// due to project ID settings" (Infura), "apikey is on another chain" (BlockPI).
inline constexpr std::array keys{
    Phrase("api key"), Phrase("apikey"), Phrase("access key"), Phrase("project id"), Phrase("access token"),
};
inline constexpr std::array not_taken{
    Phrase("invalid"),       Phrase("not allowed"), Phrase("disabled"), Phrase("expired"),
    Phrase("unknown"),       Phrase("missing"),     Phrase("rejected"), Phrase("required"),
    Phrase("inactive"),      Phrase("not found"),   Phrase("revoked"),  Phrase("suspended"),
    Phrase("another chain"), Phrase("not valid"),
};

inline constexpr std::array not_ready{
    Phrase("syncing"), Phrase("sync in progress"), Phrase("not in sync"),
    Phrase("not yet in sync"), // Besu
    Phrase("catching up"),
    Phrase("bootstrapp"), // Avalanche: "chain is not done bootstrapping"
    Phrase("node is not ready"),
    Phrase("initial sync"), // Besu
    Phrase("starting up"), Phrase("shutting down"), Phrase("not ready"),
    Phrase("no server available"), // Arbitrum, Erigon's gateways
    Phrase("service unavailable"),
    Phrase("temporarily"),  // Arbitrum: "sequencer temporarily not available"
    Phrase("at this time"), // Alchemy: "Unable to complete request at this time."
    Phrase("try again later"),
    Phrase("please try again"), // Arbitrum, op-geth
    Phrase("please retry"),     // dRPC: "Temporary internal error. Please retry"
    Phrase("bad gateway"), Phrase("under too much load"), Phrase("overloaded"),
    Phrase("over capacity"), // proxyd
    Phrase("execution timeout"),
    Phrase("execution aborted"),            // go-ethereum: "execution aborted (timeout = 5s)"
    Phrase("cannot fulfill request"),       // Cloudflare, -32046
    Phrase("can t route your request"),     // dRPC
    Phrase("last block number from state"), // zkEVM
    // The pool of this node is full, or off; another one's may not be.
    Phrase("pool is full"),    // Conflux
    Phrase("txpool is full"),  // go-ethereum
    Phrase("mempool is full"), // CometBFT
    Phrase("pool full"),       // Arbitrum: "sequencer pending tx pool full, please try again"
    Phrase("queue full"),      // Arbitrum
    Phrase("too many transactions in the queue"), // Parity
    Phrase("txpool disabled"),                    // Erigon
    Phrase("pool not enabled"),                   // Besu
};
/// A time that ran out. As -32005 of a call without bounds it is about the size (Infura: "query timeout
/// exceeded").
inline constexpr std::array timeouts{
    Phrase("timeout"),
    Phrase("timed out"),
    Phrase("time-out"),
    Phrase("time out|"),
};
/// Who cannot, and what is the matter: "no backends available for method", "backend is currently not healthy"
/// (proxyd), "no synced servers", "all upstreams failed", "Network error" (QuickNode).
inline constexpr std::array servers{
    Phrase("node|"),    Phrase("nodes|"),     Phrase("server"),    Phrase("backend"), Phrase("upstream"),
    Phrase("provider"), Phrase("sequencer"),  Phrase("service"),   Phrase("gateway"), Phrase("origin|"),
    Phrase("network"),  Phrase("connection"), Phrase("client is"), Phrase("system"),
};
inline constexpr std::array failing{
    Phrase("not synced"),       Phrase("no synced"),    Phrase("unsynced"),
    Phrase("servers synced"),   Phrase("behind"),       Phrase("busy"),
    Phrase("offline"),          Phrase("down|"),        Phrase("not available"),
    Phrase("unavailable"),      Phrase("no available"), Phrase("available for"),
    Phrase("healthy"),          Phrase("unhealthy"),    Phrase("failed"),
    Phrase("failure"),          Phrase("no response"),  Phrase("response from"),
    Phrase("unreachable"),      Phrase("closed"),       Phrase("lost|"),
    Phrase("invalid response"), Phrase("unexpected"),   Phrase("connect error"),
    Phrase("network error"),    Phrase("error$"),
};
/// The name of -32603, said with another code.
inline constexpr std::array internal{
    Phrase("internal error"), Phrase("internal server error"), Phrase("internal json-rpc error"),
    Phrase("server error"),   Phrase("unexpected error"),      Phrase("internal blocking task"),
};

// It broke off what it was doing, or lost what it needs for it.
inline constexpr std::array broke_off{
    Phrase("context deadline exceeded"), // Go: Erigon's rpcdaemon, Lotus, proxies written in it
    Phrase("context canceled"),
    Phrase("request canceled"), // Go, net/http
    Phrase("i/o timeout"), Phrase("broken pipe"), Phrase("connection reset"), Phrase("connection refused"),
    Phrase("ECONN"), // Node.js: ECONNRESET, ECONNREFUSED
    Phrase("ETIMEDOUT"), Phrase("socket hang up"), Phrase("fetch failed"), Phrase("no such host"),
    Phrase("no route to host"), Phrase("network is unreachable"),
    // gRPC between parts of Erigon and of others, by its code. "Unknown" and "InvalidArgument" are of the
    // call.
    Phrase("rpc error: code unavailable"), Phrase("rpc error: code deadline exceeded"),
    Phrase("rpc error: code internal"), Phrase("rpc error: code resource exhausted"),
    Phrase("rpc error: code aborted"), Phrase("rpc error: code canceled"),
    Phrase("rpc error: code data loss"), Phrase("out of memory"), Phrase("cannot allocate memory"),
    Phrase("runtime error"), // Go: a panic
    Phrase("nil pointer"),
    Phrase("panicked"), // Rust
};

inline constexpr std::array no_method{
    Phrase("method not found"),      Phrase("does not exist"),
    Phrase("not supported"),
    Phrase("unsupported method"), // Alchemy, with -32600
    Phrase("is disabled"),           Phrase("not whitelisted"),
    Phrase("not allowed to access"),
    Phrase("method not enabled"), // Besu, -32604
    Phrase("no such method"),        Phrase("unknown method"),
    Phrase("unrecognized method"),   Phrase("method handler not found"),
    Phrase("not implemented"),
};
inline constexpr std::array methods{
    Phrase("method"),
    Phrase("module"),
    Phrase("namespace"),
    Phrase("api|"),
};
inline constexpr std::array not_there{
    Phrase("does not exist"), Phrase("not available"),   Phrase("not supported"),
    Phrase("disabled"),       Phrase("not enabled"),     Phrase("not whitelisted"),
    Phrase("not allowed"),    Phrase("not implemented"), Phrase("plan upgrade"),
};

inline constexpr std::array not_here{
    Phrase("is not available"),
};

inline constexpr std::array eof{
    Phrase("unexpected EOF"),
    Phrase("EOF$"),
};

} // namespace weir::chain::words
