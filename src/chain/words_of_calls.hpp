// What clients and providers say of a call: of a transaction, of an execution, of a size. Data of
// chain/error_words, included nowhere else.
#pragma once

#include <array>
#include <string_view>

namespace weir::chain::words {

using Phrase = std::string_view;

// Another transaction has this one's place, or will not let it in: of the transaction itself nothing is
// known.
inline constexpr std::array refused{
    Phrase("replacement transaction underpriced"), // go-ethereum core/txpool/errors.go, Besu, Erigon, Reth
    Phrase("could not replace existing tx"),       // Erigon txpoolcfg NotReplaced
    Phrase("replacement not allowed"),             // Nethermind AcceptTxResult
    Phrase("tries to replace pending"),            // go-ethereum ErrFutureReplacePending
    Phrase("transaction underpriced"),             // go-ethereum, Nethermind
    Phrase("same nonce"),                          // Parity "another transaction with same nonce", Klaytn
    Phrase("nonce already in"),                    //
    Phrase("had higher priority"),                 // Monad
    Phrase("replace by fee"),            // Lotus: "already in mpool, increase GasPremium … to trigger"
    Phrase("already reserved"),          // go-ethereum: "address …" (blob pool), "authority …" (EIP-7702)
    Phrase("nonce too high"),            // go-ethereum, Besu, zkSync
    Phrase("nonce gap"),                 // Nethermind NonceGap; Lotus "unfulfilled nonce gap"
    Phrase("gapped nonce"),              // go-ethereum
    Phrase("nonce too far in future"),   // Nethermind
    Phrase("nonce is too distant"),      // Besu
    Phrase("sender is over rate limit"), // OP sequencers: about the sender, not about the caller
    Phrase("account limit exceeded"),    // go-ethereum: what one account may have in the pool
    Phrase("blob limit exceeded"),       // go-ethereum
    Phrase("in-flight transaction limit"), // go-ethereum, EIP-7702
};

// These very bytes are there already.
inline constexpr std::array known{
    Phrase("already known"), // go-ethereum, Reth, Erigon ("ALREADY_EXISTS: already known"), Nethermind
                             // (AlreadyKnown, nethermind#4148, #12153), Arbitrum, OP, coreth, BSC, Bor, Edge
    Phrase("known transaction"),              // go-ethereum before 1.9.16, Besu, Klaytn, Harmony, Hardhat;
                                              // zkSync "known transaction. transaction with hash …"
    Phrase("known tx|"),                      //
    Phrase("already in the system"),          // zkSync
    Phrase("already imported"),               // Parity ("same hash was already imported", -32010), Reth,
                                              // Anvil, Substrate's Pool(AlreadyImported) (Moonbeam)
    Phrase("existing tx with same hash"),     // Erigon txpoolcfg DuplicateHash
    Phrase("existing txn with same hash"),    // Erigon 3
    Phrase("transaction with same hash"),     //
    Phrase("transaction with the same hash"), // Parity
    Phrase("already exists in cache"),        // CometBFT (Ethermint, Cronos, Sei): "tx already exists in …"
    Phrase("already in mpool"),               // Filecoin: Lotus, Venus
    Phrase("message with nonce already exists"), // Lotus ErrExistingNonce: the same message
    Phrase("already in mempool"),                // Avalanche, CometBFT
    Phrase("already in the mempool"), Phrase("already exists in mempool"),
    Phrase("already exists in the mempool"), Phrase("already in pool"), Phrase("already in the pool"),
    Phrase("already present in"), Phrase("already in txpool"), Phrase("already in the txpool"),
    Phrase("already in transaction pool"), Phrase("already in queue"), Phrase("already in the queue"),
    Phrase("already have transaction"), Phrase("transaction already exist"),
    Phrase("transaction hash already exist"), Phrase("transaction is already exist"),
    Phrase("tx already exist"), // Conflux
    Phrase("txn already exist"), Phrase("transaction already pending"), Phrase("transaction already sent"),
    Phrase("transaction already submitted"), Phrase("already seen"),
    Phrase("duplicate transaction"),         // Hedera; TRON DUP_TRANSACTION_ERROR
    Phrase("duplicated transaction"),        //
    Phrase("duplicate tx"),                  //
    Phrase("tx duplicate"),                  //
    Phrase("dup transaction error"),         //
    Phrase("transaction already finalized"), // Harmony
    Phrase("transaction already mined"),     //
};

// Its nonce is used: by itself, perhaps.
inline constexpr std::array old_nonce{
    Phrase("nonce too low"),    // go-ethereum, Besu, Erigon, Reth, Nethermind, coreth, zkSync, Arbitrum
    Phrase("nonce is too low"), // Parity: "Transaction nonce is too low. Try incrementing the nonce."
    Phrase("nonce too small"),  //
    Phrase("nonce is lower"),   //
    Phrase("nonce lower"),      //
    Phrase("old nonce"),        // Nethermind OldNonce (-32010, -32000)
    Phrase("nonce has already been used"),
    Phrase("nonce already used"),        // Nethermind OwnNonceAlreadyUsed
    Phrase("correct nonce"),             // Ganache: "the tx doesn't have the correct nonce"; "incorrect …"
    Phrase("incorrect nonce"),           //
    Phrase("wrong transaction nonce"),   // Nethermind before 2025
    Phrase("invalid transaction nonce"), // Arbitrum before Nitro, for low and high alike
    Phrase("already exists"),            // who, it does not say; with "same nonce" it is another one
    Phrase("invalid nonce"),             // Ethermint: "invalid nonce; got 1, expected 2"
    Phrase("account sequence mismatch"), // Cosmos SDK, for low and high alike
    Phrase("stale nonce"),               // Conflux
    Phrase("pool stale"),                // Substrate: Pool(Stale)
    Phrase("invalid transaction stale"), // Substrate
    Phrase("transaction is outdated"),   // Substrate
    Phrase("minimum expected nonce"),    // Lotus
};

inline constexpr std::array executed{
    Phrase("VM execution error"),
    Phrase("VM exception"),
    Phrase("EVM error"),
    Phrase("out of gas"),
    Phrase("gas too low"),
    Phrase("gas required exceeds"), // go-ethereum, eth_estimateGas
    Phrase("gas cap exhausted"),    // go-ethereum, eth_simulateV1
    Phrase("stack limit reached"),  // go-ethereum
    Phrase("depth exceeded"),       // go-ethereum
    Phrase("insufficient funds"),
    Phrase("insufficient balance"),
    Phrase("not enough funds"), // Arbitrum, Lotus
    Phrase("intrinsic gas"),
    Phrase("transaction fee too low"),
    Phrase("fee too low"), // Nethermind: FeeTooLow, FeeTooLowToCompete
    Phrase("invalid opcode"),
    Phrase("exceeds block gas limit"),
    Phrase("gas limit exceeded"), // Nethermind GasLimitExceeded
    Phrase("gas limit reached"),  // go-ethereum core/error.go; Nethermind since 2025
    Phrase("gas limit too high"), // go-ethereum, EIP-7825
    Phrase("invalid sender"),
    Phrase("forbidden sender"), // Arbitrum
    Phrase("less than block base fee"),
    Phrase("exceeds the configured cap"),
    // Besu's RpcErrorType, whose codes mean other things elsewhere
    Phrase("invalid signature"),
    Phrase("wrong chain id"),
    Phrase("invalid chain id"),
    Phrase("chain id not supported"),
    Phrase("upfront cost exceeds"),
    Phrase("gas price below"),
    Phrase("fee cap exceeded"),
    Phrase("not authorized to send transactions"),
};

// Its bytes are no transaction.
inline constexpr std::array undecodable{
    Phrase("rlp|"),
    Phrase("typed transaction too short"),
    Phrase("transaction type not supported"),
};

// Why eth_getLogs and the like are refused. ponder's getLogsRetryHelper, eRPC's error normalizer.
inline constexpr std::array large{
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
    Phrase("query exceeds"),            // LlamaNodes, Ankr, Reth: "query exceeds max results 20000"
    Phrase("exceeds max results"),      //
    Phrase("exceed max topics"),        // go-ethereum
    Phrase("exceed max addresses"),     // go-ethereum
    Phrase("max number of addresses"),  // go-ethereum: "… or topics per search position"
    Phrase("less number of address"),   // several providers: "specify less number of address"
    Phrase("logs over more"),           //
    Phrase("response is too big"),      // jsonrpsee, so Reth and others: "Response is too big"
    Phrase("response size should not"), // 1RPC
    Phrase("too large request"),        // Besu
    Phrase("request is too big"),       // jsonrpsee: -32007, a rate for QuickNode
    Phrase("request too large"),        //
    Phrase("body too large"),           // proxyd: "request body too large"
    Phrase("content length too large"), // go-ethereum
    Phrase("try paginating"),           //
};

// The same by what is too large and that it is: "log count exceeds 10000", "range 1000000 exceeds limit of
// 10000" (Infura), "range between to and from heights is too large" (Lotus), "This query contains 5001
// filters. The current limit is 5000" (Infura), "Maximum number of logs exceeded" (Arbitrum: "logs matched by
// query exceeds limit of 10000"). Of a rate nothing of this is said.
inline constexpr std::array sized{
    Phrase("range|"),           Phrase("ranges|"),      Phrase("distance"), Phrase("logs"),
    Phrase("log count"),        Phrase("log response"), Phrase("query"),    Phrase("result"),
    Phrase("response"),         Phrase("traces"),       Phrase("topics"),   Phrase("addresses"),
    Phrase("number of blocks"), Phrase("from block"),   Phrase("returned"),
};
inline constexpr std::array oversized{
    Phrase("too large"),        Phrase("too big"),          Phrase("too wide"),
    Phrase("too long"),         Phrase("too many"),         Phrase("too much"),
    Phrase("exceeds"),          Phrase("exceeded max"),     Phrase("size exceed"),
    Phrase("exceeded the max"), Phrase("exceed max"),       Phrase("exceeded size"),
    Phrase("more than"),        Phrase("larger than"),      Phrase("must be less than"),
    Phrase("size limit"),       Phrase("current limit is"), Phrase("limit of"),
    Phrase("logs exceeded"),    Phrase("blocks exceeded"),  Phrase("results exceeded"),
};

// Params that cannot be read, as go-ethereum and serde (Reth) say it.
inline constexpr std::array unreadable{
    Phrase("invalid params"),    Phrase("invalid argument"), Phrase("param is required"),
    Phrase("required argument"), // go-ethereum: "missing value for required argument 0"
    Phrase("invalid type"),      Phrase("invalid value"),    Phrase("invalid length"),
    Phrase("unknown variant"),   Phrase("unknown field"),    Phrase("missing field"),
    Phrase("cannot unmarshal"), // Go
};

// About the request whatever node reads it.
inline constexpr std::array request{
    Phrase("validation errors"), Phrase("malformed blocknumber"),
    Phrase("null round"), // Lotus: an epoch without a block is without one everywhere
};

} // namespace weir::chain::words
