// Applications that watch the chain through a library, as people write them, with what they were told.
import { WebSocketProvider } from 'ethers';
import { createPublicClient, webSocket } from 'viem';
import { chainId, contractAddress, viemChain } from './anvil.js';
import { logTopic } from './contract.js';
import WebSocket from 'ws';

let distinct = 0; // viem shares one socket among clients of equal options

class Watcher {
  blocks = []; // { number, hash? } in the order in which they came
  logs = []; // { block, hash, index }
  byTopic = [];
  pending = new Set();
  violations = [];

  constructor(name) {
    this.name = name;
  }
  complain(text) {
    this.violations.push(`${this.name}: ${text}`);
  }
  addBlock(number) {
    const last = this.blocks.at(-1);
    if (last !== undefined && number !== last + 1) this.complain(`block ${number} after ${last}`);
    this.blocks.push(number);
  }
  addLog(list, block, hash, index) {
    const last = list.at(-1);
    if (last && (block < last.block || (block === last.block && index <= last.index))) this.complain(`log ${block}/${index} after ${last.block}/${last.index}`);
    list.push({ block, hash, index });
  }
  addPending(hash) {
    if (this.pending.has(hash)) this.complain(`pending ${hash} a second time`);
    this.pending.add(hash);
  }
}

export class ViemWatcher extends Watcher {
  /** Five subscriptions: blocks, numbers, events of the contract, events by topic, pending transactions. */
  static async start(url, name = 'viem') {
    const watcher = new ViemWatcher(name);
    const transport = webSocket(url, { keepAlive: { interval: 30_000 + distinct++ }, reconnect: false, retryCount: 0, timeout: 30_000 });
    const client = createPublicClient({ chain: viemChain, cacheTime: 0, transport });
    watcher.client = client;
    const onError = (error) => watcher.complain(error.message);
    watcher.details = [];
    watcher.numbers = [];
    const log = (list) => (logs) => {
      for (const one of logs) watcher.addLog(list, Number(one.blockNumber), one.blockHash, one.logIndex);
    };
    watcher.stops = [
      // viem fetches each block by its number: undefined is one that the node behind weir did not have.
      client.watchBlocks({ onError, onBlock: (block) => (block ? watcher.details.push(Number(block.number)) : watcher.complain('a block that was announced and not found')) }),
      client.watchBlockNumber({ onError, onBlockNumber: (number) => watcher.addBlock(Number(number)) }),
      client.watchEvent({ address: contractAddress, onError, onLogs: log(watcher.logs) }),
      client.watchEvent({ onError, onLogs: log(watcher.byTopic) }),
      client.watchPendingTransactions({ onError, batch: false, onTransactions: (hashes) => hashes.forEach((hash) => watcher.addPending(hash)) }),
    ];
    watcher.rpc = await client.transport.getRpcClient();
    watcher.rpc.socket.addEventListener('close', ({ code, reason }) => watcher.left || watcher.complain(`closed with ${code} ${reason}`));
    return watcher;
  }
  call(method, params) {
    return this.client.request({ method, params });
  }
  close() {
    this.left = true;
    this.rpc.close();
  }
}

export class EthersWatcher extends Watcher {
  /** Four subscriptions of the provider's and one made by hand: the same kinds. */
  static async start(url, name = 'ethers') {
    const watcher = new EthersWatcher(name);
    watcher.socket = new WebSocket(url);
    const provider = new WebSocketProvider(watcher.socket, chainId, { staticNetwork: true });
    watcher.provider = provider;
    provider.on('error', (error) => watcher.complain(error.message));
    watcher.socket.addEventListener('close', ({ code, reason }) => watcher.left || watcher.complain(`closed with ${code} ${reason}`));
    const log = (list) => (one) => watcher.addLog(list, one.blockNumber, one.blockHash, one.index);
    await provider.on('block', (number) => watcher.addBlock(number));
    await provider.on({ address: contractAddress }, log(watcher.logs));
    await provider.on({ topics: [logTopic] }, log(watcher.byTopic));
    await provider.on('pending', (hash) => watcher.addPending(hash));
    await provider._waitUntilReady();
    await provider.send('eth_subscribe', ['newHeads']); // of which ethers knows nothing: its events are kept by it and not used
    return watcher;
  }
  call(method, params) {
    return this.provider.send(method, params);
  }
  close() {
    this.left = true;
    this.provider.destroy().catch(() => {});
    this.socket.terminate();
  }
}
