// A Go application behind weir, as people write them with go-ethereum: subscriptions to logs and heads, filters
// over HTTP, transactions. It tells what it is told, one JSON object a line, and takes commands, one a line:
//
//	send             signs a transfer to itself, tells its raw bytes, waits for a line, sends it
//	receipt HASH     waits until it is there
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
)

const (
	pollEvery = 100 * time.Millisecond
	patience  = 30 * time.Second
)

type line map[string]any

var output struct {
	sync.Mutex
	*json.Encoder
}

func tell(what line) {
	output.Lock()
	defer output.Unlock()
	output.Encode(what)
}

func complain(where string, err error) {
	tell(line{"error": fmt.Sprintf("%s: %v", where, err)})
}

func tellLog(by string, one types.Log) {
	tell(line{"log": by, "block": one.BlockNumber, "hash": one.BlockHash, "index": one.Index, "removed": one.Removed})
}

// watchLogs is what abigen's Watch… methods do.
func watchLogs(ctx context.Context, client *ethclient.Client, by string, query ethereum.FilterQuery) error {
	logs := make(chan types.Log, 128)
	subscription, err := client.SubscribeFilterLogs(ctx, query, logs)
	if err != nil {
		return fmt.Errorf("%s: %w", by, err)
	}
	go func() {
		for {
			select {
			case one := <-logs:
				tellLog(by, one)
			case err := <-subscription.Err():
				complain(by, fmt.Errorf("the subscription ended: %v", err))
				return
			}
		}
	}()
	return nil
}

func watchHeads(ctx context.Context, client *ethclient.Client) error {
	heads := make(chan *types.Header, 128)
	subscription, err := client.SubscribeNewHead(ctx, heads)
	if err != nil {
		return err
	}
	go func() {
		for {
			select {
			case head := <-heads:
				tell(line{"head": head.Number, "hash": head.Hash(), "parent": head.ParentHash})
			case err := <-subscription.Err():
				complain("heads", fmt.Errorf("the subscription ended: %v", err))
				return
			}
		}
	}()
	return nil
}

func pollLogs(ctx context.Context, client *rpc.Client, contract common.Address) error {
	var id string
	criteria := line{"address": contract, "fromBlock": "0x0", "toBlock": "latest"}
	if err := client.CallContext(ctx, &id, "eth_newFilter", criteria); err != nil {
		return err
	}
	go func() {
		for ; ; time.Sleep(pollEvery) {
			var logs []types.Log
			if err := client.CallContext(ctx, &logs, "eth_getFilterChanges", id); err != nil {
				complain("logs filter", err)
				return
			}
			for _, one := range logs {
				tellLog("filter", one)
			}
		}
	}()
	return nil
}

func pollBlocks(ctx context.Context, client *rpc.Client) error {
	var id string
	if err := client.CallContext(ctx, &id, "eth_newBlockFilter"); err != nil {
		return err
	}
	go func() {
		for ; ; time.Sleep(pollEvery) {
			var hashes []common.Hash
			if err := client.CallContext(ctx, &hashes, "eth_getFilterChanges", id); err != nil {
				complain("block filter", err)
				return
			}
			for _, hash := range hashes {
				tell(line{"block": hash})
			}
		}
	}()
	return nil
}

// ask calls now and then, so that there are calls in flight whenever a node dies.
func ask(ctx context.Context, client *ethclient.Client, where string) {
	var last uint64
	for ; ; time.Sleep(pollEvery / 5) {
		number, err := client.BlockNumber(ctx)
		if err != nil {
			complain(where+": eth_blockNumber", err)
			continue
		}
		if number < last {
			complain(where, fmt.Errorf("block %d after %d", number, last))
		}
		last = number
		header, err := client.HeaderByNumber(ctx, new(big.Int).SetUint64(number))
		if err != nil {
			complain(where+": the block just told", err)
		} else if header.Number.Uint64() != number {
			complain(where, fmt.Errorf("block %d where %d was asked for", header.Number, number))
		}
	}
}

func send(ctx context.Context, client *ethclient.Client, input *bufio.Scanner, key string) error {
	private, err := crypto.HexToECDSA(strings.TrimPrefix(key, "0x"))
	if err != nil {
		return err
	}
	from := crypto.PubkeyToAddress(private.PublicKey)
	nonce, err := client.PendingNonceAt(ctx, from)
	if err != nil {
		return err
	}
	chain, err := client.ChainID(ctx)
	if err != nil {
		return err
	}
	transaction, err := types.SignNewTx(private, types.LatestSignerForChainID(chain), &types.DynamicFeeTx{
		ChainID: chain, Nonce: nonce, To: &from, Value: big.NewInt(1), Gas: 21000,
		GasTipCap: big.NewInt(2), GasFeeCap: big.NewInt(200_000_000_000), // before the others of its block, on every node
	})
	if err != nil {
		return err
	}
	raw, err := transaction.MarshalBinary()
	if err != nil {
		return err
	}
	tell(line{"raw": hexutil.Bytes(raw)})
	input.Scan()
	if err := client.SendTransaction(ctx, transaction); err != nil {
		return err
	}
	tell(line{"sent": transaction.Hash()})
	return nil
}

func receipt(ctx context.Context, client *ethclient.Client, hash common.Hash) error {
	for until := time.Now().Add(patience); ; time.Sleep(pollEvery) {
		found, err := client.TransactionReceipt(ctx, hash)
		if err == nil {
			tell(line{"receipt": hash, "status": found.Status, "block": found.BlockNumber})
			return nil
		}
		if err != ethereum.NotFound || time.Now().After(until) {
			return err
		}
	}
}

func main() {
	ws := flag.String("ws", "", "URL for subscriptions")
	http := flag.String("http", "", "URL for filters and calls")
	contract := flag.String("contract", "", "whose logs are watched")
	topic := flag.String("topic", "", "of these logs")
	key := flag.String("key", "", "of the sender of transactions")
	flag.Parse()
	output.Encoder = json.NewEncoder(os.Stdout)

	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}
	socket, err := rpc.DialContext(ctx, *ws)
	must(err)
	caller, err := rpc.DialContext(ctx, *http)
	must(err)
	watching, calling := ethclient.NewClient(socket), ethclient.NewClient(caller)

	head, err := watching.BlockNumber(ctx)
	must(err)
	address := common.HexToAddress(*contract)
	ofContract := []common.Address{address}
	topics := [][]common.Hash{{common.HexToHash(*topic)}}
	must(watchHeads(ctx, watching))
	must(watchLogs(ctx, watching, "address", ethereum.FilterQuery{Addresses: ofContract}))
	must(watchLogs(ctx, watching, "topic", ethereum.FilterQuery{Topics: topics}))
	must(watchLogs(ctx, watching, "from", ethereum.FilterQuery{Addresses: ofContract, FromBlock: new(big.Int).SetUint64(head)}))
	must(watchLogs(ctx, watching, "range", ethereum.FilterQuery{
		Addresses: ofContract, FromBlock: new(big.Int).SetUint64(1), ToBlock: new(big.Int).SetUint64(1_000_000),
	}))
	must(pollLogs(ctx, caller, address))
	must(pollBlocks(ctx, caller))
	go ask(ctx, watching, "over WebSocket")
	go ask(ctx, calling, "over HTTP")
	tell(line{"ready": true})

	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		command, argument, _ := strings.Cut(input.Text(), " ")
		var err error
		switch command {
		case "send":
			err = send(ctx, watching, input, *key)
		case "receipt":
			err = receipt(ctx, watching, common.HexToHash(argument))
		}
		if err != nil {
			complain(input.Text(), err)
		}
	}
}
