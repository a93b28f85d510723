// Simnodes that are one chain. Blocks and reorganisations go to each that can be reached, in order; one
// that was away is given what it missed. One more node, the immortal, is never broken: what it sends is
// what every client must get.
import { Simnode } from './simnode.js';
import { WsClient } from './ws-client.js';
import { rpc } from './anvil.js';
import { until } from './wait.js';

class ChainNode extends Simnode {
  constructor(chain, name, options) {
    super(name, options);
    this.chain = chain;
  }
  async run() {
    await super.run();
    this.done = 0;
    this.reachable = true;
    await this.chain.catchUp();
  }
  async #away() {
    this.reachable = false;
    await this.chain.turn; // the block that is being given reaches it yet
  }
  async kill() {
    await this.#away();
    await super.kill();
  }
  async suspend() {
    await this.#away();
    super.suspend();
  }
  async resume() {
    super.resume();
    this.reachable = true;
    await this.chain.catchUp();
  }
  /** Its head stays where it is, and so do its announcements. */
  freeze() {
    return this.fault('el', 'freeze');
  }
}

export class SimChain {
  /** `blockTimeMs`: blocks come by the clock, else by advance() and reorg(). */
  constructor({ blockTimeMs = 0, chainId = 1, emptyBlooms = false, nullRounds } = {}) {
    this.options = { blockTimeMs, chainId, emptyBlooms, nullRounds, head: 100 };
    if (blockTimeMs > 0) this.options.genesisTime = Date.now() - 100 * blockTimeMs;
  }

  nodes = new Map();
  history = [];
  turn = Promise.resolve();

  async add(name, options = {}) {
    const node = new ChainNode(this, name, { ...this.options, ...options });
    this.nodes.set(name, node);
    await node.take();
    return node;
  }

  async start() {
    this.immortal = await this.add('the immortal');
    this.witness = await WsClient.connect(this.immortal.wsUrl, { name: 'the witness' });
    this.heads = await this.witness.subscribe('newHeads');
    this.logs = await this.witness.subscribe('logs', [{}]);
  }

  catchUp() {
    this.turn = this.turn.then(() => Promise.all([...this.nodes.values()].filter(({ reachable }) => reachable).map((node) => this.#give(node))));
    return this.turn;
  }
  async #give(node) {
    while (node.done < this.history.length) {
      const [target, body] = this.history[node.done];
      await node.control('POST', target, body);
      node.done += 1;
    }
  }
  async #happens(target, body) {
    this.history.push([target, body]);
    await this.catchUp();
    const { hash } = await this.tip();
    await until('the witness has the block', () => this.heads.feed.tip?.hash === hash);
  }
  advance(blocks = 1) {
    return this.#happens('/advance', { blocks });
  }
  reorg(depth) {
    return this.#happens('/reorg', { depth });
  }

  /** { number, hash } */
  tip() {
    return tipOf(this.immortal.elUrl);
  }

  async kill() {
    this.witness?.socket.terminate();
    await Promise.all([...this.nodes.values()].map((node) => node.process.kill()));
  }
}

export async function tipOf(url) {
  const { number, hash } = await rpc(url, 'eth_getBlockByNumber', ['latest', false]);
  return { number: Number(BigInt(number)), hash };
}
