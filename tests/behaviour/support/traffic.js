// Requests at a steady rate, whatever becomes of the ones before, each counted with what came back.
import { createPublicClient, http } from 'viem';
import { account, contractAddress, recipient, viemChain } from './anvil.js';
import { within } from './wait.js';

export class Traffic {
  /** `calls` are [name, function returning a promise] pairs, taken in turn. */
  constructor(calls, perSecond) {
    this.calls = calls;
    this.gap = 1000 / perSecond;
    this.answers = []; // { name, begun, ended, error, value }
    this.flying = new Set();
  }

  start() {
    this.begun = performance.now();
    let sent = 0;
    const tick = () => {
      if (this.stopping) return;
      while (this.begun + sent * this.gap <= performance.now()) this.#send(this.calls[sent++ % this.calls.length]);
      this.timer = setTimeout(tick, Math.max(0, this.begun + sent * this.gap - performance.now()));
    };
    tick();
    return this;
  }

  #send([name, call]) {
    const answer = { name, begun: performance.now() };
    const flight = call()
      .then((value) => (answer.value = value), (error) => (answer.error = error))
      .finally(() => {
        answer.ended = performance.now();
        this.answers.push(answer);
        this.flying.delete(flight);
      });
    this.flying.add(flight);
  }

  /** Resolves when the last answer is there. */
  async stop() {
    if (!this.stopping) {
      this.stopping = true;
      clearTimeout(this.timer);
      this.ended = performance.now();
    }
    await within(40000, 'the last answers', Promise.all(this.flying));
    return this;
  }

  get failed() {
    return this.answers.filter((answer) => answer.error !== undefined);
  }
  get slowest() {
    return this.answers.reduce((slowest, answer) => Math.max(slowest, answer.ended - answer.begun), 0);
  }
  get perSecond() {
    return (this.answers.length * 1000) / (this.ended - this.begun);
  }
}

function mustBe(condition, what, value) {
  if (!condition) {
    const shown = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item));
    throw new Error(`${what}: ${shown}`);
  }
  return value;
}

/** Reads as an application sends them, through viem, each with its answer checked. */
export function elReads(url) {
  const client = createPublicClient({ chain: viemChain, cacheTime: 0, transport: http(url, { retryCount: 0, timeout: 30000 }) });
  return [
    ['eth_blockNumber', async () => mustBe(await client.getBlockNumber(), 'block number')],
    ['eth_getBlockByNumber', async () => mustBe((await client.getBlock()).number, 'latest block')],
    ['eth_getBalance', async () => mustBe(await client.getBalance({ address: account.address }), 'balance')],
    ['eth_chainId', async () => {
      const id = await client.getChainId();
      return mustBe(id === viemChain.id, 'chain id', id);
    }],
    ['eth_call', async () => {
      const { data } = await client.call({ to: contractAddress });
      return mustBe(data === `0x${'2a'.padStart(64, '0')}`, 'answer of the contract', data);
    }],
    ['eth_getLogs', async () => {
      const logs = await client.getLogs({ address: contractAddress, fromBlock: 0n, toBlock: 4n });
      return mustBe(logs.length === 1, 'logs', logs);
    }],
    ['eth_getTransactionCount', async () => {
      const count = await client.getTransactionCount({ address: account.address });
      return mustBe(count === 3, 'nonce', count);
    }],
    ['eth_getCode', async () => mustBe((await client.getCode({ address: contractAddress })).length > 2, 'code')],
    ['eth_estimateGas', async () => mustBe(await client.estimateGas({ account: account.address, to: recipient, value: 1n }), 'gas')],
    ['eth_gasPrice', async () => mustBe(await client.getGasPrice(), 'gas price')],
  ];
}

/** Reads of the Beacon API. */
export function clReads(url) {
  const get = (target, check) => [target, async () => {
    const answer = await fetch(url + target, { signal: AbortSignal.timeout(30000) });
    const text = await answer.text();
    mustBe(answer.status === 200, `HTTP ${answer.status} for ${target}`, text);
    return check(JSON.parse(text));
  }];
  return [
    get('/eth/v1/beacon/genesis', ({ data }) => mustBe(data.genesis_validators_root, 'genesis')),
    get('/eth/v1/beacon/headers/head', ({ data }) => mustBe(data.header.message.slot, 'slot')),
    get('/eth/v1/node/syncing', ({ data }) => mustBe(data.head_slot, 'head slot')),
    get('/eth/v2/beacon/blocks/head', ({ data }) => mustBe(data, 'block')),
    get('/eth/v1/config/spec', ({ data }) => mustBe(data, 'spec')),
    get('/eth/v1/node/version', ({ data }) => mustBe(data.version, 'version')),
  ];
}
